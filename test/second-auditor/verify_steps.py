"""The last steps (docs/formats/steps.md): verify and outputs."""

from documents import file_of
from keys import is_signature
from performance import ALWAYS, TYPED, Performance, choice, failure
from spellings import digest


def finished_file(state, role: str) -> bytes:
    """A document's file with the valid signatures, in the order of its signers."""
    document = state.plan.documents[role]
    signed, _, _ = state.document(role)
    valid = state.valid_signatures(role)
    signatures = [{"keyid": valid[name]["keyid"], "sig": valid[name]["sig"]} for name in document.signers if name in valid]
    return file_of(signed, signatures, document.style)


def _files(p: Performance) -> list[dict]:
    files = []
    for role, document in p.plan.documents.items():
        data = finished_file(p.state, role)
        files.append({"role": role, "path": document.path, "sizeBytes": len(data), "sha256": digest(data)})
    return files


def verify_step(p: Performance):
    while True:
        what = what_is_wrong(p.state)
        if what is None:
            break
        yield from p.deviate("verify", what, TYPED)
    clients = []
    while not p.plan.rehearsal:
        request = {"documents": [{"path": file["path"], "sha256": file["sha256"]} for file in _files(p)]}
        value = yield from p.attempt("try-clients", "try-clients", request, TYPED)
        clients = value["clients"]
        refusing = [f"{c['client']} {c['version']}" for c in clients if not c["accepted"] and not c["known"]]
        if not refusing:
            break
        expected = "every client reads the documents"
        yield from p.deviate("try-clients", failure("verify/client", expected, ", ".join(refusing)), TYPED)
    documents = [{"role": role, "sha256": p.state.document(role)[2]} for role in p.plan.documents]
    return p.done({"fact": "verified", "documents": documents, "clients": clients})


def what_is_wrong(state) -> dict | None:
    for role in state.plan.documents:
        document = state.document(role)
        if document is None:
            return failure("verify/incomplete", "every key of the document", role)
        known = state.known()
        for name, fact in state.valid_signatures(role).items():
            if not is_signature(known[name], document[1], fact["sig"]):
                return failure("verify/signature", "valid signatures only", f"{role}: {name}")
        for gate, count in state.missing(role):
            return failure("verify/threshold", f"{gate.threshold} signatures ({gate.kind}) on {role}", str(count))
    return None


def outputs_step(p: Performance):
    files = _files(p)
    without_role = [{name: file[name] for name in ("path", "sizeBytes", "sha256")} for file in files]
    for file, written in zip(files, without_role):
        yield from p.attempt("write", f"write-{file['role']}", written, ALWAYS)
    yield from p.ask("outputs-written", {"files": files}, choice("noted"), ALWAYS, who=p.plan.administrator)
    return p.done(*({"fact": "output", **written} for written in without_role))
