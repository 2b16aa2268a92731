"""JSON read strictly, and its three spellings: RFC 8785, OLPC canonical JSON, and the two styles of files."""

import hashlib
import json
import re

from refusals import Refused, demand

BIGGEST = 2**53 - 1


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_json(text: str, max_depth: int = 64):
    """Any JSON without repeated members, floats, lone surrogates or a byte order mark."""
    demand(not text.startswith("\ufeff"), "begins with a byte order mark")
    try:
        value = json.loads(text, object_pairs_hook=_members, parse_float=_no_float, parse_constant=_no_float)
        _check(value, max_depth)
    except (ValueError, RecursionError) as error:
        raise Refused(f"is not JSON: {error}") from error
    return value


def _members(pairs):
    found = dict(pairs)
    demand(len(found) == len(pairs), "a member occurs twice")
    return found


def _no_float(text: str):
    raise Refused(f"{text} is no integer")


def _check(value, depth: int) -> None:
    if isinstance(value, str):
        demand(not re.search("[\ud800-\udfff]", value), "a lone surrogate")
    elif isinstance(value, int) and not isinstance(value, bool):
        demand(-BIGGEST <= value <= BIGGEST, f"{value} is beyond 2^53 - 1")
    elif isinstance(value, (dict, list)):
        demand(depth > 0, "nested too deep")
        for member in value:
            _check(member, depth - 1)
            if isinstance(value, dict):
                _check(value[member], depth - 1)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def jcs(value) -> bytes:
    """RFC 8785, for values without floats."""
    return json.dumps(_by_code_unit(value), ensure_ascii=False, separators=(",", ":")).encode()


def _by_code_unit(value):
    if isinstance(value, dict):
        return {name: _by_code_unit(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_by_code_unit(element) for element in value]
    return value


def canonical(value) -> bytes:
    """OLPC canonical JSON."""
    parts: list[str] = []
    _canonical(value, parts.append)
    return "".join(parts).encode()


def _canonical(value, write) -> None:
    if isinstance(value, str):
        write('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')
    elif value is None or isinstance(value, bool):
        write({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int):
        write(str(value))
    elif isinstance(value, dict):
        for position, name in enumerate(sorted(value)):
            write("{" if position == 0 else ",")
            _canonical(name, write)
            write(":")
            _canonical(value[name], write)
        write("}" if value else "{}")
    else:
        for position, element in enumerate(value):
            write("[" if position == 0 else ",")
            _canonical(element, write)
        write("]" if value else "[]")


def compact(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def indented(value) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
