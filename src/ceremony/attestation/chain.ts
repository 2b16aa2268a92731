/** From a certificate to a pinned root: who signed whom (RFC 5280 §6.1, without names of the web and revocation). */
import type { Sha256Hex } from "../../tuf/types.ts";
import type { Certificate } from "./certificate.ts";

export type ChainProblem =
  /** Somebody signed it whose certificate is not there. */
  | "issuer-missing"
  /** There is one of that name, and it has not signed it. */
  | "signature"
  | "not-an-authority"
  /** An authority stands above more authorities than it may. */
  | "path-length"
  /** It ends in a root that is not pinned. */
  | "other-root"
  | "not-yet-valid"
  | "expired"
  | "too-long";

export interface FoundChain {
  /** From the certificate up, as far as it goes; with the root where it was reached. */
  readonly chain: readonly Certificate[];
  /** Why it does not reach a pinned root, and whose certificate (its name, escaped) it is about; null: it does. */
  readonly problem: { readonly code: ChainProblem; readonly about: string } | null;
}

/** Yubico's longest has five above the key: the device, the kind of device, two intermediates, the root. */
const MOST_AUTHORITIES = 8;

/**
 * The order of `others` tells nothing: who signed a certificate is found by the issuer's name and its signature.
 * @param roots SHA-256 of roots that are trusted; one of them must be in `others`
 * @param at every certificate must be valid then
 */
export function findChain(
  leaf: Certificate,
  others: readonly Certificate[],
  roots: ReadonlySet<Sha256Hex>,
  at: Date,
): FoundChain {
  const chain = [leaf];
  for (let current = leaf; ; ) {
    const { subject } = current;
    if (at < current.notBefore) return { chain, problem: { code: "not-yet-valid", about: subject } };
    if (at > current.notAfter) return { chain, problem: { code: "expired", about: subject } };
    if (chain.length > 1 && roots.has(current.sha256)) return { chain, problem: null };
    if (chain.length > MOST_AUTHORITIES) return { chain, problem: { code: "too-long", about: subject } };
    const step = findIssuer(current, others, chain.length - 1);
    if (step.kind === "problem") return { chain, problem: step };
    chain.push(step.issuer);
    current = step.issuer;
  }
}

type Step =
  | { readonly kind: "issuer"; readonly issuer: Certificate }
  | { readonly kind: "problem"; readonly code: ChainProblem; readonly about: string };

/** @param below how many authorities stand between the issuer and the leaf */
function findIssuer(certificate: Certificate, others: readonly Certificate[], below: number): Step {
  const { subject, issuer } = certificate;
  const problem = (code: ChainProblem, about: string): Step => ({ kind: "problem", code, about });
  if (isSame(certificate.subjectName, certificate.issuerName)) return problem("other-root", subject);
  const named = others.filter((other) => isSame(other.subjectName, certificate.issuerName));
  if (named.length === 0) return problem("issuer-missing", issuer);
  const signing = named.filter((other) => certificate.isSignedBy(other));
  if (signing.length === 0) return problem("signature", subject);
  const authority = signing.find(({ isAuthority }) => isAuthority);
  if (authority === undefined) return problem("not-an-authority", issuer);
  if (authority.pathLength !== null && authority.pathLength < below) return problem("path-length", issuer);
  return { kind: "issuer", issuer: authority };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Those of `others` that could stand above `leaf`, by their names alone. */
export function mayStandAbove(leaf: Certificate, others: readonly Certificate[]): readonly Certificate[] {
  const above: Certificate[] = [];
  let wanted = [leaf.issuerName];
  while (wanted.length > 0) {
    const found = others.filter(
      (other) => !above.includes(other) && wanted.some((name) => isSame(name, other.subjectName)),
    );
    above.push(...found);
    wanted = found.map(({ issuerName }) => issuerName);
  }
  return above;
}
