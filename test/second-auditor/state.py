"""What finished steps leave, and which step is next (docs/formats/steps.md)."""

from documents import compose, keys_in
from keys import keyid_of
from plan import Plan, Step
from spellings import canonical, digest


class State:
    def __init__(self, plan: Plan):
        self.plan = plan
        self.session = 0
        self.head_to_compare: str | None = None
        self.done: set[str] = set()
        self.postponed: set[str] = set()
        self.waiting: set[str] = set()
        self.aborted = False
        self.present: set[str] = set()
        self.clock_went_back = False
        self.keys: dict[str, dict] = {}
        self.devices: dict[str, str] = {}
        self.reinitialise: set[str] = set()
        self.confirmed: dict[str, str] = {}
        self.linted: str | None = None
        self.signatures: list[dict] = []
        self.out: set[tuple[str, str]] = set()
        self.requested: set[tuple[str, str, str]] = set()
        self.verified: dict[str, str] = {}
        self.outputs: set[str] = set()
        self.amend_asked = False
        self.amendment_read = True
        self.amendments = 0
        self.chosen: str | None = None
        self.exceptions: list[dict] = []
        self._composed: dict = {}

    # Facts

    def begin_session(self, number: int, head: str | None) -> None:
        """`head` is the one after the last session's seal, if there was one; an older one that is due comes first."""
        self.session = number
        self.head_to_compare = self.head_to_compare or head
        self.waiting, self.chosen = set(), None

    def end_step(self, ref: str, facts: list[dict]) -> None:
        for fact in facts:
            self._apply(ref, fact)
        if self.chosen == ref:
            self.chosen = None
        if any(fact["fact"] in ("key", "key-void") for fact in facts):
            self._composed = {}

    def _apply(self, ref: str, fact: dict) -> None:
        match fact["fact"]:
            case "done":
                self.done.add(ref)
                self.postponed.discard(ref)
            case "postponed":
                self.postponed.add(ref)
            case "aborted":
                self.aborted = True
            case "exception":
                self.exceptions.append({"step": ref, **fact})
            case "present":
                self.present = set(fact["present"])
            case "head-compared" | "head-not-compared":
                self.head_to_compare = None
            case "clock":
                self.clock_went_back = False
            case "key":
                self.keys[fact["key"]] = fact
                self.reinitialise.discard(fact["key"])
            case "device":
                self.devices[fact["key"]] = fact["serial"]
            case "key-void":
                self.keys.pop(fact["key"], None)
                if fact["because"] == "reinitialise":
                    self.reinitialise.add(fact["key"])
            case "confirmed":
                self.confirmed[fact["key"]] = fact["keyid"]
            case "linted":
                self.linted = fact["scriptSha256"]
            case "signature":
                self.signatures.append(fact)
            case "signer-out":
                self.out.add((fact["role"], fact["key"]))
            case "requested":
                self.requested.add((fact["role"], fact["key"], fact["sha256"]))
            case "waiting":
                self.waiting.add(ref)
            case "verified":
                self.verified = {document["role"]: document["sha256"] for document in fact["documents"]}
            case "output":
                self.outputs.add(fact["path"])
            case "amend-asked":
                self.amend_asked = True
            case "amendment-read":
                self.amendment_read = True
            case "chosen":
                self.chosen = fact["step"]

    def amend(self, plan: Plan) -> None:
        old, self.plan, self._composed = self.plan, plan, {}
        for name in list(self.devices):
            if not self._device_stays(old.keys.get(name), plan.keys.get(name), self.devices[name]):
                del self.devices[name]
                self.reinitialise.discard(name)
        self.keys = {name: fact for name, fact in self.keys.items() if name not in plan.known and self.holds(name)}
        for role in {role for role, _ in self.out}:
            gone = {name for other, name in self.out if other == role}
            if role not in plan.documents or not self.reachable(role, gone):
                self.out = {pair for pair in self.out if pair[0] != role}
        texts = {step.ref: step.instruct for step in plan.steps}
        for step in old.steps:
            if step.kind == "instruct" and texts.get(step.ref) != step.instruct:
                self.done.discard(step.ref)
        if old.script["people"] != plan.script["people"]:
            self.done.discard("attendance")
        self.done.discard("follow")
        self.amendments += 1
        self.amend_asked = self.amendment_read = False
        self.linted = self.chosen = None
        self.outputs = set()

    @staticmethod
    def _device_stays(old: dict | None, new: dict | None, serial: str) -> bool:
        if old is None or new is None or old["kind"] != "hsm" or new["kind"] != "hsm":
            return False
        if (old["device"], old["serial"]) != (new["device"], new["serial"]):
            return False
        return not (serial in old.get("spares", []) and serial not in new.get("spares", []))

    # Derived

    def known(self) -> dict[str, dict]:
        made = {name: fact["publicKey"] for name, fact in self.keys.items()}
        return {name: {**made, **self.plan.known}[name] for name in self.plan.keys if name in made or name in self.plan.known}

    def document(self, role: str):
        """`(signed, canonical bytes, digest)`, or None while a key is unknown."""
        if role not in self._composed:
            signed = compose(self.plan, role, self.known())
            message = canonical(signed) if signed is not None else b""
            self._composed[role] = None if signed is None else (signed, message, digest(message))
        return self._composed[role]

    def composable(self, role: str) -> bool:
        known = self.known()
        return all(name in known for name in keys_in(self.plan.script, role))

    def valid_signatures(self, role: str) -> dict[str, dict]:
        document = self.document(role)
        if document is None:
            return {}
        known = self.known()
        return {
            fact["key"]: fact
            for fact in self.signatures
            if fact["role"] == role
            and fact["sha256"] == document[2]
            and fact["key"] in known
            and fact["keyid"] == keyid_of(known[fact["key"]])
        }

    def holds(self, name: str) -> bool:
        key, fact = self.plan.keys.get(name), self.keys.get(name)
        if key is None or fact is None or fact["store"] != key["kind"] or fact["publicKey"]["scheme"] != key["scheme"]:
            return False
        if key["kind"] != "hsm" or key["serial"] == "at-ceremony":
            return True
        return fact["serial"] in [key["serial"], *key.get("spares", []), self.devices.get(name)]

    def signed(self, role: str, name: str) -> bool:
        return name in self.valid_signatures(role)

    def serial_of(self, name: str) -> str | None:
        serial = self.plan.keys[name]["serial"]
        return self.devices.get(name, None if serial == "at-ceremony" else serial)

    def one_time_signers(self) -> list[tuple[str, str]]:
        kinds = self.plan.keys
        documents = self.plan.documents.values()
        return [(d.role, name) for d in documents for name in d.signers if kinds[name]["kind"] == "one-time"]

    def there(self, person: str) -> bool:
        return not self.present or person in self.present

    def other(self) -> str:
        there = [person for person in self.plan.script["people"] if self.there(person["id"])]
        witnesses = [person["id"] for person in there if person["duty"] == "witness"]
        others = [person["id"] for person in there if person["duty"] != "administrator"]
        return [*witnesses, *others, self.plan.administrator][0]

    def reachable(self, role: str, without: set[str]) -> bool:
        document = self.plan.documents[role]
        left = set(document.signers) - without
        return all(len(left & set(gate.keys)) >= gate.threshold for gate in document.gates)

    def missing(self, role: str) -> list[tuple]:
        """Gates that are not met, each with the number of signatures that there are."""
        signed = set(self.valid_signatures(role))
        counted = [(gate, len(signed & set(gate.keys))) for gate in self.plan.documents[role].gates]
        return [(gate, count) for gate, count in counted if count < gate.threshold]

    # Which step is next

    def next(self):
        """`("step", Step)`, `("choose", [refs])`, or one of `done`, `waiting`, `aborted`, `amend` with None."""
        if self.aborted:
            return "aborted", None
        if self.head_to_compare is not None:
            return "step", Step(f"head/{self.session}", self.plan.administrator)
        if self.amend_asked:
            return "amend", None
        for ref, is_due in (
            (f"amendment/{self.amendments + 1}", not self.amendment_read),
            ("clock/again", self.clock_went_back),
        ):
            if is_due:
                return "step", Step(ref, self.plan.administrator)
        if self.chosen is not None:
            return "step", next(step for step in self.plan.steps if step.ref == self.chosen)
        unfinished = []
        for step in self.plan.steps:
            if self.is_finished(step):
                continue
            unfinished.append(step)
            if not self._is_aside(step) and self.is_ready(step):
                break
        if not unfinished:
            return "done", None
        possible = [step for step in unfinished if self.is_ready(step)]
        options = [step for step in possible if step.ref in self.postponed and step.ref not in self.waiting]
        options += [step for step in possible if not self._is_aside(step)][:1]
        if len(options) > 1:
            return "choose", [step.ref for step in options]
        return ("step", options[0]) if options else ("waiting", None)

    def _is_aside(self, step: Step) -> bool:
        return step.ref in self.postponed or step.ref in self.waiting

    def is_finished(self, step: Step) -> bool:
        match step.kind:
            case "generate":
                return self.holds(step.key)
            case "confirm":
                return self.confirmed.get(step.key) == keyid_of(self.plan.known[step.key])
            case "lint":
                return self.linted == self.plan.sha256
            case "one-time":
                return all(self.signed(role, name) for role, name in self.one_time_signers())
            case "sign" | "collect":
                return (step.role, step.key) in self.out or self.signed(step.role, step.key)
            case "request":
                return (step.role, step.key) in self.out or self._is_requested(step)
            case "verify":
                documents = {role: self.document(role) for role in self.plan.documents}
                return all(d is not None and self.verified.get(role) == d[2] for role, d in documents.items())
            case _:
                return step.ref in self.done

    def _is_requested(self, step: Step) -> bool:
        document = self.document(step.role)
        return document is not None and (step.role, step.key, document[2]) in self.requested

    def _all_finished(self, *kinds: str) -> bool:
        return all(self.is_finished(step) for step in self.plan.steps if step.kind in kinds)

    def is_ready(self, step: Step) -> bool:
        match step.kind:
            case "one-time":
                signers = self.one_time_signers()
                made = {name for _, name in signers}
                known = self.known()
                lacking = {k for role, _ in signers for k in keys_in(self.plan.script, role) if k not in known}
                return self._all_finished("lint", "confirm") and lacking <= made
            case "sign" | "request":
                return (
                    self._all_finished("lint", "confirm")
                    and self.composable(step.role)
                    and all(self.signed(role, name) for role, name in self.one_time_signers())
                )
            case "collect":
                return self._is_requested(step)
            case "verify":
                return self._all_finished("sign", "collect", "one-time")
            case "outputs":
                return self._all_finished("verify")
            case _:
                return True
