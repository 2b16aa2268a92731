"""Every step as a program (docs/formats/steps.md): from preflight to what people do and say."""

from exchange_steps import collect_step, request_step
from key_steps import generate_step, one_time_step, sign_step
from keys import keyid_of
from performance import ALWAYS, LATER, TYPED, Deviation, Performance, choice, failure, words
from plan import Step
from spellings import digest, jcs
from state import State
from verify_steps import outputs_step, verify_step


def begin_step(state: State, step: Step, options: list[str]):
    """The step's performance, and the generator of its actions, which returns its facts. `options` is for `choose`."""
    p = Performance(state, step)
    return p, _program(p, options)


def _program(p: Performance, options: list[str]):
    match p.step.kind:
        case "generate":
            return generate_step(p)
        case "sign":
            return sign_step(p)
        case "one-time":
            return p.run(one_time_step(p))
        case "request":
            return p.run(request_step(p))
        case "collect":
            return collect_step(p)
        case "verify":
            return p.run(verify_step(p))
        case "outputs":
            return p.run(outputs_step(p))
        case "choose":
            return p.run(_choose(p, options))
        case _:
            return p.run(PROGRAMS[p.step.kind](p))


def _preflight(p: Performance):
    while True:
        value = yield from p.attempt("preflight", "preflight", {}, ALWAYS)
        results = value["results"]
        failed, unknown = ([r["id"] for r in results if r["verdict"] == verdict] for verdict in ("fail", "unknown"))
        passed = {r["id"] for r in results if r["verdict"] == "pass"}
        must_pass = [] if p.plan.rehearsal else p.plan.script.get("must_pass", [])
        lacking = [check for check in must_pass if check not in passed]
        if lacking:
            data, accept = {"results": results, "lacking": lacking}, choice("again")
            answer = yield from p.ask("preflight-result", data, accept, [*ALWAYS, "amend"])
        else:
            accept = choice("again", "accept") if failed else choice("continue", "again")
            answer = yield from p.ask("preflight-result", {"results": results}, accept, ALWAYS)
        if answer["chosen"] != "again":
            return p.done({"fact": "preflight", "failed": failed, "unknown": unknown})


def _attendance(p: Performance):
    while True:
        said = {"present": [], "absent": []}
        for person in p.plan.script["people"]:
            data = {"person": person["id"], "duty": person["duty"]}
            answer = yield from p.ask("attendance", data, choice("present", "absent"), ALWAYS, who=person["id"])
            said[answer["chosen"]].append(person["id"])
        if len(said["present"]) >= 2 and p.plan.administrator in said["present"]:
            return p.done({"fact": "present", **said})
        expected = "the administrator and at least one other person in the room"
        bad = failure("people/too-few", expected, ", ".join(said["present"]) or "nobody")
        yield from p.deviate("attendance", bad, [*ALWAYS, "amend"])


def _type_digest(p: Performance, prompt: str):
    by = [p.plan.administrator, p.state.other()]
    for person, positions in zip(by, ((0, 1, 2, 3), (28, 29, 30, 31))):
        accept = words("paper", p.plan.sha256, *positions)
        yield from p.ask(prompt, {"of": "script"}, accept, TYPED, who=person)
    return by


def _script(p: Performance):
    by = yield from _type_digest(p, "script-words")
    return p.done({"fact": "script-read", "sha256": p.plan.sha256, "by": by})


def _amendment(p: Performance):
    yield from _type_digest(p, "amendment")
    return p.done({"fact": "amendment-read", "sha256": p.plan.sha256})


def _head(p: Performance):
    head = p.state.head_to_compare
    accept = words("paper", head, 0, 1, 30, 31)
    data = {"of": "head", "session": p.state.session}
    try:
        yield from p.ask("script-words", data, accept, [*ALWAYS, "postpone"], who=p.plan.administrator)
    except Deviation as deviation:
        if deviation.disposition != "postpone":
            raise
        return p.done({"fact": "head-not-compared", "sha256": head})
    return p.done({"fact": "head-compared", "sha256": head})


def _clock(p: Performance):
    by, window = p.state.other(), p.plan.script["window"]
    first, last = window["from"], window["to"]
    while True:
        value = yield from p.attempt("clock", "clock", {}, ALWAYS)
        time = value["time"]
        data = {"time": time, "from": first, "to": last}
        answer = yield from p.ask("clock", data, choice("right", "wrong"), ALWAYS, who=by)
        if answer["chosen"] == "wrong":
            what = failure("clock/wrong", "a clock that agrees with the witness's", time)
            yield from p.deviate("clock", what, ALWAYS)
        elif first <= time <= last:
            return p.done({"fact": "clock", "time": time, "by": by})
        else:
            what = failure("clock/outside-window", f"between {first} and {last}", time)
            yield from p.deviate("clock", what, TYPED)


def _beacon(p: Performance):
    answer = yield from p.ask("beacon", None, {"form": "text", "fields": ["beacon"]})
    return p.done({"fact": "beacon", "text": answer["fields"]["beacon"]})


def _instruct(p: Performance):
    fields = p.step.instruct.get("record")
    if fields is None:
        yield from p.ask("instruct", None, choice("done"))
        return p.done()
    answer = yield from p.ask("instruct", None, {"form": "text", "fields": fields})
    return p.done({"fact": "note", "fields": answer["fields"]})


def _follow(p: Performance):
    documents = p.plan.documents.values()
    export = {
        "ceremony": p.plan.script["ceremony"],
        "documents": [{"role": d.role, "path": d.path, "version": d.version, "expires": d.expires} for d in documents],
        "rehearsal": p.plan.rehearsal,
        "script": p.plan.sha256,
        "steps": [step.ref for step in p.plan.steps],
        "type": "tuf-ceremony follow-along v1",
    }
    data = jcs(export) + b"\n"
    number = "" if p.state.amendments == 0 else f"-{p.state.amendments + 1}"
    file = {"path": f"export/follow-along{number}.json", "sizeBytes": len(data), "sha256": digest(data)}
    yield from p.attempt("write", "write", file, ALWAYS)
    yield from p.ask("follow", file, choice("following"), ALWAYS)
    return p.done({"fact": "output", **file})


def _confirm(p: Performance):
    name = p.step.key
    keyid = keyid_of(p.plan.known[name])
    data = {"key": name, "keyid": keyid, "store": p.plan.keys[name]["kind"]}
    yield from p.ask("confirm-key", data, words("paper", keyid, 0, 1, 30, 31), LATER)
    return p.done({"fact": "confirmed", "key": name, "keyid": keyid})


def _lint(p: Performance):
    request = {"scriptSha256": p.plan.sha256, "roles": list(p.plan.documents)}
    while True:
        value = yield from p.attempt("lint", "lint", request, TYPED)
        problems = [f"{f['role']}: {f['rule']}" for f in value["findings"] if f["severity"] == "error"]
        problems += [f"{c['client']} {c['version']}" for c in value["clients"] if not c["accepted"] and not c["known"]]
        if not problems:
            return p.done({"fact": "linted", "scriptSha256": p.plan.sha256, "clients": value["clients"]})
        expected = "documents without errors that every client reads"
        yield from p.deviate("lint", failure("lint/refused", expected, ", ".join(problems)), TYPED)


def _choose(p: Performance, options: list[str]):
    offered = options[:26]
    letters = "abcdefghijklmnopqrstuvwxyz"[: len(offered)]
    answer = yield from p.ask("choose-step", {"steps": offered}, choice(*letters), ALWAYS, who=p.plan.administrator)
    return [*p.facts, {"fact": "chosen", "step": offered[letters.index(answer["chosen"])]}]


PROGRAMS = {
    "preflight": _preflight, "attendance": _attendance, "script": _script, "amendment": _amendment, "head": _head,
    "clock": _clock, "beacon": _beacon, "instruct": _instruct, "follow": _follow, "confirm": _confirm, "lint": _lint,
}
