"""The peer that asks python-tuf and securesystemslib. ../README.md says what it is asked and how it answers."""

from __future__ import annotations

import base64
import json
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Signed, Snapshot, Targets, Timestamp
from tuf.ngclient import Updater
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet, _load_from_metadata
from tuf.ngclient.config import EnvelopeType

Answer = dict[str, Any]

ROLES_OF_ROOT = {role.type: role for role in (Root, Timestamp, Snapshot, Targets)}

LIFETIME = timedelta(days=3 * 365)

GENERATORS: dict[str, Callable[[], CryptoSigner]] = {
    "ed25519": CryptoSigner.generate_ed25519,
    "ecdsa-sha2-nistp256": partial(CryptoSigner.generate_ecdsa, scheme="ecdsa-sha2-nistp256"),
    "ecdsa-sha2-nistp384": partial(CryptoSigner.generate_ecdsa, scheme="ecdsa-sha2-nistp384"),
    "rsassa-pss-sha256": partial(CryptoSigner.generate_rsa, scheme="rsassa-pss-sha256"),
}


class BadRequest(Exception):
    """What came is no request that README.md knows: a mistake in the test."""


class Document(NamedTuple):
    """A document to be verified by its delegator, which is "root" or an earlier document's name."""

    name: str
    delegator: str
    data: bytes


class Verdict(NamedTuple):
    """What the library made of something, or in its words why it refused."""

    value: Any = None
    refusal: str | None = None

    @property
    def step(self) -> Answer:
        """The verdict in the shape in which it is answered."""
        return {"accepted": True} if self.refusal is None else {"accepted": False, "error": self.refusal}


def judge(ask: Callable[..., Any], *arguments: Any) -> Verdict:
    """Ask the library. Every exception is its refusal, also a panic of cryptography, which is no Exception."""
    try:
        return Verdict(value=ask(*arguments))
    except BaseException as error:
        return Verdict(refusal=describe(error))


def describe(error: BaseException | None) -> str:
    """Put an exception and what caused it into one line of at most 300 characters."""
    words = []
    while error is not None:
        words.append(f"{type(error).__name__}: {error}".removesuffix(": "))
        error = error.__cause__
    return " ".join("; caused by ".join(words).split())[:300]


def about() -> Answer:
    """Tell who answers here."""
    return {"name": "python-tuf", "versions": {name: version(name) for name in ("tuf", "securesystemslib")}}


def canonical(documents: Sequence[bytes]) -> Answer:
    """Encode documents in canonical JSON."""
    encoded = [judge(encode, document).value for document in documents]
    return {"results": [None if data is None else to_text(data) for data in encoded]}


def encode(document: bytes) -> bytes:
    """Parse as JSONDeserializer does and encode as CanonicalJSONSerializer does."""
    return encode_canonical(json.loads(document.decode("utf-8"))).encode("utf-8")


def chain(roots: Sequence[bytes]) -> Answer:
    """Walk a chain of roots."""
    return {"steps": [verdict.step for verdict in walk(roots)]}


def walk(roots: Sequence[bytes]) -> list[Verdict]:
    """Load the first root as trusted and try each next one as the successor of the last accepted one."""
    first = judge(TrustedMetadataSet, roots[0], EnvelopeType.METADATA)
    if first.refusal is not None:
        return [first] * len(roots)
    return [first, *(judge(first.value.update_root, root) for root in roots[1:])]


def delegated(root: bytes, documents: Sequence[Document]) -> Answer:
    """Verify documents by their delegators."""
    return {"steps": [verdict.step for verdict in descend(judge(load, Root, root), documents)]}


def descend(root: Verdict, documents: Sequence[Document]) -> list[Verdict]:
    """Load each document by its delegator. Where the delegator is refused, so is the document, for that reason."""
    verdicts = {"root": root}
    steps = []
    for document in documents:
        verdict = verdicts[document.delegator]
        if verdict.refusal is None:
            role = ROLES_OF_ROOT.get(document.name, Targets) if document.delegator == "root" else Targets
            verdict = judge(load, role, document.data, verdict.value, document.name)
        verdicts[document.name] = verdict
        steps.append(verdict)
    return steps


def load(role: type[Signed], data: bytes, delegator: Any = None, name: str | None = None) -> Signed:
    """Parse a document of that role and verify it by its delegator, as TrustedMetadataSet does."""
    signed, _, _ = _load_from_metadata(role, data, delegator, name)
    return signed


def refresh(bootstrap: bytes, metadata_url: str, targets_url: str, target: str | None) -> Answer:
    """Run the complete client in a new folder."""
    with TemporaryDirectory(prefix="tuf-peer-") as folder:
        verdict = judge(update, Path(folder), bootstrap, metadata_url, targets_url, target)
    return verdict.step if verdict.value is None else {**verdict.step, "rootVersion": verdict.value}


def update(folder: Path, bootstrap: bytes, metadata_url: str, targets_url: str, target: str | None) -> int:
    """Refresh, download the target if there is one, and return the version of the root that is trusted then."""
    updater = Updater(str(folder), metadata_url, str(folder / "targets"), targets_url, bootstrap=bootstrap)
    updater.refresh()
    if target is not None:
        found = updater.get_targetinfo(target)
        if found is None:
            raise LookupError(f"get_targetinfo returned None for {target}")
        updater.download_target(found)
    return Metadata.from_file(str(folder / "root.json")).signed.version


def sign(scheme: str) -> Answer:
    """Make a chain of two roots, the second one with one key replaced, and targets that it delegates to."""
    generate = GENERATORS.get(scheme)
    if generate is None:
        return {"unsupported": f"this peer generates no keys for {scheme}"}
    kept, removed, added, online = (generate() for _ in range(4))
    expires = datetime.now(timezone.utc) + LIFETIME
    first = new_root(1, expires, [kept, removed], online)
    second = new_root(2, expires, [kept, added], online)
    return {
        "roots": [write(first, [kept, removed]), write(second, [kept, removed, added])],
        "targets": write(Targets(expires=expires), [online]),
    }


def new_root(number: int, expires: datetime, signers: Sequence[CryptoSigner], online: CryptoSigner) -> Root:
    """Make a root that all of these signers must sign, and one other key for the other roles."""
    root = Root(version=number, expires=expires)
    for signer in signers:
        root.add_key(signer.public_key, Root.type)
    root.roles[Root.type].threshold = len(signers)
    for role in (Timestamp, Snapshot, Targets):
        root.add_key(online.public_key, role.type)
    return root


def write(signed: Signed, signers: Sequence[CryptoSigner]) -> str:
    """Sign and serialize a document."""
    metadata = Metadata(signed)
    for signer in signers:
        metadata.sign(signer, append=True)
    return to_text(metadata.to_bytes())


def bench_chain(roots: Sequence[bytes], rounds: int) -> Answer:
    """Measure how long a chain of roots takes."""
    return measure(partial(walk, roots), rounds)


def bench_delegated(root: bytes, documents: Sequence[Document], rounds: int) -> Answer:
    """Measure how long delegated documents take, once their root is parsed."""
    return measure(partial(descend, judge(load, Root, root), documents), rounds)


def measure(verify: Callable[[], list[Verdict]], rounds: int) -> Answer:
    """Repeat something and take each time, provided that all of it is accepted."""
    milliseconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        verdicts = verify()
        milliseconds.append((time.perf_counter() - start) * 1000)
        refusal = first_refusal(verdicts)
        if refusal is not None:
            return {"error": refusal}
    return {"milliseconds": milliseconds}


def first_refusal(verdicts: Sequence[Verdict]) -> str | None:
    """Find the reason why not all of it was accepted."""
    return next((verdict.refusal for verdict in verdicts if verdict.refusal is not None), None)


def to_text(data: bytes) -> str:
    """Encode bytes in base64."""
    return base64.b64encode(data).decode("ascii")


def expect(kind: type | tuple[type, ...]) -> Callable[[Any], Any]:
    """Make a reader of a member that must be of that type."""

    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"{value!r:.100} is not what is expected there")
        return value

    return read


read_text = expect(str)
read_list = expect(list)
read_text_or_null = expect((str, type(None)))


def read_bytes(value: Any) -> bytes:
    """Decode base64."""
    return base64.b64decode(read_text(value), validate=True)


def read_documents(value: Any) -> list[bytes]:
    """Decode the bytes of any number of documents."""
    return [read_bytes(item) for item in read_list(value)]


def read_roots(value: Any) -> list[bytes]:
    """Decode a chain of roots, which is never empty."""
    roots = read_documents(value)
    if not roots:
        raise ValueError("a chain has one root at least")
    return roots


def read_delegated(value: Any) -> list[Document]:
    """Read documents that come after their delegators."""
    documents: list[Document] = []
    for item in read_list(value):
        document = Document(read_text(item["name"]), read_text(item["delegator"]), read_bytes(item["bytes"]))
        if document.delegator != "root" and all(document.delegator != earlier.name for earlier in documents):
            raise ValueError(f"{document.name} comes before its delegator {document.delegator}")
        documents.append(document)
    return documents


def read_loopback_url(value: Any) -> str:
    """Read the address of a server on this machine."""
    if not re.fullmatch(r"http://127\.0\.0\.1:\d+/\S*", read_text(value)):
        raise ValueError(f"{value} is no http address of 127.0.0.1")
    return value


def read_rounds(value: Any) -> int:
    """Read a number of rounds."""
    if type(value) is not int or value < 1:
        raise ValueError(f"{value!r:.100} is no number of rounds")
    return value


# Each operation by its name, and readers for its members in the order of its parameters.
OPERATIONS: dict[str, tuple[Callable[..., Answer], dict[str, Callable[[Any], Any]]]] = {
    "about": (about, {}),
    "canonical": (canonical, {"documents": read_documents}),
    "chain": (chain, {"roots": read_roots}),
    "delegated": (delegated, {"root": read_bytes, "documents": read_delegated}),
    "refresh": (
        refresh,
        {
            "bootstrap": read_bytes,
            "metadataUrl": read_loopback_url,
            "targetsUrl": read_loopback_url,
            "target": read_text_or_null,
        },
    ),
    "sign": (sign, {"scheme": read_text}),
    "bench-chain": (bench_chain, {"roots": read_roots, "rounds": read_rounds}),
    "bench-delegated": (
        bench_delegated,
        {"root": read_bytes, "documents": read_delegated, "rounds": read_rounds},
    ),
}


def answer(line: bytes) -> Answer:
    """Read a request and have it carried out."""
    try:
        request = json.loads(line)
        operation, readers = OPERATIONS[request["op"]]
        arguments = [read(request[member]) for member, read in readers.items()]
    except Exception as error:
        raise BadRequest(describe(error)) from error
    return operation(*arguments)


def serve() -> int:
    """Answer each line of standard input by one of standard output."""
    for line in sys.stdin.buffer:
        print(json.dumps(answer(line)), flush=True)
    return 0


def verify(names: Sequence[str]) -> int:
    """Verify a chain of files."""
    try:
        roots = [Path(name).read_bytes() for name in names]
    except OSError as error:
        raise BadRequest(describe(error)) from error
    refusal = first_refusal(walk(roots))
    if refusal is not None:
        print(refusal, file=sys.stderr)
    return 0 if refusal is None else 1


def main(arguments: Sequence[str]) -> int:
    """Be a server, or a command where there are arguments."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as KeyboardInterrupt it would be taken for a refusal
    try:
        if not arguments:
            return serve()
        if arguments[0] != "verify" or len(arguments) == 1:
            raise BadRequest("the command is: verify FILE...")
        return verify(arguments[1:])
    except BadRequest as error:
        print(f"peer.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
