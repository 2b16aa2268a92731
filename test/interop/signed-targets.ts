/** Targets, and documents that are signed outside of a ceremony. */
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { object } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import type { JsonObject } from "../../src/tuf/types.ts";
import type { ExampleKey } from "../support/example-keys.ts";

export interface Target {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** `hashes` and `length`, as targets metadata and timestamp have them. */
export function describeBytes(bytes: Uint8Array): JsonObject {
  return object([
    ["hashes", object([["sha256", sha256Hex(bytes)]])],
    ["length", bytes.length],
  ]);
}

export function signDocument(signed: JsonObject, signers: readonly ExampleKey[]): Uint8Array {
  const payload = canonicalBytes(signed);
  const signatures = signers.map(({ publicKey, sign }) => ({
    keyid: keyIdOf(keyObject(publicKey)),
    sig: sign(payload),
  }));
  return serializeDocument(signed, signatures, "compact");
}
