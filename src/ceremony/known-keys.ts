/** The public keys that are known before the ceremony: online keys, enrolments, keys of the previous metadata. */
import { Buffer } from "node:buffer";
import { CeremonyError } from "../errors.ts";
import { keyIdOf, keyObject, type ParsedKey } from "../tuf/keys.ts";
import { publicKeyFromPem, strictPublicKey } from "../tuf/public-keys.ts";
import { quote } from "../tuf/quote.ts";
import type { KeyId, PublicKey } from "../tuf/types.ts";
import { readEnrolment } from "./enrolment.ts";
import type { Previous } from "./previous.ts";
import type { KeyName, PublicOnlyKey, Script, ScriptKey } from "./script.ts";
import type { Findings } from "./script-rules/findings.ts";

export interface KnownKey {
  readonly publicKey: PublicKey;
  readonly keyid: KeyId;
}

export function readKnownKeys(
  script: Script,
  previous: Previous,
  inputs: ReadonlyMap<string, Uint8Array>,
  findings: Findings,
): ReadonlyMap<KeyName, KnownKey> {
  const known = new Map<KeyName, KnownKey>();
  const names = new Map<string, KeyName>();
  for (const key of script.keys.values()) {
    const publicKey = readKey(key, script, previous, inputs, findings);
    if (publicKey === null) continue;
    const keyid = keyIdOf(keyObject(publicKey));
    const other = names.get(publicKey.public);
    if (other !== undefined) {
      findings.at(`keys.${key.name}`, "plan/same-key", { found: `the same public key as ${other}` });
    }
    names.set(publicKey.public, key.name);
    known.set(key.name, { publicKey, keyid });
  }
  return known;
}

function readKey(
  key: ScriptKey,
  script: Script,
  previous: Previous,
  inputs: ReadonlyMap<string, Uint8Array>,
  findings: Findings,
): PublicKey | null {
  if (key.store === "public") {
    const bytes = inputs.get(key.public.file);
    return bytes === undefined ? null : readPublicFile(key, bytes, findings);
  }
  if (key.store === "elsewhere" && key.enrolled !== undefined) {
    const bytes = inputs.get(key.enrolled.file);
    if (bytes === undefined) return null;
    const wanted = { ceremony: script.ceremony, key: key.name, holder: key.holder };
    const read = readEnrolment(bytes, wanted);
    if (read.ok) return read.publicKey;
    findings.at(`keys.${key.name}.enrolled`, "plan/enrolment", { found: read.found });
    return null;
  }
  if (!("keyid" in key) || key.keyid === undefined) return null;
  return readPreviousKey(key, key.keyid, previous, script.previous.size === 0, findings);
}

function readPublicFile(key: PublicOnlyKey, bytes: Uint8Array, findings: Findings): PublicKey | null {
  try {
    return publicKeyFromPem(Buffer.from(bytes).toString("latin1"), key.scheme);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    if (error.code === "key/not-a-public-pem") {
      findings.at(`keys.${key.name}.public`, "plan/public-key", {
        found: `${error.found} in ${key.public.file}, beside the script`,
        remedy: error.remedy,
      });
      return null;
    }
    if (error.code === "key/unfit") {
      findings.at(`keys.${key.name}.scheme`, "plan/scheme", { found: error.found });
      return null;
    }
    throw error;
  }
}

/** Only keys in the one spelling that all clients give the same keyid: others would be another key in the new root. */
function readPreviousKey(
  key: ScriptKey,
  keyid: KeyId,
  previous: Previous,
  isBootstrap: boolean,
  findings: Findings,
): PublicKey | null {
  const path = `keys.${key.name}.keyid`;
  const found = findPreviousKey(keyid, previous);
  if (found === undefined) {
    // An untrusted previous root has been reported already, and knows no keys.
    if (previous.root === null && !isBootstrap) return null;
    findings.at(path, "plan/keyid", {
      found: isBootstrap ? "no previous metadata" : `${quote(keyid, 64)}, which is not there`,
    });
    return null;
  }
  try {
    const publicKey = strictPublicKey(found.wire);
    if (keyIdOf(keyObject(publicKey)) !== keyid) {
      findings.at(path, "plan/keyid", { found: "a keyid that is not the hash of its key" });
      return null;
    }
    if ("scheme" in key && key.scheme !== publicKey.scheme) {
      findings.at(`keys.${key.name}.scheme`, "plan/scheme", { found: `a key for ${publicKey.scheme}` });
      return null;
    }
    return publicKey;
  } catch (error) {
    const codes = ["key/not-our-spelling", "key/unfit"];
    if (!(error instanceof CeremonyError) || !codes.includes(error.code)) throw error;
    findings.at(path, "plan/keyid", { found: error.found });
    return null;
  }
}

function findPreviousKey(keyid: KeyId, { root, targets }: Previous): ParsedKey | undefined {
  const inRoot = root?.keys.get(keyid);
  if (inRoot !== undefined) return inRoot;
  for (const { delegations } of targets.values()) {
    const delegated = delegations?.keys.get(keyid);
    if (delegated !== undefined) return delegated;
  }
  return undefined;
}
