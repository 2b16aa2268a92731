/** Small documents, made and signed with fresh keys, and bent out of shape as a test wants it. */

import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { composeRoot, composeTargets, type DelegationsContent } from "../../src/tuf/compose.ts";
import { isObject, object, parseJson } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { serializeJson } from "../../src/tuf/serialize.ts";
import {
  isUtcSecond,
  type JsonObject,
  type JsonValue,
  type KeyId,
  type UtcSecond,
} from "../../src/tuf/types.ts";
import { makeTestKey, type TestKey } from "./test-keys.ts";

export const [ADA, GRACE, LINUS, EVE, ONLINE] = Array.from({ length: 5 }, () => makeTestKey("ed25519")) as [
  TestKey,
  TestKey,
  TestKey,
  TestKey,
  TestKey,
]; // the length is written two lines above

export interface SampleRoot {
  readonly version: number;
  readonly keys: readonly TestKey[];
  readonly threshold: number;
  readonly signers: readonly TestKey[];
  readonly expires: UtcSecond;
  /** Changes the content before it is signed. */
  readonly edit: (signed: JsonObject) => JsonValue;
  /** Changes the text of the file after it was signed. */
  readonly tamper: (text: string) => string;
}

/** Ada, Grace and Linus, two of whom must sign; version 1; good until 2030. */
export function sampleRoot(wanted: Partial<SampleRoot> = {}): Uint8Array {
  const keys = wanted.keys ?? [ADA, GRACE, LINUS];
  const online = { keyids: [keyIdOfTestKey(ONLINE)], threshold: 1 };
  const signed = composeRoot({
    version: wanted.version ?? 1,
    expires: wanted.expires ?? utc("2030-01-01T00:00:00Z"),
    rehearsal: false,
    keys: [...keys, ONLINE].map((key) => key.publicKey),
    roles: {
      root: { keyids: keys.map(keyIdOfTestKey), threshold: wanted.threshold ?? 2 },
      targets: { keyids: keys.map(keyIdOfTestKey), threshold: 1 },
      snapshot: online,
      timestamp: online,
    },
  });
  return finish(wanted.edit?.(signed) ?? signed, wanted.signers ?? keys, wanted.tamper);
}

export interface SampleTargets {
  readonly version: number;
  readonly delegations: DelegationsContent | null;
  readonly signers: readonly TestKey[];
  readonly expires: UtcSecond;
  readonly edit: (signed: JsonObject) => JsonValue;
}

/** Signed by Ada, delegating nothing. */
export function sampleTargets(wanted: Partial<SampleTargets> = {}): Uint8Array {
  const signed = composeTargets({
    version: wanted.version ?? 1,
    expires: wanted.expires ?? utc("2030-01-01T00:00:00Z"),
    rehearsal: false,
    targets: object([]),
    delegations: wanted.delegations ?? null,
  });
  return finish(wanted.edit?.(signed) ?? signed, wanted.signers ?? [ADA], undefined);
}

export function keyIdOfTestKey(key: TestKey): KeyId {
  return keyIdOf(keyObject(key.publicKey));
}

/** The same value with one member, named by its path, replaced; `undefined` takes it away. */
export function replaceAt(
  value: JsonValue,
  path: readonly (string | number)[],
  replacement: JsonValue | undefined,
): JsonValue {
  const [step, ...rest] = path;
  if (Array.isArray(value) && typeof step === "number") {
    return value.map((element: JsonValue, index) =>
      index === step ? replaceIn(element, rest, replacement) : element,
    );
  }
  if (!isObject(value) || typeof step !== "string") throw new TypeError(`nothing to replace at ${step}`);
  const members = new Map(value);
  if (rest.length === 0 && replacement === undefined) members.delete(step);
  else members.set(step, replaceIn(value.get(step) ?? null, rest, replacement));
  return members;
}

function replaceIn(value: JsonValue, path: readonly (string | number)[], replacement: JsonValue | undefined) {
  return path.length === 0 ? (replacement ?? null) : replaceAt(value, path, replacement);
}

/** JSON text as this program reads it. */
export function json(text: string): JsonValue {
  return parseJson(new TextEncoder().encode(text));
}

export function utc(text: string): UtcSecond {
  if (!isUtcSecond(text)) throw new TypeError(`${text} is no time`);
  return text;
}

function finish(
  signed: JsonValue,
  signers: readonly TestKey[],
  tamper: ((text: string) => string) | undefined,
): Uint8Array {
  const payload = canonicalBytes(signed);
  const signatures = signers.map((signer) =>
    object([
      ["keyid", keyIdOfTestKey(signer)],
      ["sig", signer.sign(payload)],
    ]),
  );
  const file = serializeJson(
    object([
      ["signatures", signatures],
      ["signed", signed],
    ]),
    "indented",
  );
  if (tamper === undefined) return file;
  return new TextEncoder().encode(tamper(new TextDecoder().decode(file)));
}
