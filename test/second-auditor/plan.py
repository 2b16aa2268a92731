"""From a script and the files it pins to keys, documents, gates, signers and steps (docs/formats/plan.md)."""

from dataclasses import dataclass, replace

from keys import fault_of, flat, from_pem, is_signature, keyid_of, material
from previous import find_key, read_previous
from refusals import Refused, demand
from script import read_script
from spellings import digest, read_json


@dataclass(frozen=True)
class Gate:
    kind: str  # new-root, previous-root or delegation
    keys: tuple  # names; None for a keyid that no key of the script has
    threshold: int


@dataclass(frozen=True)
class Document:
    role: str
    version: int
    path: str
    expires: str
    style: str
    gates: tuple
    signers: tuple


@dataclass(frozen=True)
class Step:
    ref: str
    person: str
    key: str | None = None
    role: str | None = None
    instruct: dict | None = None

    @property
    def kind(self) -> str:
        return self.ref.split("/")[0]


class Plan:
    def __init__(self, data: bytes, inputs: dict[str, bytes], rehearsal: bool):
        """`inputs` by the name that the script gives each file."""
        self.sha256 = digest(data)
        self.script = read_script(data)
        self.rehearsal = rehearsal
        self.inputs = inputs
        self.keys = dict(self.script["keys"])
        self.people = [person["id"] for person in self.script["people"]]
        self.administrator = next(p["id"] for p in self.script["people"] if p["duty"] == "administrator")
        pinned = self.script["previous"]
        self.previous = read_previous({role: self._pinned(pinned[role]) for role in pinned})
        self.known = self._known()
        self._no_key_twice()
        self.documents = self._documents()
        self.steps = self._agenda() if "agenda" in self.script else self._default()
        if rehearsal:
            self._rehearse()

    def _pinned(self, pin: dict) -> bytes:
        demand(pin["file"] in self.inputs, f"{pin['file']} is not there")
        data = self.inputs[pin["file"]]
        demand(digest(data) == pin["sha256"], f"{pin['file']} has another digest")
        return data

    # Keys

    def _known(self) -> dict[str, dict]:
        known = {}
        for name, key in self.keys.items():
            if key["kind"] == "public":
                data = self._pinned({"file": key["public"], "sha256": key["sha256"]})
                known[name] = from_pem(data, key["scheme"])
            elif "enrolled" in key:
                known[name] = self._enrolled(name, key)
            elif "keyid" in key:
                found = find_key(self.previous, key["keyid"])
                demand(found is not None, f"no previous metadata has the key of {name}")
                known[name] = flat(found)
                demand(keyid_of(known[name]) == key["keyid"], f"the keyid of {name} is not its hash")
                scheme = key.get("scheme", known[name]["scheme"])
                demand(known[name]["scheme"] == scheme, f"the scheme of {name} is another")
        return known

    def _enrolled(self, name: str, key: dict) -> dict:
        data = self._pinned(key["enrolled"])
        demand(len(data) <= 65536, f"the enrolment of {name} is too large")
        try:
            enrolment = read_json(data.decode("utf-8"), 3)
        except UnicodeDecodeError as error:
            raise Refused(f"the enrolment of {name} is not UTF-8") from error
        members = {"type", "ceremony", "key", "holder", "publicKey", "proof"}
        demand(isinstance(enrolment, dict) and set(enrolment) == members, f"the enrolment of {name} has other members")
        wanted = (self.script["ceremony"], name, key["holder"], "tuf-ceremony enrolment v1")
        found = tuple(enrolment[member] for member in ("ceremony", "key", "holder", "type"))
        demand(found == wanted, f"the enrolment of {name} is for {found}")
        public = flat(enrolment["publicKey"])
        proof = enrolment["proof"]
        demand(isinstance(proof, str) and proof == proof.lower(), f"the proof of {name} is not lower-case hex")
        demand(is_signature(public, self.proof_message(name), proof), f"the proof of possession of {name} is not valid")
        return public

    def proof_message(self, name: str) -> bytes:
        return f"tuf-ceremony proof of possession v1\n{self.script['ceremony']}\n{name}\n".encode()

    def _no_key_twice(self) -> None:
        demand(all(fault_of(key) is None for key in self.known.values()), "a known key can't be used")
        demand(len({material(key) for key in self.known.values()}) == len(self.known), "two keys are the same")

    # Documents

    def previous_targets(self, role: str) -> dict:
        return self.previous[role]["targets"] if role in self.previous else {}

    def _documents(self) -> dict[str, Document]:
        roles = self.script["roles"]
        order = [*roles["targets"].get("delegates", []), "targets", "root"]
        made = {}
        for role in [name for name in order if "expires" in roles[name]]:
            version = self.previous[role]["version"] + 1 if role in self.previous else 1
            gates = self._gates(role)
            named = dict.fromkeys(name for gate in gates for name in gate.keys if name is not None)
            made[role] = Document(
                role=role,
                version=version,
                path=f"metadata/{version}.{role}.json",
                expires=roles[role]["expires"],
                style="compact" if "hash_bins" in roles[role] else "indented",
                gates=gates,
                signers=tuple(name for name in named if self._can_sign(name)),
            )
        return made

    def _can_sign(self, name: str) -> bool:
        key = self.keys[name]
        return key["kind"] != "public" and not (key["kind"] == "one-time" and "keyid" in key)

    def _gates(self, role: str) -> tuple:
        entry = self.script["roles"][role]
        own = Gate("new-root", tuple(entry["keys"]), entry["threshold"])
        has_previous = "root" in self.previous
        if role == "root":
            return (own, self._previous_gate("root")) if has_previous else (own,)
        if role == "targets":
            makes_root = "expires" in self.script["roles"]["root"]
            return (self._previous_gate("targets"),) if has_previous and not makes_root else (own,)
        return (replace(own, kind="delegation"),)

    def _previous_gate(self, role: str) -> Gate:
        signers = self.previous["root"]["roles"][role]
        names = {keyid_of(key): name for name, key in self.known.items()}
        keys = tuple(names.get(keyid) for keyid in dict.fromkeys(signers["keyids"]))
        return Gate("previous-root", keys, signers["threshold"])

    # Steps

    def _step(self, kind: str, *parts: str, person: str | None = None, **more) -> Step:
        return Step("/".join([kind, *parts]), person or self.administrator, **more)

    def _holder(self, name: str) -> str:
        return self.keys[name]["holder"]

    def _generate(self, name: str) -> Step:
        return self._step("generate", name, person=self._holder(name), key=name)

    def _sign(self, role: str, name: str) -> Step:
        return self._step("sign", role, name, person=self._holder(name), key=name, role=role)

    def _of_kind(self, *kinds: str):
        return [name for name, key in self.keys.items() if key["kind"] in kinds]

    def _signers(self, *kinds: str, role: str | None = None):
        for document in self.documents.values():
            for name in document.signers:
                if self.keys[name]["kind"] in kinds and role in (None, document.role):
                    yield document.role, name

    def _travelling(self, kind: str, role: str | None = None) -> list[Step]:
        return [self._step(kind, r, name, key=name, role=r) for r, name in self._signers("elsewhere", role=role)]

    def _default(self) -> list[Step]:
        steps = [self._step(kind) for kind in ("preflight", "attendance", "script", "clock", "beacon")]
        if self.script.get("follow", False):
            steps.append(self._step("follow"))
        steps += [self._generate(name) for name in self._of_kind("hsm", "file") if "keyid" not in self.keys[name]]
        steps += [self._step("confirm", name, key=name) for name in self._to_confirm()]
        steps.append(self._step("lint"))
        if any("keyid" not in self.keys[name] for name in self._of_kind("one-time")):
            steps.append(self._step("one-time"))
        for role in self.documents:
            steps += self._travelling("request", role)
            steps += [self._sign(*signer) for signer in self._signers("hsm", "file", role=role)]
        return [*steps, *self._travelling("collect"), self._step("verify"), self._step("outputs")]

    def _to_confirm(self):
        return [name for name, key in self.keys.items() if key["kind"] == "public" or "enrolled" in key]

    def _agenda(self) -> list[Step]:
        steps = []
        instructions = 0
        for item in self.script["agenda"]:
            if "generate" in item:
                steps += [self._generate(name) for name in item["generate"]]
            elif "confirm" in item:
                steps += [self._step("confirm", name, key=name) for name in item["confirm"]]
            elif "sign" in item:
                steps += [self._sign(role, name) for role, names in item["sign"].items() for name in names]
            elif "instruct" in item:
                instructions += 1
                steps.append(self._step("instruct", str(instructions), instruct=item))
            else:
                steps += [self._step(word) for word in item]
        wanted = {step.ref for step in self._default() if step.kind not in ("request", "collect")}
        planned = [step.ref for step in steps if step.kind != "instruct"]
        demand(len(set(planned)) == len(planned) and set(planned) == wanted, "the agenda lacks or repeats steps")
        at = [step.kind for step in steps].index("verify")
        steps[at:at] = self._travelling("collect")
        for request in self._travelling("request"):
            before = (
                number
                for number, step in enumerate(steps)
                if step.kind in ("collect", "verify") or (step.kind == "sign" and step.role in (request.role, "root"))
            )
            steps.insert(next(before), request)
        return steps

    def _rehearse(self) -> None:
        stand_ins = [name for name in self.known if self.keys[name]["kind"] not in ("public", "one-time")]
        for name in stand_ins:
            scheme = self.known.pop(name)["scheme"]
            self.keys[name] = {"kind": "file", "store": "file", "holder": self._holder(name), "scheme": scheme}
        steps = []
        for step in self.steps:
            if step.kind == "lint":
                steps += [self._generate(name) for name in stand_ins]
            if step.kind == "collect":
                steps.append(replace(step, ref=step.ref.replace("collect", "sign", 1)))
            elif step.kind != "request" and not (step.kind == "confirm" and step.key in stand_ins):
                steps.append(step)
        self.steps = steps
