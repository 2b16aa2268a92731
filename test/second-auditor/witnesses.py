"""SSH signatures over heads (docs/formats/folder.md, OpenSSH's PROTOCOL.sshsig)."""

import base64
import binascii
import hashlib
import re

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from refusals import Refused, demand

ARMOUR = re.compile(
    r"-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\r?\n?", re.ASCII
)
NAMESPACE = b"tuf-ceremony-head"
SECURITY_KEY = b"sk-ssh-ed25519@openssh.com"
CURVES = {b"ecdsa-sha2-nistp256": hashes.SHA256(), b"ecdsa-sha2-nistp384": hashes.SHA384()}


class Wire:
    """The fields of SSH's binary form, one after the other."""

    def __init__(self, data: bytes):
        self.data = data

    def take(self, size: int) -> bytes:
        demand(len(self.data) >= size, "an SSH signature that is too short")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))

    def end(self) -> None:
        demand(self.data == b"", "bytes behind an SSH signature")


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def check_witness(path: str, data: bytes, people: list[dict], heads: list[str]) -> tuple[str, str]:
    """The person and the head that they signed; Refused where it is no such signature."""
    for person in [person for person in people if "signs_with" in person]:
        for head in heads:
            if path == f"witnesses/{person['id']}-{head[:8]}.sig" and _is_by(data, person["signs_with"], head):
                return person["id"], head
    raise Refused("no signature of a witness over a head")


def _is_by(data: bytes, signs_with: str, head: str) -> bool:
    try:
        match = ARMOUR.fullmatch(data.decode("ascii"))
        demand(match is not None, "no armour")
        wire = Wire(base64.b64decode(re.sub(r"\s", "", match.group(1)), validate=True))
        key = base64.b64decode(signs_with.split()[1], validate=True)
        _verify(wire, key, f"{head}\n".encode())
        return True
    except (Refused, InvalidSignature, UnsupportedAlgorithm, UnicodeDecodeError, binascii.Error, IndexError, ValueError):
        return False


def _verify(wire: Wire, key: bytes, message: bytes) -> None:
    demand(wire.take(6) == b"SSHSIG" and wire.take(4) == b"\0\0\0\1", "no SSH signature")
    demand(wire.string() == key, "another key")
    demand(wire.string() == NAMESPACE, "another namespace")
    reserved, name = wire.string(), wire.string()
    demand(name in (b"sha256", b"sha512"), "another hash")
    signature = Wire(wire.string())
    wire.end()
    hashed = hashlib.new(name.decode(), message).digest()
    signed = b"SSHSIG" + _string(NAMESPACE) + _string(reserved) + _string(name) + _string(hashed)
    _verify_raw(key, signature, signed)


def _verify_raw(key: bytes, signature: Wire, signed: bytes) -> None:
    public = Wire(key)
    kind, algorithm = public.string(), signature.string()
    if kind == SECURITY_KEY:
        point, application = public.string(), public.string()
        blob, flags_and_counter = signature.string(), signature.take(5)
        demand(algorithm == kind, "another algorithm")
        signed = (
            hashlib.sha256(application).digest() + flags_and_counter + hashlib.sha256(signed).digest()
        )
        ed25519.Ed25519PublicKey.from_public_bytes(point).verify(blob, signed)
        signature.end()
        return
    blob = signature.string()
    signature.end()
    loaded = serialization.load_ssh_public_key(kind + b" " + base64.b64encode(key))
    if isinstance(loaded, ed25519.Ed25519PublicKey):
        demand(algorithm == kind, "another algorithm")
        loaded.verify(blob, signed)
    elif isinstance(loaded, ec.EllipticCurvePublicKey) and kind in CURVES:
        demand(algorithm == kind, "another algorithm")
        numbers = Wire(blob)
        r, s = int.from_bytes(numbers.string(), "big"), int.from_bytes(numbers.string(), "big")
        numbers.end()
        loaded.verify(encode_dss_signature(r, s), signed, ec.ECDSA(CURVES[kind]))
    else:
        demand(isinstance(loaded, rsa.RSAPublicKey), "another kind of key")
        hashed = {b"rsa-sha2-256": hashes.SHA256(), b"rsa-sha2-512": hashes.SHA512()}.get(algorithm)
        demand(hashed is not None, "another algorithm")
        loaded.verify(blob, signed, padding.PKCS1v15(), hashed)
