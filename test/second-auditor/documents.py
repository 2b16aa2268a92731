"""Documents as the plan makes them of keys (docs/formats/documents.md)."""

from keys import key_object, keyid_of
from spellings import compact, indented

SPEC_VERSION = "1.0.31"
TOP_LEVEL = ("root", "snapshot", "targets", "timestamp")


def keys_in(script: dict, role: str) -> list[str]:
    """The names of the keys that stand in a role's document: it is composable when all of them are known."""
    roles = script["roles"]
    if role == "root":
        lists = [roles[name]["keys"] for name in TOP_LEVEL]
    else:
        lists = [roles[name]["keys"] for name in roles[role].get("delegates", [])]
        if "hash_bins" in roles[role]:
            lists.append(roles[role]["hash_bins"]["keys"])
    return list(dict.fromkeys(name for names in lists for name in names))


def compose(plan, role: str, known: dict) -> dict | None:
    """The signed part, or None while a key is unknown. `known` maps names to keys."""
    names = keys_in(plan.script, role)
    if any(name not in known for name in names):
        return None
    document = plan.documents[role]
    prefix = "rehearsal-" if plan.rehearsal else ""
    ids = {name: keyid_of(known[name]) for name in names}
    objects = {ids[name]: key_object(known[name]) for name in names}
    signed = {"expires": document.expires, "spec_version": SPEC_VERSION, "version": document.version}
    roles = plan.script["roles"]
    if role == "root":
        return {
            **signed,
            "_type": f"{prefix}root",
            "consistent_snapshot": True,
            "keys": objects,
            "roles": {name: _signers(roles[name], ids) for name in TOP_LEVEL},
        }
    signed |= {"_type": f"{prefix}targets", "targets": plan.previous_targets(role)}
    if "hash_bins" in roles[role]:
        signed["delegations"] = {"keys": objects, **_bins(roles[role]["hash_bins"], ids)}
    elif "delegates" in roles[role]:
        delegated = [_delegation(name, roles[name], ids) for name in roles[role]["delegates"]]
        signed["delegations"] = {"keys": objects, "roles": delegated}
    return signed


def _signers(role: dict, ids: dict) -> dict:
    return {"keyids": [ids[name] for name in role["keys"]], "threshold": role["threshold"]}


def _delegation(name: str, role: dict, ids: dict) -> dict:
    paths = {"paths": role["paths"]} if "paths" in role else {"path_hash_prefixes": list("0123456789abcdef")}
    return {"name": name, "terminating": role.get("terminating", False), **paths, **_signers(role, ids)}


def _bins(bins: dict, ids: dict) -> dict:
    signers, count, name = _signers(bins, ids), bins["count"], bins["name"]
    if bins.get("succinct", False):
        return {"succinct_roles": {"bit_length": count.bit_length() - 1, "name_prefix": name, **signers}}
    digits = len(f"{count - 1:x}")
    each = 16**digits // count
    roles = [
        {
            "name": f"{name}-{number:0{digits}x}",
            "path_hash_prefixes": [f"{number * each + offset:0{digits}x}" for offset in range(each)],
            "terminating": False,
            **signers,
        }
        for number in range(count)
    ]
    return {"roles": roles}


def file_of(signed: dict, signatures: list[dict], style: str) -> bytes:
    document = {"signatures": signatures, "signed": signed}
    return compact(document) if style == "compact" else indented(document)
