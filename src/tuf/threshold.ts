/**
 * Counts signatures: how many distinct keys of a role signed a document, and what became of every signature.
 *
 * The answer is a value, so that people see "2 of 3" and who is missing. What is counted is public keys, not keyids
 * and not list entries: one key under two keyids, or twice in a list, is one signer (TUF specification 1.0.34 §4.3).
 */

import type { ReadableDocument, ReadSignature } from "./documents.ts";
import { parseKeyObjectOnce } from "./key-cache.ts";
import type { KeyProblem, ParsedKey } from "./keys.ts";
import { describe } from "./observer.ts";
import { verifyByOpenSsl } from "./openssl-signatures.ts";
import type { Observation, RuleId } from "./rules.ts";
import type { SignatureVerifier } from "./signatures.ts";
import type { KeyId, RoleKeys, SignatureVerdict } from "./types.ts";

export type CheckedVerdict =
  | SignatureVerdict
  /** OpenSSL and the JavaScript implementations disagree: nothing is accepted until it is known why. */
  | "opinions-differ"
  /** Valid, but this key has been counted already. */
  | "same-key"
  /** The role does not have this keyid, or no key for it. */
  | "not-a-signer"
  /** A placeholder for somebody who has not signed. */
  | "empty";

export interface CheckedSignature {
  /** Position in `signatures` of the document. */
  readonly index: number;
  readonly keyid: KeyId;
  readonly verdict: CheckedVerdict;
}

export interface Signer {
  readonly keyid: KeyId;
  readonly key: ParsedKey;
}

export interface ThresholdResult {
  /** Distinct keys with a valid signature. */
  readonly valid: number;
  readonly threshold: number;
  /** Distinct keys that the role has. */
  readonly keys: number;
  readonly isMet: boolean;
  /** Those counted in `valid`, in the order of their signatures. */
  readonly signers: readonly Signer[];
  /** One for each element of the document's signatures, in their order. */
  readonly signatures: readonly CheckedSignature[];
  /** Keys that were looked at only now, of which it shows that nothing can be verified by them. */
  readonly unsound: readonly UnsoundKey[];
}

export interface UnsoundKey {
  /** Position of its signature in `signatures` of the document. */
  readonly index: number;
  readonly problem: KeyProblem;
}

export interface CountOptions {
  /** Another implementation that is asked too: a signature counts only where both say that it is valid. */
  readonly secondOpinion: SignatureVerifier | null;
}

/** `role` and `keys` are of the document that says who may sign: this root, the previous one, or the delegator. */
export function countSignatures(
  document: Pick<ReadableDocument, "payload" | "signatures">,
  role: RoleKeys,
  keys: ReadonlyMap<KeyId, ParsedKey>,
  options: CountOptions,
): ThresholdResult {
  const roleKeys = new Map<KeyId, ParsedKey>();
  for (const keyid of role.keyids) {
    const key = keys.get(keyid);
    if (key !== undefined) roleKeys.set(keyid, key);
  }
  const counted = new Map<string, Signer>();
  const unsound: UnsoundKey[] = [];
  const signatures = document.signatures.map((signature, index): CheckedSignature => {
    const { keyid } = signature;
    const spelled = roleKeys.get(keyid);
    const key = examine(spelled);
    if (spelled?.problem === undefined && key?.problem !== undefined) {
      unsound.push({ index, problem: key.problem });
    }
    const verdict = key === undefined ? "not-a-signer" : check(key, document.payload, signature, options);
    if (key === undefined || verdict !== "valid") return { index, keyid, verdict };
    if (counted.has(key.material)) return { index, keyid, verdict: "same-key" };
    counted.set(key.material, { keyid, key });
    return { index, keyid, verdict };
  });
  const valid = counted.size;
  return {
    valid,
    threshold: role.threshold,
    keys: new Set(roleKeys.values().map((key) => key.material)).size,
    isMet: role.threshold >= 1 && valid >= role.threshold,
    signers: Array.from(counted.values()),
    signatures,
    unsound,
  };
}

function examine(key: ParsedKey | undefined): ParsedKey | undefined {
  return key === undefined || key.isExamined ? key : parseKeyObjectOnce(key.wire);
}

/**
 * What is to be said about the signatures of a document, given its counts under every role that may sign it. A
 * signature that counts under one of them needs no comment. The reader has said what is malformed.
 */
export function observeSignatures(counts: readonly ThresholdResult[]): readonly Observation[] {
  const first = counts[0]?.signatures ?? [];
  return first.flatMap(({ index, keyid }) => {
    const verdicts = new Set(counts.map((count) => count.signatures[index]?.verdict));
    const rule = ruleOfVerdicts(verdicts);
    return rule === null
      ? []
      : [{ rule, where: `/signatures/${index}`, found: `the signature of ${describe(keyid)}` }];
  });
}

function ruleOfVerdicts(verdicts: ReadonlySet<CheckedVerdict | undefined>): RuleId | null {
  if (verdicts.has("opinions-differ")) return "signature/opinions-differ";
  if (verdicts.has("valid") || verdicts.has("empty")) return null;
  if (verdicts.has("same-key")) return "signature/same-key";
  if (verdicts.has("invalid")) return "signature/invalid";
  if (verdicts.has("cannot-verify")) return "signature/cannot-verify";
  return "signature/not-a-signer";
}

function check(
  key: ParsedKey,
  payload: Uint8Array,
  { sig }: ReadSignature,
  { secondOpinion }: CountOptions,
): CheckedVerdict {
  if (sig === "") return "empty";
  if (!key.verifiable) return "cannot-verify"; // whatever a signature of its scheme looks like
  if (sig === null) return "invalid";
  const opinion = verifyOnce(key, payload, sig, verifyByOpenSsl);
  if (secondOpinion === null) return opinion;
  const second = verifyOnce(key, payload, sig, secondOpinion);
  if (opinion === second) return opinion;
  return opinion === "cannot-verify" || second === "cannot-verify" ? "cannot-verify" : "opinions-differ";
}

type Verdicts = WeakMap<ParsedKey, Map<string, SignatureVerdict>>;

/** A root's signatures are asked about twice, under its own role and under its predecessor's: remembered in between. */
const remembered = new WeakMap<SignatureVerifier, WeakMap<Uint8Array, Verdicts>>();

function verifyOnce(
  key: ParsedKey,
  payload: Uint8Array,
  sig: string,
  verifier: SignatureVerifier,
): SignatureVerdict {
  const ofPayloads = findOrMake(remembered, verifier, () => new WeakMap<Uint8Array, Verdicts>());
  const ofKeys = findOrMake(ofPayloads, payload, () => new WeakMap());
  const ofSignatures = findOrMake(ofKeys, key, () => new Map());
  return findOrMake(ofSignatures, sig, () => verifier(key, payload, sig, "any"));
}

function findOrMake<Key, Value>(
  map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
