"""The metadata that a ceremony builds on: who signed it, and which keys it knows (docs/formats/plan.md)."""

from keys import KEYTYPES, flat, is_signature, material
from refusals import Refused, demand
from spellings import canonical, read_json


def read_previous(files: dict[str, bytes]) -> dict[str, dict]:
    """Signed parts by role, each verified by the previous root or by another of them."""
    documents = {}
    for role, data in files.items():
        try:
            document = read_json(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Refused(f"previous {role} is not UTF-8") from error
        demand(isinstance(document, dict) and isinstance(document.get("signed"), dict), f"previous {role} is no document")
        documents[role] = document
    demand(not documents or "root" in documents, "previous metadata needs its root")
    if documents:
        _verify_all(documents)
    return {role: document["signed"] for role, document in documents.items()}


def _verify_all(documents: dict[str, dict]) -> None:
    root = documents["root"]["signed"]
    demand(root.get("_type") == "root", "previous root is no root")
    _verify("root", documents["root"], root["keys"], root["roles"]["root"])
    verified = {"root"}
    if "targets" in documents:
        _verify("targets", documents["targets"], root["keys"], root["roles"]["targets"])
        verified.add("targets")
    progress = True
    while progress:
        progress = False
        for role in [name for name in documents if name not in verified]:
            for by in [name for name in verified if name != "root"]:
                delegations = documents[by]["signed"].get("delegations", {})
                named = [entry for entry in delegations.get("roles", []) if entry["name"] == role]
                if named:
                    _verify(role, documents[role], delegations["keys"], named[0])
                    verified.add(role)
                    progress = True
                    break
    demand(verified == set(documents), f"nobody delegates to previous {sorted(set(documents) - verified)}")


def _verify(role: str, document: dict, keys: dict, signers: dict) -> None:
    demand(role == "root" or document["signed"].get("_type") == "targets", f"previous {role} is no targets document")
    message = canonical(document["signed"])
    good = set()
    for signature in document["signatures"]:
        if signature["keyid"] not in signers["keyids"] or signature["keyid"] not in keys:
            continue
        if keys[signature["keyid"]].get("scheme") not in KEYTYPES:
            continue
        try:
            key = flat(keys[signature["keyid"]])
            if is_signature(key, message, signature["sig"].lower()):
                good.add(material(key))
        except (Refused, ValueError):
            continue
    demand(len(good) >= signers["threshold"], f"previous {role} has {len(good)} of {signers['threshold']} signatures")


def find_key(previous: dict[str, dict], keyid: str) -> dict | None:
    if "root" in previous and keyid in previous["root"]["keys"]:
        return previous["root"]["keys"][keyid]
    for role, signed in previous.items():
        keys = signed.get("delegations", {}).get("keys", {}) if role != "root" else {}
        if keyid in keys:
            return keys[keyid]
    return None
