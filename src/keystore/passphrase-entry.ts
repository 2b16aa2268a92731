/**
 * Asking for a passphrase, in the child process that uses it. The bytes belong to the caller, who zeroes them.
 */
import { Buffer } from "node:buffer";
import { CeremonyError } from "../errors.ts";
import {
  judgeNewPassphrase,
  LONGEST_PASSPHRASE,
  type PassphrasePrompts,
  type PassphraseRefusal,
  REFUSED_BECAUSE,
} from "./passphrase.ts";
import { readSecret } from "./secret-entry.ts";

/** A person at the terminal; or, for throw-away keys of rehearsals, demonstrations and tests only, a known one. */
export type PassphraseEntry =
  | { readonly kind: "terminal"; readonly prompts: PassphrasePrompts }
  | { readonly kind: "scripted"; readonly passphrase: string };

/** How often two entries may differ or be refused. */
const ROUNDS = 3;

/** Asks twice, until the entry is acceptable and both are equal: three rounds, then `age/passphrase-refused`. */
export async function askNewPassphrase(entry: PassphraseEntry): Promise<Uint8Array> {
  let refused: PassphraseRefusal | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await ask(entry, "first", refused);
    refused = first === null ? "too-long" : judgeNewPassphrase(first);
    const second = refused === null ? await ask(entry, "again", null) : null;
    const equal = first !== null && second !== null && Buffer.compare(first, second) === 0;
    second?.fill(0);
    if (equal) return first;
    first?.fill(0);
    refused ??= "mismatch";
  }
  throw new CeremonyError({
    code: "age/passphrase-refused",
    exit: "device",
    expected: "an acceptable passphrase, typed twice",
    found: `${ROUNDS} entries that could not be taken, the last one: ${REFUSED_BECAUSE[refused ?? "mismatch"]}`,
    remedy: "Write down five random words, and type them with single spaces between them.",
  });
}

/** Asks once for the passphrase of a file that exists. */
export async function askPassphrase(entry: PassphraseEntry): Promise<Uint8Array> {
  return (await ask(entry, "existing", null)) ?? new Uint8Array();
}

/** Null where the entry was too long. */
async function ask(
  entry: PassphraseEntry,
  which: "first" | "again" | "existing",
  refused: PassphraseRefusal | null,
): Promise<Uint8Array | null> {
  if (entry.kind === "scripted") return Uint8Array.from(Buffer.from(entry.passphrase, "utf8"));
  const prompt = (refused === null ? "" : entry.prompts.refused[refused]) + entry.prompts[which];
  const tty = { input: process.stdin, output: process.stdout };
  const result = await readSecret(tty, { prompt, maxBytes: LONGEST_PASSPHRASE });
  switch (result.kind) {
    case "entered":
      return result.secret;
    case "too-long":
      return null;
    case "cancelled":
      throw new CeremonyError({
        code: "age/cancelled",
        exit: "device",
        expected: "a passphrase",
        found: "an entry that was cancelled",
        remedy: "Begin again when the holder is ready.",
      });
    default:
      return result satisfies never;
  }
}
