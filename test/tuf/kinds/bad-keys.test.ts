/**
 * Keys that are no keys, other people's keys, or keys in a form that readers disagree about. Each is Ada's; two others
 * have signed, so that nothing but the key itself refuses the root.
 */

import { Buffer } from "node:buffer";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { writePem } from "../../../src/tuf/pem.ts";
import { writeSpki } from "../../../src/tuf/public-key-der.ts";
import { oneLine, pkcs1, pointHex, wire } from "../../support/key-spellings.ts";
import { makeTestKey } from "../../support/test-keys.ts";
import { ADA_ID, judgeTraps, rootWith, type Trap } from "./traps.ts";

const p256 = makeTestKey("ecdsa-sha2-nistp256");
const p384 = makeTestKey("ecdsa-sha2-nistp384");
const rsa = makeTestKey("rsassa-pss-sha256");
const ed25519 = makeTestKey("ed25519");
const P256 = "ecdsa-sha2-nistp256";
const P384 = "ecdsa-sha2-nistp384";
const PSS = "rsassa-pss-sha256";

type Table = Readonly<Record<string, string>>;

/** A root in which Ada's key is this, or that has it under a keyid that no role names. */
function withKey(keytype: string, scheme: string, encoded: string, keyid: string = ADA_ID): Uint8Array {
  return rootWith(["keys", keyid], wire(keytype, scheme, encoded));
}

function refused(rule: Trap["expected"], keytype: string, scheme: string, keys: Table): readonly Trap[] {
  return Object.entries(keys).flatMap(([name, encoded]): readonly Trap[] => [
    { name: `${scheme}: ${name}`, files: withKey(keytype, scheme, encoded), expected: rule },
    {
      name: `${scheme}, where no role uses it: ${name}`,
      files: withKey(keytype, scheme, encoded, "spare"),
      expected: encoded.includes("PRIVATE KEY") ? "key/private" : "valid",
      warning: "key/unusable-unused",
    },
  ]);
}

const pem = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;
const derOf = (text: string) => createPublicKey(text).export({ type: "spki", format: "der" });
const hexOf = (text: string) => derOf(text).toString("hex");

const point = pointHex(p256.pem, "uncompressed");
const withPoint = (encoded: string) =>
  pem("PUBLIC KEY", Buffer.from(sequence(ALGORITHM_P256 + bitString(encoded)), "hex"));
const ALGORITHM_P256 = "301306072a8648ce3d020106082a8648ce3d030107";

function element(tag: string, content: string): string {
  const length = content.length / 2;
  const size = length.toString(16).padStart(length < 256 ? 2 : 4, "0");
  return tag + (length < 128 ? size : length < 256 ? `81${size}` : `82${size}`) + content;
}
const sequence = (content: string) => element("30", content);
const bitString = (content: string, unused = "00") => element("03", unused + content);

const spki = (algorithm: string, key: string) =>
  pem("PUBLIC KEY", Buffer.from(sequence(algorithm + key), "hex"));

/** P-256 itself, its parameters spelled out instead of named (CVE-2020-0601). */
const EXPLICIT_P256 = sequence(
  `06072a8648ce3d0201${sequence(
    [
      "020101",
      sequence(`06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff`),
      sequence(
        `0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc` +
          `04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b`,
      ),
      `0441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5`,
      "022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
      "020101",
    ].join(""),
  )}`,
);

const ecKeys: Table = {
  "the point at infinity in a PEM": withPoint("00"),
  "off the curve": withPoint(`04${"01".repeat(64)}`),
  "x beyond the field": withPoint(`04${"ff".repeat(32)}${point.slice(66)}`),
  "the field's prime as x, compressed": withPoint(
    "02ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
  ),
  "(0, 0)": withPoint(`04${"00".repeat(64)}`),
  "a hybrid point in a PEM": withPoint(pointHex(p256.pem, "hybrid")),
  "a point without its first byte": withPoint(point.slice(2)),
  "a point with a byte more": withPoint(`${point}00`),
  "half a point": withPoint(point.slice(0, 66)),
  "parameters spelled out": spki(EXPLICIT_P256, bitString(point)),
  "no parameters": spki(sequence("06072a8648ce3d0201"), bitString(point)),
  "NULL for parameters": spki(sequence("06072a8648ce3d02010500"), bitString(point)),
  "two parameters": spki(sequence("06072a8648ce3d020106082a8648ce3d0301070500"), bitString(point)),
  "ecDH instead of ecPublicKey": spki(sequence("06052b8104010c06082a8648ce3d030107"), bitString(point)),
  "seven unused bits": spki(ALGORITHM_P256, bitString(point, "07")),
  "an octet string for a bit string": spki(ALGORITHM_P256, element("04", point)),
  "BER: indefinite length": pem(
    "PUBLIC KEY",
    Buffer.from(`3080${ALGORITHM_P256}${bitString(point)}0000`, "hex"),
  ),
  "BER: a longer length": pem("PUBLIC KEY", Buffer.from(`3081${hexOf(p256.pem).slice(2)}`, "hex")),
  "BER: a bit string in pieces": spki(ALGORITHM_P256, element("23", bitString(point))),
  "a third element": spki(ALGORITHM_P256, `${bitString(point)}0500`),
  "an empty sequence": pem("PUBLIC KEY", Buffer.from("3000", "hex")),
  "on P-224": generateKeyPairSync("ec", { namedCurve: "secp224r1" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString(),
  "on brainpool": generateKeyPairSync("ec", { namedCurve: "brainpoolP256r1" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString(),
  "DER in base64 without PEM": derOf(p256.pem).toString("base64"),
  "DER in hex": hexOf(p256.pem),
  "a point in base64": Buffer.from(point, "hex").toString("base64"),
  "a JWK": JSON.stringify(createPublicKey(p256.pem).export({ format: "jwk" })),
  "an OpenSSH key": "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA== ada",
  "an Ed25519 key in hex": ed25519.publicKey.public,
  "an EC PUBLIC KEY": p256.pem.replaceAll("PUBLIC KEY", "EC PUBLIC KEY"),
};

const privateOf = (key: typeof p256, type: "pkcs8" | "sec1" | "pkcs1") =>
  key.privateKey.export({ type: type as "pkcs8", format: "pem" }).toString();

const pemKeys: Table = {
  "a private key": privateOf(p256, "pkcs8"),
  "a private key of SEC 1": privateOf(p256, "sec1"),
  "a public and a private key": p256.pem + privateOf(p256, "pkcs8"),
  "two different keys": p256.pem + makeTestKey(P256).pem,
  "a PEM header": p256.pem.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\n\n"),
  "a line of text behind it": `${p256.pem}# Ada\n`,
  "a NUL behind it": `${p256.pem}\0`,
  "four dashes": p256.pem.replaceAll("-----", "----"),
  "a label in lower case": p256.pem.replaceAll("PUBLIC KEY", "public key"),
  "no padding": p256.pem.replace("==", ""),
  "more padding": p256.pem.replace("==", "==="),
  "base64 for URLs": p256.pem.replace(/\n(.)(.)/, "\n-_"),
  "no END": p256.pem.replace(/-----END.*/, ""),
  "END before BEGIN": p256.pem.split("\n").reverse().join("\n"),
  "nothing between BEGIN and END": "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
};

const rsaHex = hexOf(rsa.pem);
const modulus = /02820101(00.{512})/.exec(rsaHex)?.[1] ?? "";
const ALGORITHM_RSA = "300d06092a864886f70d0101010500";
const rsaKey = (n: string, e: string, algorithm = ALGORITHM_RSA) =>
  spki(algorithm, bitString(sequence(element("02", n) + element("02", e))));

const rsaKeys: Table = {
  "a modulus with a zero too many": rsaKey(`00${modulus}`, "010001"),
  "an exponent with a zero too many": rsaKey(modulus, "00010001"),
  "a negative exponent": rsaKey(modulus, "ff"),
  "an empty exponent": rsaKey(modulus, ""),
  "three numbers": spki(ALGORITHM_RSA, bitString(sequence(`${element("02", modulus)}0203010001020101`))),
  "one number": spki(ALGORITHM_RSA, bitString(sequence(element("02", modulus)))),
  "an algorithm with a byte in its NULL": rsaKey(modulus, "010001", "300e06092a864886f70d010101050100"),
  "RSASSA-PSS as its algorithm": generateKeyPairSync("rsa-pss", { modulusLength: 2048 })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString(),
  "PKCS#1 labelled PUBLIC KEY": pkcs1(rsa.pem).replaceAll("RSA PUBLIC", "PUBLIC"),
  "SPKI labelled RSA PUBLIC KEY": rsa.pem.replaceAll("PUBLIC", "RSA PUBLIC"),
  "PKCS#1 with a byte behind it": pem(
    "RSA PUBLIC KEY",
    Buffer.concat([createPublicKey(rsa.pem).export({ type: "pkcs1", format: "der" }), Uint8Array.of(0)]),
  ),
  "a private key of PKCS#1": privateOf(rsa, "pkcs1"),
  "a certificate's label": rsa.pem.replaceAll("PUBLIC KEY", "CERTIFICATE"),
  "the modulus in hex": modulus,
};

const weakRsa: Table = {
  "2047 bits": rsaKey(`7f${modulus.slice(4)}`, "010001"),
  "modulus 0": rsaKey("00", "010001"),
  "exponent 0": rsaKey(modulus, "00"),
  "exponent 2": rsaKey(modulus, "02"),
  "an exponent of 65 bits": rsaKey(modulus, "010000000000000001"),
  "an exponent as long as the modulus": rsaKey(modulus, modulus),
  "16,385 bits": rsaKey(`01${"00".repeat(2047)}01`, "010001"),
};

const x25519 = generateKeyPairSync("x25519").publicKey.export({ type: "spki", format: "pem" }).toString();
const ed448 = generateKeyPairSync("ed448").publicKey.export({ type: "spki", format: "pem" }).toString();
const ed25519Keys: Table = {
  "in a PEM": ed25519.pem,
  "with 0x": `0x${ed25519.publicKey.public}`,
  "with colons": ed25519.publicKey.public.replaceAll(/..(?=.)/g, "$&:"),
  "with a line feed": `${ed25519.publicKey.public}\n`,
  "in full-width digits": "１".repeat(64),
  "with a prefix as PKCS#11 gives it": `0420${ed25519.publicKey.public}`,
  "an X25519 key": x25519,
  "an Ed448 key": ed448,
};

const disagreeing: readonly Trap[] = (
  [
    ["P-384 under P-256", "ecdsa", P256, p384.pem],
    ["P-256 under P-384", "ecdsa", P384, p256.pem],
    ["P-256 under P-521", "ecdsa", "ecdsa-sha2-nistp521", p256.pem],
    ["a P-384 point in hex under P-256", "ecdsa", P256, pointHex(p384.pem, "uncompressed")],
    ["RSA under ECDSA", "ecdsa", P256, rsa.pem],
    ["ECDSA under RSA", "rsa", PSS, p256.pem],
    ["Ed25519 in a PEM under RSA", "rsa", PSS, ed25519.pem],
    ["RSA under ed25519", "ed25519", "ed25519", rsa.pem],
  ] as const
).map(([name, keytype, scheme, encoded]) => ({
  name: `key and scheme disagree: ${name}`,
  files: withKey(keytype, scheme, encoded),
  expected: name.startsWith("Ed25519") ? "key/encoding" : "key/mismatch",
}));

/** White space that some PEM readers pass over and OpenSSL does not: a key that most verifiers can't use. */
const strangePems: Table = {
  "line ends that are CR alone": p256.pem.replaceAll("\n", "\r"),
  "an empty line first": p256.pem.replace("-----\n", "-----\n\n"),
  "an empty line in the middle": p256.pem.replace(/(.{64})\n/, "$1\n\n"),
  "an empty line last": p256.pem.replace("\n-----END", "\n\n-----END"),
  "a blank before BEGIN": ` ${p256.pem}`,
  "a form feed in base64": p256.pem.replace("\nM", "\nM\f"),
  "a no-break space in base64": p256.pem.replace("\nM", "\nM\u00a0"),
  "line separators (U+2028)": p256.pem.replaceAll("\n", "\u2028"),
  "everything in one line": oneLine(p256.pem).replaceAll("\n", ""),
};

const contradictions: readonly Trap[] = (
  [
    ["rsa", "ed25519", ed25519.publicKey.public],
    ["ed25519", "rsassa-pss-sha256", rsa.pem],
    ["ecdsa", "ed25519", ed25519.publicKey.public],
    ["ed25519", "ecdsa-sha2-nistp256", p256.pem],
    ["rsa", "ecdsa-sha2-nistp256", p256.pem],
    ["ecdsa", "rsassa-pss-sha256", rsa.pem],
    ["ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256", p256.pem],
  ] as const
).map(([keytype, scheme, encoded]) => ({
  name: `both are known and contradict each other: keytype ${keytype}, scheme ${scheme}`,
  files: rootWith(["keys", ADA_ID], wire(keytype, scheme, encoded)),
  expected: "key/mismatch",
}));

const rsaModulus = (modulus: bigint) =>
  writePem({ label: "PUBLIC KEY", bytes: writeSpki({ kind: "rsa", modulus, exponent: 65537n }) });
const ofRsa = BigInt(`0x${modulus}`);
/** NIST SP 800-89 §5.3.3: no modulus has a prime factor below 752. Whoever divides by it has the private key. */
const factorable: Table = Object.fromEntries(
  [3n, 7n, 751n].map((factor) => [
    `a modulus that is divisible by ${factor}`,
    rsaModulus(ofRsa - (ofRsa % (2n * factor)) + factor),
  ]),
);

judgeTraps([
  ...refused("key/encoding", "ecdsa", P256, ecKeys),
  ...refused("key/encoding", "ecdsa", P256, pemKeys),
  ...refused("key/encoding", "ecdsa", P256, strangePems),
  ...refused("key/encoding", "rsa", PSS, rsaKeys),
  ...refused("key/weak", "rsa", PSS, weakRsa),
  ...refused("key/weak", "rsa", PSS, factorable),
  ...refused("key/encoding", "ed25519", "ed25519", ed25519Keys),
  ...disagreeing,
  ...contradictions,
]);
