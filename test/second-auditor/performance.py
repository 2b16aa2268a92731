"""What steps are made of (docs/formats/steps.md): actions, attempts, questions and deviations, as generators.

A generator yields `(kind, id, request)` and is sent the recorded outcome."""

from plan import Step
from refusals import demand
from state import State

ALWAYS = ["retry", "pause", "abort"]
LATER = ["retry", "pause", "abort", "postpone", "amend"]
TYPED = [*ALWAYS, "amend"]
MISHAPS = {
    "pin/wrong", "pin/cancelled", "pin/rejected", "age/wrong-passphrase", "age/cancelled", "age/passphrase-refused",
    "token/none", "token/several", "token/other-serial", "token/absent", "token/device-error",
    "medium/missing", "media/same", "media/unknown", "age/missing", "machine/no-module", "module/missing",
}


class Deviation(Exception):
    """A disposition other than retry and pause: it ends the step, unless the step says otherwise."""

    def __init__(self, disposition: str):
        super().__init__(disposition)
        self.disposition = disposition


def failure(code: str, expected: str, found: str) -> dict:
    return {"code": code, "expected": expected, "found": found}


def choice(*options: str) -> dict:
    return {"form": "choice", "options": list(options)}


def words(source: str, sha256: str, *positions: int) -> dict:
    return {"form": "words", "from": source, "sha256": sha256, "positions": list(positions)}


class Performance:
    """One step while it is open."""

    def __init__(self, state: State, step: Step):
        self.state = state
        self.plan = state.plan
        self.step = step
        self.facts: list[dict] = []
        self.counts: dict[str, int] = {}
        written = {document.path for document in self.plan.documents.values()} & state.outputs
        self.usual = [*ALWAYS, "postpone"] if written else LATER

    def perform(self, kind: str, name: str, request: dict):
        self.counts[name] = self.counts.get(name, 0) + 1
        number = self.counts[name]
        outcome = yield kind, name if number == 1 else f"{name}.{number}", request
        return outcome

    def prompt(self, name: str, prompt: str, who: list[str], data, accept: dict, dispositions: list[str]):
        request = {"prompt": prompt, "who": who, "data": data, "accept": accept, "dispositions": list(dispositions)}
        return (yield from self.perform("ask", name, request))

    def deviate(self, at: str, what: dict, dispositions: list[str]):
        """Comes back where the disposition is to try again."""
        exception = what.get("exception")
        data = {**failure(what["code"], what["expected"], what["found"]), "remedy": what.get("remedy", "")}
        who = [self.step.person]
        if exception is None and what["code"] in MISHAPS:
            o = yield from self.prompt(f"{at}/again", "try-again", who, data, choice("again"), dispositions)
            if o["ok"]:
                return
            exception = o["exception"]
        while exception is None:
            o = yield from self.prompt(f"{at}/failure", "failure", who, data, {"form": "exception"}, dispositions)
            exception = o["value"]["exception"] if o["ok"] else o["exception"]
        self.facts.append({"fact": "exception", "at": at, "code": what["code"], "exception": exception})
        if exception["disposition"] not in ("retry", "pause"):
            raise Deviation(exception["disposition"])

    def attempt(self, kind: str, name: str, request: dict, dispositions: list[str]):
        while True:
            outcome = yield from self.perform(kind, name, request)
            if outcome["ok"]:
                return outcome["value"]
            yield from self.deviate(name, outcome, dispositions)

    def ask(self, prompt: str, data, accept: dict, dispositions: list[str] | None = None, who: str | None = None):
        dispositions = self.usual if dispositions is None else dispositions
        who = who or self.step.person
        request = {
            "prompt": prompt, "who": [who], "data": data, "accept": accept, "dispositions": list(dispositions),
        }
        return (yield from self.attempt("ask", prompt, request, dispositions))

    def done(self, *facts: dict) -> list[dict]:
        return [*self.facts, *facts, {"fact": "done"}]

    def run(self, program, ending=None):
        """The step's facts, in the end; `ending` may say what else a disposition leaves."""
        try:
            return (yield from program)
        except Deviation as deviation:
            more = ending(deviation.disposition) if ending is not None else None
            if more is None:
                demand(deviation.disposition in ENDINGS, f"a step can't end by {deviation.disposition}")
                more = [{"fact": ENDINGS[deviation.disposition]}]
            return [*self.facts, *more]


ENDINGS = {
    "postpone": "postponed", "spare": "postponed", "reinitialise": "postponed", "without-signer": "postponed",
    "amend": "amend-asked", "abort": "aborted",
}
