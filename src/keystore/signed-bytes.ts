/**
 * The two things a key of a ceremony ever signs, told apart before it signs: a proof of possession and documents.
 *
 * A document's signed part is canonical JSON of an object and begins with `{`; a proof never does. Whoever can choose
 * one of them can't have the other signed in its place.
 */
import { Buffer } from "node:buffer";
import { possessionMessage } from "../ceremony/possession.ts";
import { CeremonyError } from "../errors.ts";

const OPENING_BRACE = 0x7b;
const PROOF_FIRST_LINE = Buffer.from(possessionMessage("", "")).toString("utf8").trimEnd();

/** Refuses with `key/not-a-proof` what `possessionMessage` can't have made. */
export function requireProof(message: Uint8Array): void {
  const lines = Buffer.from(message).toString("utf8").split("\n");
  if (lines.length === 4 && lines[0] === PROOF_FIRST_LINE && lines[3] === "") return;
  throw new CeremonyError({
    code: "key/not-a-proof",
    exit: "refused",
    expected: "a new key to sign its proof of possession first",
    found: "other bytes",
    remedy: "This is a mistake in the program: report it.",
  });
}

/** Refuses with `key/not-a-document` what can't be the canonical signed part of a document. */
export function requireDocument(payload: Uint8Array): void {
  if (payload[0] === OPENING_BRACE) return;
  throw new CeremonyError({
    code: "key/not-a-document",
    exit: "refused",
    expected: "the canonical signed part of a document, a JSON object",
    found: "other bytes",
    remedy: "This is a mistake in the program: report it.",
  });
}
