"""Which outcomes an action may have (docs/formats/effects.md)."""

import re

from keys import KEYTYPES
from refusals import Refused, demand
from script import is_time
from spellings import BIGGEST


def text(limit: int, least: int = 0):
    """Lengths are counted in code points."""
    return lambda value: isinstance(value, str) and least <= len(value) <= limit


def one_of(*words):
    return lambda value: isinstance(value, str) and value in words


def matching(pattern: str):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def boolean(value) -> bool:
    return isinstance(value, bool)


def integer(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def count(value) -> bool:
    return integer(value) and 0 <= value <= BIGGEST


def true(value) -> bool:
    return value is True


def members(**kinds):
    return lambda value: isinstance(value, dict) and set(value) == set(kinds) and all(kinds[m](value[m]) for m in kinds)


def listed(kind, most: int):
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(kind, value))


def attribute(value) -> bool:
    return value is None or boolean(value) or integer(value) or text(1000)(value)


def attributes(value) -> bool:
    return isinstance(value, dict) and all(text(100)(name) and attribute(value[name]) for name in value)


HEX = matching("([0-9a-f]{2}){1,8192}")
TOKEN = members(
    serial=text(200), label=text(200), manufacturer=text(200), model=text(200), firmware=text(200),
    initialised=boolean, pin=one_of("ok", "low", "final", "locked", "unknown"),
)
CLIENT = members(client=text(200), version=text(200), accepted=boolean, isPartial=boolean, known=listed(text(200), 50))
PUBLIC_KEY = members(keytype=one_of("ed25519", "ecdsa", "rsa"), scheme=one_of(*KEYTYPES), public=text(4096, 1))
VALUES = {
    "preflight": members(
        results=listed(members(id=text(200), verdict=one_of("pass", "fail", "unknown"), found=text(1000)), 200)
    ),
    "clock": members(time=is_time),
    "find-token": TOKEN,
    "provision": TOKEN,
    "generate": members(publicKey=PUBLIC_KEY, proof=HEX, attributes=attributes, swept=count),
    "sign": members(sig=HEX),
    "end-key": members(ended=true),
    "write": members(written=true),
    "receive": members(text=text(65536)),
    "lint": members(
        documents=listed(members(role=text(200), payloadBytes=count, fileBytes=count), 200),
        findings=listed(members(role=text(200), rule=text(200), severity=one_of("error", "warning")), 10000),
        clients=listed(CLIENT, 50),
    ),
    "try-clients": members(clients=listed(CLIENT, 50)),
}


def check_outcome(kind: str, request: dict, outcome, people: list[str]) -> None:
    demand(isinstance(outcome, dict) and isinstance(outcome.get("ok"), bool), "an outcome is ok or not")
    if outcome["ok"]:
        demand(set(outcome) == {"ok", "value"}, "an outcome has other members")
        good = _is_answer(outcome["value"], request, people) if kind == "ask" else VALUES[kind](outcome["value"])
        demand(good, f"no possible outcome of {kind}")
        if kind == "find-token":
            _check_token(outcome["value"], request)
        if kind == "provision":
            demand(outcome["value"]["initialised"], "a token that is not initialised afterwards")
        return
    shape = {"ok", "code", "expected", "found"} | ({"exception"} if kind == "ask" else set())
    demand(shape <= set(outcome) <= shape | {"remedy"}, "a failure has other members")
    demand(text(200)(outcome["code"]), "the code of a failure is text")
    demand(all(text(2000)(outcome[m]) for m in ("expected", "found", "remedy") if m in outcome), "a failure is text")
    if kind == "ask":
        demand(outcome["code"] == "exception", "a prompt fails by an exception only")
        _check_exception(outcome["exception"], request["dispositions"], people)


def _check_token(token: dict, request: dict) -> None:
    if request["serial"] is None:
        demand(token["initialised"] is not request["blank"], "a token that is blank and should not be, or the reverse")
    else:
        demand(token["serial"] == request["serial"], "another token than the one that was asked for")
    demand(token["serial"] not in request["notThese"], "a token that is another key's")


def _is_answer(value, request: dict, people: list[str]) -> bool:
    accept = request["accept"]
    if not isinstance(value, dict) or value.get("form") != accept["form"]:
        return False
    match accept["form"]:
        case "words":
            return set(value) == {"form", "mismatches"} and count(value["mismatches"])
        case "choice":
            return set(value) == {"form", "chosen"} and one_of(*accept["options"])(value["chosen"])
        case "text":
            named = members(**{name: text(200, 1) for name in accept["fields"]})
            return set(value) == {"form", "fields"} and named(value["fields"])
        case "exception" if set(value) == {"form", "exception"}:
            _check_exception(value["exception"], request["dispositions"], people)
            return True
        case _:
            raise Refused(f"no answer to {accept['form']}")


def _check_exception(exception, dispositions: list[str], people: list[str]) -> None:
    shape = {"happened", "disposition", "confirmedBy"}
    demand(isinstance(exception, dict) and set(exception) == shape, "an exception has other members")
    demand(text(200, 1)(exception["happened"]), "what happened is said in 1 to 200 characters")
    demand(exception["disposition"] in dispositions, f"{exception['disposition']} is not offered here")
    two = exception["confirmedBy"]
    demand(
        isinstance(two, list) and len(two) == 2 and all(p in people for p in two) and two[0] != two[1],
        "two different people of the script confirm",
    )
