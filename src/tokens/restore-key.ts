/** The copy of a key in a second token, which counts when it signs for the original's public key. */
import { Buffer } from "node:buffer";
import { CeremonyError } from "../errors.ts";
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import type { KeyAttributes } from "../keystore/keystore.ts";
import type { KeySurvey } from "../keystore/pkcs11/protocol.ts";
import { describeFailure } from "../keystore/pkcs11/situations.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { pairLines } from "../terminal/panel.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { quote } from "../tuf/quote.ts";
import { isSha256Hex, type Sha256Hex } from "../tuf/types.ts";
import { type BackupFile, TRANSPORT_LABEL } from "./copy-files.ts";
import { requireCopyable } from "./copy-refusals.ts";
import type { TokenAtHand } from "./find-token.ts";
import { testPayload } from "./test-payload.ts";
import { withLogin } from "./token-desk.ts";

export interface Restored {
  readonly label: string;
  readonly keyid: Sha256Hex;
  readonly attributes: KeyAttributes;
  /** What the copy signed, UTF-8, and its signature. */
  readonly payload: string;
  readonly signature: string;
}

/** Throws `copy/other-token`, `token/key-exists`, `token/id-in-use`, and what tokens say. */
export async function restoreKey(
  token: TokenAtHand,
  backup: BackupFile,
  terminal: HolderTerminal,
): Promise<Restored> {
  const { publicKey, label, id } = backup;
  const keyid = keyIdOf(keyObject(publicKey));
  if (!isSha256Hex(keyid)) throw new TypeError("our keyids are SHA-256");
  requireCopyable(token.profile, publicKey.scheme);
  const lines = pairLines([
    ["key", `"${clipForTerminal(label, 50)}"`],
    ["scheme", publicKey.scheme],
  ]);
  // Anybody can wrap a key of theirs for this token.
  await terminal.confirmKeyFromPaper(lines, keyid);
  return await withLogin(token, terminal, async (store) => {
    const survey = await store.keys();
    requireFree(survey, backup);
    const copy = copyFor(survey, backup);
    const payload = testPayload();
    const restored = await store.copies.restore({
      transportLabel: TRANSPORT_LABEL,
      label,
      id,
      publicKey,
      copy,
      payload: Buffer.from(payload),
    });
    await store.sweep(TRANSPORT_LABEL);
    const { attributes, signature } = restored;
    return { label, keyid, attributes, payload, signature };
  });
}

/** Half a key is what a killed attempt left: only whole ones are in the way. */
function requireFree({ keys }: KeySurvey, { label, id }: BackupFile): void {
  const there = keys.find((key) => key.label === label && key.hasPublic && key.attributes !== null);
  if (there !== undefined) {
    throw new CeremonyError({
      code: "token/key-exists",
      exit: "refused",
      expected: "a token without a key of this label",
      found: `${quote(label, 80)} on it already`,
      remedy: "If it is this copy, try it: tuf-ceremony token test-sign. Else take another token.",
    });
  }
  if (keys.some((key) => key.id === id && key.label !== label))
    throw describeFailure({ situation: "token/id-in-use", found: `another key with the id ${id}` });
}

function copyFor({ keys }: KeySurvey, { copies }: BackupFile) {
  const here = keys.find((key) => key.label === TRANSPORT_LABEL)?.material;
  const modulus = here?.kind === "rsa" ? here.modulus : null;
  const found = copies.find((copy) => copy.modulus === modulus);
  if (found !== undefined) {
    const { modulus: _, ...copy } = found;
    return copy;
  }
  throw new CeremonyError({
    code: "copy/other-token",
    exit: "refused",
    expected: "a backup that was made for this token's transport key",
    found:
      modulus === null
        ? "no transport key on this token"
        : "one for another token, or an earlier transport key",
    remedy: "Insert the token whose transport file was used. A transport key serves once.",
  });
}
