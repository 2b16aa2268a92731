/**
 * The statement of a YubiKey about a PIV key (Yubico, "PIV attestation"): extensions of the arc 1.3.6.1.4.1.41482.3,
 * most of them bare bytes within the extension. A YubiKey makes none for a key that was imported, and no PIV key leaves it.
 */
import { DerTag, readUnsigned } from "../../tuf/der.ts";
import { PIN_POLICIES, TOUCH_POLICIES } from "../script.ts";
import {
  ABSENT,
  contentOf,
  judged,
  judgeFirmware,
  judgeSerial,
  type Part,
  type StatementFormat,
} from "./statement.ts";

const ARC = "1.3.6.1.4.1.41482.3";
const Oid = {
  firmware: `${ARC}.3`,
  serial: `${ARC}.7`,
  /** Two bytes: PIN policy, touch policy. */
  policy: `${ARC}.8`,
  formFactor: `${ARC}.9`,
  fips: `${ARC}.10`,
  cspn: `${ARC}.11`,
} as const;

const PIN_BYTES: ReadonlyMap<number, string> = new Map([
  [1, "never"],
  [2, "once"],
  [3, "always"],
  [4, "fingerprint-once"],
  [5, "fingerprint-always"],
]);
const TOUCH_BYTES: ReadonlyMap<number, string> = new Map([
  [1, "never"],
  [2, "always"],
  [3, "cached"],
]);

export const PIV_STATEMENT: StatementFormat = {
  marker: Oid.policy,
  known: new Set(Object.values(Oid)),
  judge(value, { serial, requirement }) {
    const content = contentOf(value(Oid.serial), DerTag.integer);
    const number = content === null ? null : readUnsigned({ tag: DerTag.integer, content });
    const policy = value(Oid.policy);
    const [pin, touch] = policy?.length === 2 ? policy : [];
    return [
      judgeSerial(number, serial),
      judged("origin", true, "generated", "generated"),
      judged("export", true, "never", "never"),
      judgeFirmware(value(Oid.firmware), requirement.firmware),
      judgePolicy("pin", PIN_BYTES, pin, PIN_POLICIES, requirement.pin ?? "once"),
      judgePolicy("touch", TOUCH_BYTES, touch, TOUCH_POLICIES, requirement.touch ?? "never"),
    ];
  },
};

/** @param strictness from the least to the most; a policy that is not among them is none that anybody asked for */
function judgePolicy(
  part: "pin" | "touch",
  names: ReadonlyMap<number, string>,
  byte: number | undefined,
  strictness: readonly string[],
  least: string,
): Part {
  const found = byte === undefined ? ABSENT : (names.get(byte) ?? `0x${byte.toString(16)}`);
  const holds = strictness.includes(found) && strictness.indexOf(found) >= strictness.indexOf(least);
  return judged(part, holds, least, found);
}
