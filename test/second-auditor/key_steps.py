"""The steps that make keys and sign with them (docs/formats/steps.md): generate, one-time, sign."""

from documents import compose, keys_in
from keys import fault_of, is_signature, keyid_of, material
from performance import ALWAYS, LATER, Deviation, Performance, choice, failure, words
from spellings import canonical, digest


NEVER_INITIALISED = ("nss", "yubihsm2", "yubikey")


class Failed(Exception):
    """A round of the one-time step that did not come through; a signature that was not made."""

    def __init__(self, what: dict):
        super().__init__(what["code"])
        self.what = what


# Making keys


def generate_step(p: Performance):
    return p.run(_generate_on_token(p) if p.plan.keys[p.step.key]["kind"] == "hsm" else _generate_file(p))


def _generate_file(p: Performance):
    yield from p.ask("media", {"key": p.step.key}, choice("ready"), LATER)
    made = yield from _make_key(p, None, None, LATER)
    return p.done(_key_fact(p.step.key, made, "file", None))


def _generate_on_token(p: Performance):
    name, state = p.step.key, p.state
    key = p.plan.keys[name]
    taken = {serial for other, serial in state.devices.items() if other != name} | {state.devices.get(name)}
    left = [serial for serial in key.get("spares", []) if serial not in taken]
    serial = at_first = state.serial_of(name)
    provisions = key.get("provision", False) or name in state.reinitialise
    while True:
        dispositions = [*LATER, "spare"] if left else LATER
        try:
            made, token = yield from _make_on_token(p, serial, provisions, dispositions)
        except Deviation as deviation:
            if deviation.disposition != "spare":
                raise
            serial = left.pop(0)
            p.facts.append({"fact": "device", "key": name, "serial": serial})
            continue
        moved = [] if token["serial"] == at_first else [{"fact": "device", "key": name, "serial": token["serial"]}]
        return p.done(*moved, _key_fact(name, made, "hsm", token["serial"]))


def _make_on_token(p: Performance, serial, provisions: bool, dispositions: list[str]):
    name = p.step.key
    device = p.plan.keys[name]["device"]
    at = {"key": name, "device": device}
    yield from p.ask("insert-token", {**at, "serial": serial}, choice("inserted"), dispositions)
    blank = serial is None and provisions
    find = {**at, "serial": serial, "blank": blank, "notThese": _not_these(p)}
    token = yield from p.attempt("find-token", "find-token", find, dispositions)
    if provisions:
        yield from p.ask("provision", {**at, "token": token}, choice("initialise"), dispositions)
        request = {**at, "serial": token["serial"], "label": name}
        key = p.plan.keys[name]
        named = serial if serial in [key["serial"], *key.get("spares", [])] else None
        while True:
            token = yield from p.attempt("provision", "provision", request, dispositions)
            if token["serial"] == (named or token["serial"]) and token["serial"] not in find["notThese"]:
                break
            bad = failure("token/changed-serial", named or "a device of its own", token["serial"])
            yield from p.deviate("provision", bad, dispositions)
    made = yield from _make_key(p, device, token["serial"], dispositions)
    return made, token


def _not_these(p: Performance) -> list[str]:
    serials = set()
    for name, key in p.plan.keys.items():
        if key["kind"] == "hsm" and name != p.step.key and key["device"] == p.plan.keys[p.step.key]["device"]:
            serials |= {p.state.serial_of(name), *key.get("spares", [])}
    return sorted(serials - {None}, key=lambda serial: serial.encode("utf-16-be"))


def _generation(p: Performance, name: str, device, serial, documents: list[str]) -> dict:
    key = p.plan.keys[name]
    label = f"{p.plan.script['ceremony']} {name}"
    request = {"key": name, "store": key["kind"], "scheme": key["scheme"], "label": label}
    return {**request, "device": device, "serial": serial, "documents": documents}


def _make_key(p: Performance, device, serial, dispositions: list[str]):
    name = p.step.key
    while True:
        request = _generation(p, name, device, serial, [])
        made = yield from p.attempt("generate", "generate", request, dispositions)
        bad = _what_is_bad(p, name, made, p.state.known())
        if bad is not None:
            yield from p.deviate("generate", bad, dispositions)
            continue
        keyid = keyid_of(made["publicKey"])
        shown = {"attributes": made["attributes"], "swept": made["swept"]}
        data = {"key": name, "keyid": keyid, "serial": serial, **shown}
        yield from p.ask("new-key", data, words("screen", keyid, 0, 31), dispositions)
        return made


def _what_is_bad(p: Performance, name: str, made: dict, known: dict) -> dict | None:
    key = made["publicKey"]
    wanted = p.plan.keys[name]["scheme"]
    if key["scheme"] != wanted:
        return failure("key/scheme", wanted, key["scheme"])
    fault = fault_of(key)
    if fault is not None:
        return failure("key/unusable", "a public key that can be used", fault)
    if not is_signature(key, p.plan.proof_message(name), made["proof"]):
        expected = "a proof of possession that both implementations accept"
        return failure("key/proof", expected, "one that they do not")
    same = [other for other in known if other != name and material(known[other]) == material(key)]
    if same:
        return failure("key/twice", "a key of its own", same[0])
    attributes = made["attributes"]
    if attributes.get("CKA_EXTRACTABLE") is True or attributes.get("CKA_SENSITIVE") is False:
        return failure("key/extractable", "a key that can't leave the token", "one that can")
    return None


def _key_fact(name: str, made: dict, store: str, serial) -> dict:
    return {
        "fact": "key", "key": name, "keyid": keyid_of(made["publicKey"]), "publicKey": made["publicKey"],
        "store": store, "serial": serial, "attributes": made["attributes"], "swept": made["swept"],
    }


# Signing


def show_document(p: Performance, role: str, message: bytes, dispositions: list[str]):
    document = p.plan.documents[role]
    sha256 = digest(message)
    first = 2 * (len(p.state.valid_signatures(role)) % 16)
    data = {
        "role": role, "version": document.version, "expires": document.expires, "sizeBytes": len(message),
        "sha256": sha256,
    }
    yield from p.ask("sign-document", data, words("screen", sha256, first, first + 1), dispositions)


def signature_fact(role: str, name: str, key: dict, message: bytes, sig: str) -> dict:
    """Raises Failed where the signature is not accepted."""
    if not is_signature(key, message, sig):
        expected = "a signature that OpenSSL and the JavaScript implementation both find valid"
        raise Failed(failure("signature/not-accepted", expected, "OpenSSL: invalid, JavaScript: invalid"))
    fact = {"fact": "signature", "role": role, "key": name, "keyid": keyid_of(key)}
    return {**fact, "sha256": digest(message), "sig": sig}


def _sign(p: Performance, action: str, role: str, name: str, public: dict, message: bytes, serial):
    key = p.plan.keys[name]
    request = {
        "key": name, "store": key["kind"], "device": key.get("device"), "serial": serial, "publicKey": public,
        "label": None if "keyid" in key else f"{p.plan.script['ceremony']} {name}", "role": role,
        "sizeBytes": len(message), "sha256": digest(message),
    }
    outcome = yield from p.perform("sign", action, request)
    if not outcome["ok"]:
        raise Failed(outcome)
    return signature_fact(role, name, public, message, outcome["value"]["sig"])


def sign_step(p: Performance):
    dispositions = signing_dispositions(p)
    return p.run(_sign_one(p, dispositions), lambda disposition: signing_end(p, disposition))


def _sign_one(p: Performance, dispositions: list[str]):
    name, role = p.step.key, p.step.role
    _, message, _ = p.state.document(role)
    key, serial = p.plan.keys[name], None
    yield from show_document(p, role, message, dispositions)
    if key["kind"] == "hsm":
        at = {"key": name, "device": key["device"], "serial": p.state.serial_of(name)}
        yield from p.ask("insert-token", at, choice("inserted"), dispositions)
        find = {**at, "blank": False, "notThese": []}
        token = yield from p.attempt("find-token", "find-token", find, dispositions)
        serial = token["serial"]
    else:
        yield from p.ask("media", {"key": name}, choice("ready"), dispositions)
    public = p.state.known()[name]
    while True:
        try:
            return p.done((yield from _sign(p, "sign", role, name, public, message, serial)))
        except Failed as failed:
            what = failed.what
        yield from p.deviate("sign", what, dispositions)


def free_spare(p: Performance) -> str | None:
    key, state = p.plan.keys[p.step.key], p.state
    taken = {*state.devices.values(), state.serial_of(p.step.key)} if key["kind"] == "hsm" else set()
    return next((serial for serial in key.get("spares", []) if serial not in taken), None)


def signing_dispositions(p: Performance) -> list[str]:
    state, name, role = p.state, p.step.key, p.step.role
    out = {other for where, other in state.out if where == role}
    dispositions = list(LATER)
    if state.reachable(role, out | {name}):
        dispositions.append("without-signer")
    if name in state.keys and not _is_in_signed_document(p, name):
        if p.plan.keys[name]["kind"] == "hsm" and free_spare(p) is not None:
            dispositions.append("spare")
        if p.plan.keys[name].get("device") not in NEVER_INITIALISED:
            dispositions.append("reinitialise")
    return dispositions


def _is_in_signed_document(p: Performance, name: str) -> bool:
    roles = [role for role in p.plan.documents if name in keys_in(p.plan.script, role)]
    return any(p.state.valid_signatures(role) for role in roles)


def signing_end(p: Performance, disposition: str) -> list[dict] | None:
    name = p.step.key
    if disposition == "without-signer":
        return [{"fact": "signer-out", "role": p.step.role, "key": name}]
    if disposition == "reinitialise":
        return [{"fact": "key-void", "key": name, "because": "reinitialise"}]
    if disposition == "spare":
        void = {"fact": "key-void", "key": name, "because": "spare"}
        return [void, {"fact": "device", "key": name, "serial": free_spare(p)}]
    return None


# Keys that exist only during the ceremony


def one_time_step(p: Performance):
    signers = p.state.one_time_signers()
    names = list(dict.fromkeys(name for _, name in signers))
    roles = list(dict.fromkeys(role for role, _ in signers))
    data = {"keys": names, "roles": roles}
    yield from p.ask("one-time-begin", data, choice("begin"), who=p.plan.administrator)
    while True:
        try:
            return p.done(*(yield from _round(p, signers, names, roles)))
        except Failed as failed:
            what = failed.what
        for name in names:
            yield from p.perform("end-key", f"end-{name}", {"key": name})
        yield from p.deviate("one-time", what, LATER)


def _round(p: Performance, signers: list, names: list[str], roles: list[str]):
    known = p.state.known()
    made = {}
    for name in names:
        its_roles = [role for role in roles if (role, name) in signers]
        request = _generation(p, name, None, None, its_roles)
        outcome = yield from p.perform("generate", f"generate-{name}", request)
        if not outcome["ok"]:
            raise Failed(outcome)
        bad = _what_is_bad(p, name, outcome["value"], known)
        if bad is not None:
            raise Failed(bad)
        made[name] = outcome["value"]
        known[name] = outcome["value"]["publicKey"]
    signatures = []
    for role in roles:
        signed = compose(p.plan, role, known)
        if signed is None:
            raise Failed(failure("document/incomplete", "every key", role))
        message = canonical(signed)
        yield from show_document(p, role, message, ALWAYS)
        for name in [signer for where, signer in signers if where == role]:
            fact = yield from _sign(p, f"sign-{role}-{name}", role, name, known[name], message, None)
            signatures.append(fact)
    for name in names:
        outcome = yield from p.perform("end-key", f"end-{name}", {"key": name})
        if not outcome["ok"]:
            raise Failed(outcome)
    return [*(_key_fact(name, made[name], "one-time", None) for name in names), *signatures]
