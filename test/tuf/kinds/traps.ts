/**
 * What the tables of this folder are made with: a trap is a chain of small roots with one thing wrong, or strange, and
 * the verdict that a careful reader gives. Unless a table says otherwise the signatures are those that a lenient reader
 * would accept, so that the trap and nothing else decides.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT_LIMITS, verifyChain } from "../../../src/tuf/chain.ts";
import { verifyByJavaScript } from "../../../src/tuf/javascript-signatures.ts";
import { object } from "../../../src/tuf/json.ts";
import { readDocument } from "../../../src/tuf/read-document.ts";
import type { RuleId } from "../../../src/tuf/rules.ts";
import type { SignatureVerifier } from "../../../src/tuf/signatures.ts";
import type { JsonObject, JsonValue, PublicKey } from "../../../src/tuf/types.ts";
import {
  ADA,
  keyIdOfTestKey,
  replaceAt,
  type SampleRoot,
  sampleRoot,
  utc,
} from "../../support/sample-metadata.ts";
import type { TestKey } from "../../support/test-keys.ts";

export interface Trap {
  readonly name: string;
  /** One document, or a chain: the first root first. */
  readonly files: Uint8Array | readonly Uint8Array[];
  /** `valid`, or the rule that refuses. */
  readonly expected: "valid" | RuleId;
  /** A rule that has to warn. */
  readonly warning?: RuleId;
}

/** One test for each trap, each judged with one implementation and with both. */
export function judgeTraps(traps: readonly Trap[]): void {
  for (const trap of traps) {
    test(trap.name, () => {
      for (const secondOpinion of [null, verifyByJavaScript]) judgeTrap(trap, secondOpinion);
    });
  }
}

function judgeTrap({ files, expected, warning }: Trap, secondOpinion: SignatureVerifier | null): void {
  const [first, ...successors] = (files instanceof Uint8Array ? [files] : files).map(readDocument);
  assert.ok(first);
  const at = utc("2026-11-25T00:00:00Z");
  const options = { at, secondOpinion, limits: CLIENT_LIMITS, rehearsal: false };
  const result = verifyChain(first, successors, options);
  const findings = [...result.steps.flatMap((step) => step.findings), ...result.findings];
  const rulesOf = (wanted: string) =>
    findings.filter(({ severity }) => severity === wanted).map(({ rule }) => rule);
  const errors = rulesOf("error");
  if (expected === "valid") assert.deepEqual(errors, []);
  else assert.ok(errors.includes(expected), `expected ${expected}, found: ${errors.join()}`);
  assert.equal(result.isValid, expected === "valid");
  if (warning !== undefined) assert.ok(rulesOf("warning").includes(warning), rulesOf("warning").join());
  for (const { text } of findings) assert.match(text, /^[ -~§…]*$/);
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A root with one member of `signed` replaced before it is signed; `undefined` takes it away. */
export function rootWith(
  path: readonly (string | number)[],
  value: JsonValue | undefined,
  more: Partial<SampleRoot> = {},
): Uint8Array {
  return sampleRoot({ ...more, edit: (signed) => replaceAt(signed, path, value) });
}

/** A root whose text is changed after it was signed. Fails where there is nothing to change. */
export function tampered(search: string | RegExp, replacement: string, more: Partial<SampleRoot> = {}) {
  return sampleRoot({
    ...more,
    tamper: (text) => {
      const changed = text.replace(search, () => replacement);
      assert.notEqual(changed, text, `nothing to replace: ${search}`);
      return changed;
    },
  });
}

/** Where anything can stand beside what a root needs: `{X}` in text, in every object that there is. */
export const UNKNOWN_PLACES: Readonly<
  Record<string, (member: string) => [search: RegExp, replacement: string]>
> = {
  "beside `signed`": (member) => [/"signed": \{/, `${member}, "signed": {`],
  "in a signature": (member) => [/"keyid": /, `${member}, "keyid": `],
  "in `signed`": (member) => [/"spec_version": /, `${member}, "spec_version": `],
  "in a key": (member) => [/"keytype": /, `${member}, "keytype": `],
  "in keyval": (member) => [/"public": /, `${member}, "public": `],
  "in a role": (member) => [/"threshold": /, `${member}, "threshold": `],
  "in `roles`": (member) => [/"root": \{/, `${member}, "root": {`],
};

/** The same private key, written differently: its keyid is the hash of that spelling. */
export function respell(key: TestKey, how: { keytype?: string; scheme?: string; public?: string }): TestKey {
  const publicKey = { ...key.publicKey, ...how } as PublicKey; // other people's spellings are not in the type
  return { ...key, publicKey };
}

/** The same key, called by another name in `keys`, in its roles and in `signatures`. */
export function renamed(key: TestKey, name: string): Pick<SampleRoot, "edit" | "tamper"> {
  const keyid = keyIdOfTestKey(key);
  const quoted = JSON.stringify(name);
  return {
    edit: (signed) => rename(signed, keyid, name) as JsonObject,
    tamper: (text) => text.replaceAll(`"keyid": "${keyid}"`, () => `"keyid": ${quoted}`),
  };
}

/** Every text and every member name that is `from`, however deep. */
export function rename(value: JsonValue, from: string, to: string): JsonValue {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((element: JsonValue) => rename(element, from, to));
  if (!(value instanceof Map)) return value;
  const members = value as JsonObject;
  return object(
    Array.from(members, ([name, member]) => [name === from ? to : name, rename(member, from, to)]),
  );
}

export const ADA_ID = keyIdOfTestKey(ADA);
