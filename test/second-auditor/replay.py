"""The transcript, run again line by line (docs/formats/transcript.md)."""

import hashlib

from outcomes import check_outcome, count, one_of
from plan import Plan, Step
from refusals import Refused, demand
from script import DIGEST, PATH, is_time
from spellings import digest, jcs, read_json
from state import State
from steps import begin_step

LONGEST_LINE = 1_048_576
ABANDONED = ("one-time", "head")
MEMBERS = {
    "session": {"session", "rehearsal", "tool", "kit", "script", "inputs", "cut", "abandons"},
    "begin": {"step", "revision"},
    "action": {"id", "kind", "request"},
    "outcome": {"id", "outcome"},
    "end": {"step", "facts"},
    "amend": {"script", "inputs"},
    "seal": {"reason"},
}


class OpenStep:
    def __init__(self, state: State, step: Step, options: list[str]):
        self.step = step
        self.performance, self.program = begin_step(state, step, options)
        self.go_on(None)

    def go_on(self, outcome) -> None:
        self.due: tuple | None = None  # the action that comes next: (kind, id, request)
        self.is_recorded = False  # whether that action has its line
        self.facts: list | None = None  # where the step has come to its end
        try:
            self.due = self.program.send(outcome)
        except StopIteration as end:
            self.facts = end.value

    def exceptions(self) -> list[dict]:
        return [fact for fact in self.performance.facts if fact["fact"] == "exception"]


class Replay:
    """What is known after each accepted line. `read_file(path)` gives a file of the folder, or None."""

    def __init__(self, read_file):
        self.read_file = read_file
        self.bytes_so_far = hashlib.sha256()
        self.lines = 0
        self.head = digest(b"")
        self.state: State | None = None
        self.script_file: dict | None = None
        self.inputs: list[dict] = []
        self.rehearsal = False
        self.in_session = False
        self.last_seal: str | None = None
        self.heads: list[str] = []  # after each seal
        self.files: dict[str, dict] = {}  # what the transcript accounts for, by path
        self.torn_write: str | None = None
        self.last_time = ""
        self.open: OpenStep | None = None
        self.suspended: OpenStep | None = None  # until the head is compared

    # Lines

    def accept(self, raw: bytes) -> None:
        """One line with its line feed; raises Refused and is then not to be used again."""
        line = self._read(raw)
        kind = line["type"]
        demand(self.last_seal not in ("finished", "aborted"), "a line after the end")
        if kind == "session":
            self._session(line)
        else:
            demand(self.in_session, "a line outside a session")
            getattr(self, f"_{kind}")(line)
        if line["time"] < self.last_time:
            self.state.clock_went_back = True
        self.last_time = line["time"]
        self.lines += 1
        self.bytes_so_far.update(raw)
        self.head = self.bytes_so_far.hexdigest()
        if kind == "seal":
            self.heads.append(self.head)

    def _read(self, raw: bytes) -> dict:
        demand(raw.endswith(b"\n"), "a line without its line feed")
        demand(len(raw) <= LONGEST_LINE, "a line is too long")
        try:
            line = read_json(raw[:-1].decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Refused("a line is not UTF-8") from error
        demand(isinstance(line, dict) and jcs(line) + b"\n" == raw, "a line is not in RFC 8785 form")
        kind = line.get("type")
        demand(isinstance(kind, str) and kind in MEMBERS, f"no line has the type {kind!r}")
        demand(set(line) == {"seq", "prev", "time", "type"} | MEMBERS[kind], f"a {kind} line has other members")
        demand(line["seq"] is not True and line["seq"] == self.lines + 1, f"seq is {line['seq']}")
        demand(line["prev"] == self.head, f"prev is not {self.head}")
        demand(is_time(line["time"]), "no such time")
        return line

    # Sessions, amendments, seals

    def _session(self, line: dict) -> None:
        previous = self.state.session if self.state is not None else 0
        demand(line["session"] == previous + 1 and line["session"] is not True, f"session is {line['session']}")
        demand(isinstance(line["rehearsal"], bool), "rehearsal is a boolean")
        demand(isinstance(line["tool"], str), "tool is text")
        demand(line["kit"] is None or _is_digest(line["kit"]), "kit is a digest")
        demand(count(line["cut"]), "cut is a count")
        _check_files([line["script"], *_list(line["inputs"])])
        if self.state is None:
            self.rehearsal = line["rehearsal"]
            self._account([line["script"], *line["inputs"]])
            self.state = State(self._plan("script.yaml", line))
        demand(line["rehearsal"] == self.rehearsal, "a rehearsal stays one")
        demand(line["script"] == self.script_file, "not the script that is in force")
        demand(line["inputs"] == self.inputs, "not the inputs of the script in force")
        abandons = self.open.step.ref if self.open is not None and self.open.step.kind in ABANDONED else None
        demand(line["abandons"] == abandons, f"abandons is not {abandons}")
        if abandons is not None:
            self.state.end_step(abandons, self.open.exceptions())
            self.open = None
        self.state.begin_session(line["session"], line["prev"] if self.last_seal is not None else None)
        if self.state.head_to_compare is not None and self.open is not None:
            self.suspended, self.open = self.open, None
        self.in_session, self.last_seal = True, None

    def _plan(self, path: str, line: dict) -> Plan:
        script, inputs = line["script"], line["inputs"]
        demand(script["path"] == path, f"the script is not {path}")
        files = {file["path"].removeprefix("inputs/"): self._bytes(file) for file in inputs}
        demand(all(file["path"].startswith("inputs/") for file in inputs), "an input is elsewhere")
        plan = Plan(self._bytes(script), files, self.rehearsal)
        pinned = [f"inputs/{name}" for name in pinned_files(plan.script)]
        demand([file["path"] for file in inputs] == pinned, "the inputs are not the files that the script pins")
        self.script_file, self.inputs = script, inputs
        return plan

    def _bytes(self, file: dict) -> bytes:
        data = self.read_file(file["path"])
        if data is None or len(data) != file["sizeBytes"] or digest(data) != file["sha256"]:
            raise Refused("it is not there, or another file than this line says", file["path"])
        return data

    def _account(self, files: list[dict]) -> None:
        for file in files:
            known = self.files.setdefault(file["path"], file)
            demand(known == file, f"{file['path']} is there already, and another")

    def _amend(self, line: dict) -> None:
        demand(self.open is None and self.state.next()[0] == "amend", "no amendment is asked for")
        _check_files([line["script"], *_list(line["inputs"])])
        ceremony = self.state.plan.script["ceremony"]
        plan = self._plan(f"script-{self.state.amendments + 2}.yaml", line)
        demand(plan.script["ceremony"] == ceremony, "an amendment is for another ceremony")
        self._account([line["script"], *line["inputs"]])
        self.state.amend(plan)

    def _seal(self, line: dict) -> None:
        reason = line["reason"]
        demand(one_of("finished", "paused", "waiting", "aborted")(reason), "no such reason")
        if reason != "paused":
            now = {"done": "finished"}.get(self.state.next()[0], self.state.next()[0])
            demand(self.open is None and now == reason, f"the ceremony is not {reason}")
        self.in_session, self.last_seal = False, reason

    # Steps

    def _begin(self, line: dict) -> None:
        demand(self.open is None, "a step is open")
        demand(line["revision"] == 1 and line["revision"] is not True, "revision is not 1")
        what, which = self.state.next()
        options = []
        if what == "choose":
            what, options, which = "step", which, Step("choose", self.state.plan.administrator)
        demand(what == "step", f"no step may begin: the ceremony is {what}")
        demand(line["step"] == which.ref, f"the next step is {which.ref}")
        self.open = OpenStep(self.state, which, options)

    def _action(self, line: dict) -> None:
        step = self.open
        demand(step is not None and step.due is not None and not step.is_recorded, "nothing is to be done here")
        kind, name, request = step.due
        wanted = {"id": name, "kind": kind, "request": request}
        found = {member: line[member] for member in wanted}
        demand(_same(found, wanted), f"the next action is {jcs(wanted).decode()}")
        if kind == "write":
            demand(request["path"] not in self.files, f"{request['path']} is written again")
            self.torn_write = request["path"]
        step.is_recorded = True

    def _outcome(self, line: dict) -> None:
        demand(self.open is not None and self.open.is_recorded, "no action waits for an outcome")
        kind, name, request = self.open.due
        demand(line["id"] == name, f"the outcome is not of {name}")
        check_outcome(kind, request, line["outcome"], self.state.plan.people)
        if kind == "write":
            self.torn_write = None
            if line["outcome"]["ok"]:
                self.files[request["path"]] = request
        self.open.go_on(line["outcome"])

    def _end(self, line: dict) -> None:
        step, facts = self.open, self.open.facts if self.open is not None else None
        demand(facts is not None, "no step has come to its end")
        demand(line["step"] == step.step.ref, f"the step is {step.step.ref}")
        demand(_same(line["facts"], facts), f"the facts are {jcs(facts).decode()}")
        self.state.end_step(step.step.ref, facts)
        self.open = None
        if self.suspended is not None and step.step.kind == "head":
            if self.state.aborted:
                self.state.end_step(self.suspended.step.ref, self.suspended.exceptions())
            else:
                self.open = self.suspended
            self.suspended = None


def pinned_files(script: dict) -> list[str]:
    """First those of `previous`, then those of `keys`, in the order of the script."""
    files = [pin["file"] for pin in script["previous"].values()]
    for key in script["keys"].values():
        if key["kind"] == "public":
            files.append(key["public"])
        elif "enrolled" in key:
            files.append(key["enrolled"]["file"])
    return files


def _same(one, other) -> bool:
    return jcs(one) == jcs(other)


def _list(value) -> list:
    demand(isinstance(value, list), "a list of files is wanted")
    return value


def _is_digest(value) -> bool:
    return isinstance(value, str) and DIGEST.fullmatch(value) is not None


def _check_files(files: list) -> None:
    for file in files:
        demand(isinstance(file, dict) and set(file) == {"path", "sizeBytes", "sha256"}, "no file digest")
        demand(isinstance(file["path"], str) and PATH.fullmatch(file["path"]) is not None, "no path")
        demand(count(file["sizeBytes"]) and _is_digest(file["sha256"]), "no file digest")

