/**
 * The statement of a YubiHSM 2 (Yubico, YubiHSM 2 User Guide, "Attestation"): extensions of the arc
 * 1.3.6.1.4.1.41482.4, each DER within the extension.
 */
import { readBytes, readElements, readUnsigned } from "../../tuf/der.ts";
import type { Scheme } from "../../tuf/types.ts";
import {
  ABSENT,
  contentOf,
  judged,
  judgeFirmware,
  judgeSerial,
  type Part,
  type StatementFormat,
} from "./statement.ts";

const ARC = "1.3.6.1.4.1.41482.4";
const Oid = {
  firmware: `${ARC}.1`,
  serial: `${ARC}.2`,
  origin: `${ARC}.3`,
  domains: `${ARC}.4`,
  capabilities: `${ARC}.5`,
  objectId: `${ARC}.6`,
  label: `${ARC}.9`,
  fips: `${ARC}.10`,
} as const;
const OCTET_STRING = 0x04;

const ORIGINS: ReadonlyMap<number, string> = new Map([
  [0x01, "generated"],
  [0x02, "imported"],
  [0x11, "generated, then imported under wrap"],
  [0x12, "imported, then imported under wrap"],
  [0x10, "imported under wrap"],
]);

/** Capabilities of asymmetric keys by their bit. */
const CAPABILITIES: ReadonlyMap<number, string> = new Map([
  [5, "sign-pkcs"],
  [6, "sign-pss"],
  [7, "sign-ecdsa"],
  [8, "sign-eddsa"],
  [9, "decrypt-pkcs"],
  [10, "decrypt-oaep"],
  [11, "derive-ecdh"],
  [12, "export-wrapped"],
  [16, "exportable-under-wrap"],
  [25, "sign-ssh-certificate"],
  [34, "sign-attestation-certificate"],
]);
const EXPORTABLE = 16;

/** The first is needed; PKCS#11 gives an RSA key both. */
const SIGNING: Readonly<Record<Scheme, readonly string[]>> = {
  ed25519: ["sign-eddsa"],
  "ecdsa-sha2-nistp256": ["sign-ecdsa"],
  "ecdsa-sha2-nistp384": ["sign-ecdsa"],
  "rsassa-pss-sha256": ["sign-pss", "sign-pkcs"],
};

export const YUBIHSM_STATEMENT: StatementFormat = {
  marker: Oid.origin,
  known: new Set(Object.values(Oid)),
  judge(value, { scheme, serial, requirement }) {
    const capabilities = readBits(value(Oid.capabilities), 8);
    return [
      judgeSerial(readUnsigned(single(value(Oid.serial))), serial),
      judgeOrigin(bitString(value(Oid.origin))),
      judgeExport(capabilities),
      judgeCapabilities(capabilities, SIGNING[scheme]),
      judgeDomains(readBits(value(Oid.domains), 2), requirement.domains),
      judgeFirmware(contentOf(value(Oid.firmware), OCTET_STRING), requirement.firmware),
    ];
  },
};

function judgeOrigin(bytes: Uint8Array | null): Part {
  const code = bytes?.length === 1 ? bytes[0] : undefined;
  const found = code === undefined ? ABSENT : (ORIGINS.get(code) ?? `0x${code.toString(16)}`);
  return judged("origin", found === "generated", "generated", found);
}

function judgeExport(bits: readonly number[] | null): Part {
  const found = bits === null ? ABSENT : bits.includes(EXPORTABLE) ? "under-wrap" : "never";
  return judged("export", found === "never", "never", found);
}

function judgeCapabilities(bits: readonly number[] | null, allowed: readonly string[]): Part {
  const [needed = ""] = allowed;
  if (bits === null) return judged("capabilities", false, allowed.join(" "), ABSENT);
  const names = bits.map((bit) => CAPABILITIES.get(bit) ?? `bit-${bit}`);
  const holds = names.includes(needed) && names.every((name) => allowed.includes(name));
  return judged("capabilities", holds, allowed.join(" "), names.join(" ") || "none");
}

function judgeDomains(bits: readonly number[] | null, wanted: readonly number[] | null): Part {
  const expected = wanted === null ? "" : [...wanted].sort((one, other) => one - other).join(" ");
  if (bits === null) return judged("domains", false, expected, ABSENT);
  const found = bits.map((bit) => bit + 1).join(" ");
  return judged(
    "domains",
    found !== "" && (wanted === null || found === expected),
    expected,
    found || "none",
  );
}

/** The bits that are set, from the least; a BIT STRING of `length` bytes, the most significant first. */
function readBits(value: Uint8Array | null, length: number): readonly number[] | null {
  const bytes = bitString(value);
  if (bytes?.length !== length) return null;
  return [...bytes]
    .reverse()
    .flatMap((byte, index) =>
      [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (1 << bit)) !== 0).map((bit) => index * 8 + bit),
    );
}

function bitString(value: Uint8Array | null): Uint8Array | null {
  return readBytes(single(value));
}

function single(value: Uint8Array | null) {
  const elements = value === null ? null : readElements(value);
  return elements?.length === 1 ? elements[0] : undefined;
}
