/** What the names of keytypes and schemes mean (TUF specification 1.0.34 §4.2, and what producers really write). */

import type { CurveName } from "./curve-points.ts";

export type HashName = "sha256" | "sha384" | "sha512";

export type SigningMethod =
  | { readonly kind: "ed25519" }
  /** The signature is a DER sequence of r and s. */
  | { readonly kind: "ecdsa"; readonly curve: CurveName; readonly hash: HashName }
  | { readonly kind: "rsa"; readonly padding: "pss" | "pkcs1v15"; readonly hash: HashName };

const METHODS: ReadonlyMap<string, SigningMethod> = new Map<string, SigningMethod>([
  ["ed25519", { kind: "ed25519" }],
  ["ecdsa-sha2-nistp256", { kind: "ecdsa", curve: "P-256", hash: "sha256" }],
  ["ecdsa-sha2-nistp384", { kind: "ecdsa", curve: "P-384", hash: "sha384" }],
  ["ecdsa-sha2-nistp521", { kind: "ecdsa", curve: "P-521", hash: "sha512" }],
  ["rsassa-pss-sha256", { kind: "rsa", padding: "pss", hash: "sha256" }],
  ["rsassa-pss-sha384", { kind: "rsa", padding: "pss", hash: "sha384" }],
  ["rsassa-pss-sha512", { kind: "rsa", padding: "pss", hash: "sha512" }],
  ["rsa-pkcs1v15-sha256", { kind: "rsa", padding: "pkcs1v15", hash: "sha256" }],
  ["rsa-pkcs1v15-sha384", { kind: "rsa", padding: "pkcs1v15", hash: "sha384" }],
  ["rsa-pkcs1v15-sha512", { kind: "rsa", padding: "pkcs1v15", hash: "sha512" }],
]);

const KEYTYPES: ReadonlySet<string> = new Set(Array.from(METHODS.values(), ({ kind }) => kind));

/** Both are known, and one of them is wrong: not a scheme from elsewhere. */
export function isContradiction(keytype: string, scheme: string): boolean {
  const isKeytype = KEYTYPES.has(keytype) || METHODS.get(keytype)?.kind === "ecdsa";
  return isKeytype && METHODS.has(scheme) && findMethod(keytype, scheme) === null;
}

/**
 * Null where this tool can't verify such signatures. The keytype `ecdsa-sha2-nistp256` and its siblings are what older
 * producers wrote for `ecdsa`; they go with the scheme of the same name only.
 */
export function findMethod(keytype: string, scheme: string): SigningMethod | null {
  const method = METHODS.get(scheme);
  if (method === undefined) return null;
  const isOldAlias = method.kind === "ecdsa" && keytype === scheme;
  return method.kind === keytype || isOldAlias ? method : null;
}
