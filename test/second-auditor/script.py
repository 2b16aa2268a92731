"""A script as its fields (docs/formats/script.md): checked for form, not for wisdom."""

import re
from datetime import datetime

from keys import KEYTYPES
from refusals import demand
from yaml_reader import Plain, read_yaml

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
DIGEST = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
PATTERN = re.compile(r'(?!/)[!#-\[\]-~]+')
TOP_LEVEL = ("root", "targets", "snapshot", "timestamp")
AGENDA_WORDS = (
    "preflight", "attendance", "script", "clock", "beacon", "follow", "lint", "one-time", "verify", "outputs",
)


def is_time(text) -> bool:
    if not isinstance(text, str) or not TIME.fullmatch(text):
        return False
    try:
        year = "2000" if text.startswith("0000") else text[:4]  # Python has no year 0, the calendar has
        datetime.strptime(year + text[4:], "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def read_script(data: bytes) -> dict:
    script = _fields(
        read_yaml(data),
        {
            "ceremony": _name, "title": _text(200), "profile": _one_of("tuf", "pep458", "pep480"),
            "previous": _previous, "window": _map({"from": _time, "to": _time}), "people": _list(_person),
            "keys": _named(_key), "roles": _named(_role),
        },
        {
            "agenda": _list(_agenda_item), "follow": _boolean, "must_pass": _list(_text(200), 0),
            "pins": _map({}, {"kit": _digest, "modules": _named(_digest)}),
        },
    )
    _check_people(script)
    _check_roles(script)
    return script


def _check_people(script: dict) -> None:
    people = {person["id"]: person for person in script["people"]}
    demand(len(people) == len(script["people"]) >= 2, "at least two people, each once")
    demand(sum(person["duty"] == "administrator" for person in people.values()) == 1, "exactly one administrator")
    for name, key in script["keys"].items():
        if "holder" in key:
            demand(key["holder"] in people, f"the holder of {name} is nobody")
            demand(people[key["holder"]]["duty"] != "witness", f"a witness holds {name}")


def _check_roles(script: dict) -> None:
    roles = script["roles"]
    delegated = roles.get("targets", {}).get("delegates", [])
    demand(set(roles) == {*TOP_LEVEL, *delegated}, "the roles are the four and the delegated ones")
    demand(len(set(delegated)) == len(delegated), "a role is delegated to twice")
    for name, role in roles.items():
        lists = [role, role["hash_bins"]] if "hash_bins" in role else [role]
        for keys in lists:
            demand(all(key in script["keys"] for key in keys["keys"]), f"{name} names an unknown key")
            demand(len(set(keys["keys"])) == len(keys["keys"]), f"{name} names a key twice")
        allowed = {"keys", "threshold"}
        if name in ("root", "targets"):
            allowed |= {"expires"}
        if name == "targets":
            allowed |= {"delegates"} if "delegates" in role else {"hash_bins"}
        if name in delegated:
            allowed |= {"expires", "paths", "terminating", "hash_bins"}
        demand(set(role) <= allowed, f"fields that {name} can't have: {set(role) - allowed}")


def _fields(value, required: dict, optional: dict) -> dict:
    demand(isinstance(value, dict), "a map is wanted")
    demand(set(required) <= set(value) <= {*required, *optional}, f"other fields: {sorted(value)}")
    readers = {**required, **optional}
    return {name: readers[name](value[name]) for name in value}


def _map(required: dict, optional: dict | None = None):
    return lambda value: _fields(value, required, optional or {})


def _named(reader):
    def read(value):
        demand(isinstance(value, dict), "a map is wanted")
        return {_name(name): reader(value[name]) for name in value}

    return read


def _list(reader, least: int = 1, most: int = 1_000_000):
    def read(value):
        demand(isinstance(value, list) and least <= len(value) <= most, "a list is wanted")
        return [reader(element) for element in value]

    return read


def _text(limit: int):
    def read(value):
        demand(isinstance(value, str) and not isinstance(value, Plain), f"text is wanted, not {value!r}")
        demand(0 < len(value) <= limit and value == value.strip() and "\n" not in value, f"{value!r} is no such text")
        return value

    return read


def _matching(pattern: re.Pattern, limit: int = 4096):
    def read(value):
        _text(limit)(value)
        demand(pattern.fullmatch(value) is not None, f"{value!r} is not {pattern.pattern}")
        return value

    return read


def _one_of(*words: str):
    def read(value):
        demand(value in words and not isinstance(value, Plain), f"{value!r} is none of {words}")
        return value

    return read


def _boolean(value) -> bool:
    demand(isinstance(value, Plain) and value in ("true", "false"), f"{value!r} is no boolean")
    return value == "true"


def _integer(value) -> int:
    demand(isinstance(value, Plain) and re.fullmatch("[1-9][0-9]*", value) is not None, f"{value!r} is no integer")
    return int(value)


def _time(value) -> str:
    demand(is_time(value), f"{value!r} is no time")
    return value


_name = _matching(NAME)
_digest = _matching(DIGEST)
_path = _matching(PATH)
_scheme = _one_of(*KEYTYPES)
_pinned = _map({"file": _path, "sha256": _digest})


def _previous(value):
    return {} if value == "none" else _named(_pinned)(value)


_person = _map(
    {"id": _name, "name": _text(200), "duty": _one_of("administrator", "holder", "witness")},
    {"signs_with": _text(100_000)},
)


def _key(value) -> dict:
    demand(isinstance(value, dict), "a key is a map")
    keyid = {"keyid": _text(200)}
    if "public" in value:
        return {"kind": "public", **_fields(value, {"public": _path, "sha256": _digest, "scheme": _scheme}, {})}
    if "enrolled" in value:
        shape = {"holder": _name, "enrolled": _pinned}
        return {"kind": "elsewhere", **_fields(value, shape, {"store": _one_of("elsewhere")})}
    store = value.get("store")
    if store == "elsewhere":
        shape = {"holder": _name, "store": _one_of("elsewhere"), **keyid}
        return {"kind": "elsewhere", **_fields(value, shape, {})}
    shape = {"scheme": _scheme, "store": _one_of("hsm", "file", "one-time")}
    if store != "one-time":
        shape["holder"] = _name
    if store == "hsm":
        shape |= {"device": _name, "serial": _text(64)}
        keyid |= {
            "spares": _list(_text(64), 0), "provision": _boolean,
            "attestation": _one_of("required", "waived", "none"),
        }
    return {"kind": store, **_fields(value, shape, keyid)}


def _power_of_two(value) -> int:
    count = _integer(value)
    demand(count in [2**power for power in range(1, 15)], "hash bins are a power of two from 2 to 16384")
    return count


_key_list = _list(_name, 1, 64)
_bins = _map(
    {"count": _power_of_two, "name": _name, "keys": _key_list, "threshold": _integer}, {"succinct": _boolean}
)
_role = _map(
    {"keys": _key_list, "threshold": _integer},
    {
        "expires": _time, "delegates": _list(_name), "paths": _list(_matching(PATTERN)), "terminating": _boolean,
        "hash_bins": _bins,
    },
)


def _agenda_item(value) -> dict:
    if isinstance(value, str):
        return {_one_of(*AGENDA_WORDS)(value): True}
    if isinstance(value, dict) and "sign" in value:
        return _fields(value, {"sign": _named(_list(_name))}, {})
    if isinstance(value, dict) and "instruct" in value:
        return _fields(value, {"instruct": _text(1000)}, {"record": _list(_text(60), 1, 20)})
    demand(isinstance(value, dict) and len(value) == 1, "an agenda item is one thing")
    return _fields(value, {}, {"generate": _list(_name), "confirm": _list(_name)})
