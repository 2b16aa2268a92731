"""The steps for holders elsewhere (docs/formats/steps.md): request and collect, and the files that travel."""

import re

from key_steps import Failed, signature_fact, signing_dispositions, signing_end
from keys import key_object, keyid_of
from performance import ALWAYS, Performance, choice, failure
from refusals import Refused
from spellings import digest, indented, read_json, utf16_length

MOST_TEXT = 65_536
A_FILE = "a signature file of tuf-ceremony"


def request_step(p: Performance):
    name, role = p.step.key, p.step.role
    signed, _, sha256 = p.state.document(role)
    public = p.state.known()[name]
    data = indented(
        {
            "ceremony": p.plan.script["ceremony"], "holder": p.plan.keys[name]["holder"], "key": name,
            "keyid": keyid_of(public), "publicKey": key_object(public), "role": role, "script": p.plan.sha256,
            "sha256": sha256, "signed": signed, "type": "tuf-ceremony signing request v1",
        }
    )
    file = {"path": f"requests/{role}-{name}-{sha256[:8]}.json", "sizeBytes": len(data), "sha256": digest(data)}
    yield from p.attempt("write", "write", file, ALWAYS)
    shown = {**file, "role": role, "key": name, "document": sha256}
    yield from p.ask("request-written", shown, choice("noted"), ALWAYS, who=p.plan.administrator)
    return p.done({"fact": "requested", "role": role, "key": name, "sha256": sha256})


def collect_step(p: Performance):
    dispositions = signing_dispositions(p)
    return p.run(_collect(p, dispositions), lambda disposition: signing_end(p, disposition))


def _collect(p: Performance, dispositions: list[str]):
    name, role = p.step.key, p.step.role
    _, message, sha256 = p.state.document(role)
    public = p.state.known()[name]
    wanted = {"ceremony": p.plan.script["ceremony"], "role": role, "key": name, "sha256": sha256}
    while True:
        request = {"role": role, "key": name, "sha256": sha256}
        outcome = yield from p.perform("receive", "receive", request)
        if not outcome["ok"] and outcome["code"] == "exchange/nothing-yet":
            data = {"role": role, "key": name, "holder": p.plan.keys[name]["holder"]}
            who = p.plan.administrator
            answer = yield from p.ask("await-signature", data, choice("wait", "look"), dispositions, who=who)
            if answer["chosen"] == "wait":
                return [*p.facts, {"fact": "waiting", "role": role, "key": name}]
            continue
        try:
            if not outcome["ok"]:
                raise Failed(outcome)
            sig = _read_signature(outcome["value"]["text"], wanted)
            fact = signature_fact(role, name, public, message, sig)
        except Failed as failed:
            what = failed.what
        else:
            break
        yield from p.deviate("receive", what, dispositions)
    data = indented({**wanted, "sig": sig, "type": "tuf-ceremony signature v1"})
    file = {"path": f"signatures/{role}-{name}-{sha256[:8]}.json", "sizeBytes": len(data), "sha256": digest(data)}
    yield from p.attempt("write", "write", file, ALWAYS)
    return p.done(fact)


def _read_signature(text: str, wanted: dict) -> str:
    def unreadable(found: str) -> Failed:
        return Failed(failure("exchange/unreadable", A_FILE, found))

    if utf16_length(text) > MOST_TEXT:
        raise unreadable(f"{utf16_length(text)} characters")
    try:
        document = read_json(text, 1)
    except Refused as refused:
        raise unreadable("something that is not JSON as this tool reads it") from refused
    if not isinstance(document, dict):
        raise unreadable("JSON that is no object")
    if document.get("type") != "tuf-ceremony signature v1":
        raise unreadable(f"type {shown(document, 'type')}")
    others = [member for member in wanted if document.get(member) != wanted[member]]
    if others:
        expected = ", ".join(f"{member} {wanted[member]}" for member in others)
        found = ", ".join(f"{member} {shown(document, member)}" for member in others)
        raise Failed(failure("exchange/other-file", expected, found))
    sig = document.get("sig")
    if not isinstance(sig, str) or not re.fullmatch("([0-9a-f]{2}){1,4096}", sig):
        raise unreadable(f"sig {shown(document, 'sig')}")
    if set(document) != {*wanted, "sig", "type"}:
        raise unreadable("members that do not belong there")
    return sig


def shown(document: dict, member: str) -> str:
    if member not in document:
        return "missing"
    value = document[member]
    if not isinstance(value, str):
        return "that is no text"
    escaped = "".join(_escaped(character) for character in value[:100])
    return f'"{escaped}"' + ("…" if len(value) > 100 else "")


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if " " <= character <= "~" else f"\\u{{{ord(character):x}}}"
