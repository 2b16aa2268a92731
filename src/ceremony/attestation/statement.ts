/**
 * What a device's maker says about a key, in the extensions of its certificate, and whether that is what a script wants.
 *
 * Parts go into transcripts: they carry ids, numbers and names, never prose (report/attestation-text.ts has that).
 */
import { readElements } from "../../tuf/der.ts";
import type { Scheme } from "../../tuf/types.ts";
import type { AttestationRequirement } from "../script.ts";
import { isOlder } from "./firmware.ts";

export type PartName =
  | "certificate"
  | "chain"
  | "serial"
  | "key"
  | "origin"
  | "export"
  | "capabilities"
  | "domains"
  | "firmware"
  | "pin"
  | "touch"
  | "extensions";

/** One thing that must hold, with its evidence. */
export type Part = {
  readonly part: PartName;
  readonly holds: boolean;
  /** Empty: nothing in particular. */
  readonly expected: string;
  readonly found: string;
};

export interface Wanted {
  readonly scheme: Scheme;
  /** As the token or the script says it. */
  readonly serial: string;
  readonly requirement: AttestationRequirement & { readonly firmware: string };
}

/** How one kind of device makes its statements. */
export interface StatementFormat {
  /** The extension that only the certificate of a key has. */
  readonly marker: string;
  /** Extensions that the certificate of a key may have. */
  readonly known: ReadonlySet<string>;
  /** All parts but `certificate`, `chain`, `key` and `extensions`. `value`: of an extension; null: it is not there. */
  judge(value: (oid: string) => Uint8Array | null, wanted: Wanted): readonly Part[];
}

export function judged(part: PartName, holds: boolean, expected: string, found: string): Part {
  return { part, holds, expected, found };
}

export const ABSENT = "absent";
export const UNREADABLE = "unreadable";

/** The content of the one DER element of that tag which `value` is; null: it is something else, or not there. */
export function contentOf(value: Uint8Array | null, tag: number): Uint8Array | null {
  const elements = value === null ? null : readElements(value);
  const [element] = elements ?? [];
  return elements?.length === 1 && element?.tag === tag ? element.content : null;
}

/** Digits are compared as a number: printed serials have leading zeros, certificates none. */
export function judgeSerial(found: bigint | null, wanted: string): Part {
  const holds = found !== null && /^\d{1,20}$/.test(wanted) && BigInt(wanted) === found;
  return judged("serial", holds, wanted, found === null ? ABSENT : String(found));
}

/** @param bytes major, minor and patch */
export function judgeFirmware(bytes: Uint8Array | null, floor: string): Part {
  if (bytes === null || bytes.length !== 3) return judged("firmware", false, floor, ABSENT);
  const found = [...bytes].join(".");
  return judged("firmware", !isOlder(found, floor), floor, found);
}
