"""Public keys, keyids and signatures (docs/formats/documents.md). A key is `{keytype, public, scheme}`, written flat."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

import edwards
from refusals import Refused, demand
from spellings import canonical, digest

KEYTYPES = {
    "ed25519": "ed25519",
    "ecdsa-sha2-nistp256": "ecdsa",
    "ecdsa-sha2-nistp384": "ecdsa",
    "rsassa-pss-sha256": "rsa",
}
CURVES = {
    "ecdsa-sha2-nistp256": ("secp256r1", hashes.SHA256()),
    "ecdsa-sha2-nistp384": ("secp384r1", hashes.SHA384()),
}
READABLE = ("secp256r1", "secp384r1", "secp521r1")
ORDERS = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16
    ),
}


def key_object(key: dict) -> dict:
    return {"keytype": key["keytype"], "keyval": {"public": key["public"]}, "scheme": key["scheme"]}


def keyid_of(key: dict) -> str:
    return digest(canonical(key_object(key)))


def flat(obj) -> dict:
    """A key object in our spelling, as a flat key; refused where it has another."""
    demand(isinstance(obj, dict) and set(obj) == {"keytype", "keyval", "scheme"}, "a key object has other members")
    keyval = obj["keyval"]
    demand(isinstance(keyval, dict) and set(keyval) == {"public"}, "keyval has other members")
    key = {"keytype": obj["keytype"], "public": keyval["public"], "scheme": obj["scheme"]}
    demand(all(isinstance(value, str) for value in key.values()), "a key object's members are strings")
    fault = fault_of(key)
    demand(fault is None, f"{fault}: the key can't be used")
    return key


def from_pem(data: bytes, scheme: str) -> dict:
    """The key in a PEM file, brought into our spelling."""
    try:
        loaded = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(f"no public key: {error}") from error
    if scheme == "ed25519":
        demand(isinstance(loaded, ed25519.Ed25519PublicKey), f"no key for {scheme}")
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        public = loaded.public_bytes(*raw).hex()
    else:
        public = _pem(loaded)
    key = {"keytype": KEYTYPES[scheme], "public": public, "scheme": scheme}
    fault = fault_of(key)
    demand(fault is None, f"{fault}: the key can't be used")
    return key


def _pem(loaded) -> str:
    spki = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return loaded.public_bytes(*spki).decode()


def fault_of(key: dict) -> str | None:
    """Why a key can't be used: the code of the rule that it breaks, or None."""
    return _fault(key["keytype"], key["scheme"], key["public"])


@lru_cache
def _fault(keytype: str, scheme: str, public: str) -> str | None:
    if KEYTYPES.get(scheme) != keytype:
        return "key/unknown-scheme"
    if scheme == "ed25519":
        if len(public) != 64 or any(digit not in "0123456789abcdef" for digit in public):
            return "key/encoding"
        return None if edwards.is_sound(bytes.fromhex(public)) else "key/weak"
    try:
        loaded = serialization.load_pem_public_key(public.encode())
    except (ValueError, UnsupportedAlgorithm):
        return "key/encoding"
    if not isinstance(loaded, rsa.RSAPublicKey) and getattr(getattr(loaded, "curve", None), "name", None) not in READABLE:
        return "key/encoding"
    if scheme in CURVES:
        if not isinstance(loaded, ec.EllipticCurvePublicKey) or loaded.curve.name != CURVES[scheme][0]:
            return "key/mismatch"
    elif not isinstance(loaded, rsa.RSAPublicKey):
        return "key/mismatch"
    elif not _is_strong(loaded.public_numbers()):
        return "key/weak"
    return None if _pem(loaded) == public else "key/encoding"


def _is_strong(numbers) -> bool:
    return (
        2048 <= numbers.n.bit_length() <= 16384
        and numbers.n % 2 == 1
        and numbers.e % 2 == 1
        and numbers.e >= 3
        and numbers.e.bit_length() <= 64
    )


def material(key: dict):
    """What two keys have in common where they are the same key: the point on its curve, or the modulus."""
    if key["keytype"] == "ed25519":
        return ("ed25519", key["public"])
    numbers = serialization.load_pem_public_key(key["public"].encode()).public_numbers()
    if key["keytype"] == "rsa":
        return ("rsa", numbers.n)
    return (numbers.curve.name, numbers.x, numbers.y)


def is_signature(key: dict, message: bytes, sig: str) -> bool:
    """Whether `sig` (lower-case hex) is the key's signature over the message. The key is usable."""
    signature = bytes.fromhex(sig)
    try:
        if key["scheme"] == "ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public"])).verify(signature, message)
            return len(signature) == 64
        loaded = serialization.load_pem_public_key(key["public"].encode())
        if key["scheme"] in CURVES:
            curve, hashed = CURVES[key["scheme"]]
            loaded.verify(signature, message, ec.ECDSA(hashed))
            return is_exact_der(signature, ORDERS[curve])
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        loaded.verify(signature, message, pss, hashes.SHA256())
        return len(signature) == (loaded.key_size + 7) // 8
    except (InvalidSignature, ValueError):
        return False


def is_exact_der(signature: bytes, order: int) -> bool:
    """SEQUENCE of two INTEGERs from 1 to order - 1, each in its one shortest form and nothing behind."""
    numbers = []
    at = 2
    for _ in range(2):
        length = signature[at + 1] if len(signature) > at + 1 else 0
        numbers.append(int.from_bytes(signature[at + 2 : at + 2 + length], "big", signed=True))
        at += 2 + length
    if not all(0 < number < order for number in numbers):
        return False
    body = b"".join(_der_integer(number) for number in numbers)
    return signature == bytes([0x30, len(body)]) + body


def _der_integer(number: int) -> bytes:
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([2, len(octets)]) + octets
