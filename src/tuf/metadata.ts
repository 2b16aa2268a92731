/** What the rest of the program needs of TUF documents: read, judge, verify, compare. */

export { type ChainResult, CLIENT_LIMITS, type VerifyOptions, verifyChain } from "./chain.ts";
export type { Change } from "./changes.ts";
export { type DelegatedStep, type NamedDocument, verifyDelegated } from "./delegation-chain.ts";
export { diffDocuments } from "./diff.ts";
export type { ReadableDocument, ReadDocument, RootDocument, TargetsDocument } from "./documents.ts";
export { lintDocument } from "./lint.ts";
export { REHEARSAL_PREFIX, readDocument } from "./read-document.ts";
export type { Finding } from "./rules.ts";
export { countSignatures, type ThresholdResult } from "./threshold.ts";
