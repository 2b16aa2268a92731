/**
 * The order in which a holder elsewhere signs: anchors confirmed from paper, the change shown, two words of its digest
 * typed, the signing log written and synced, the key used, the signature judged, its file written and read back.
 */
import { basename, join } from "node:path";
import { sha256Hex } from "../ceremony/composer.ts";
import { signaturePath, writeSignatureFile } from "../ceremony/exchange-files.ts";
import { CeremonyError } from "../errors.ts";
import { readBack, realFolder, writeDurably } from "../machine/media.ts";
import { acceptSignature } from "../tuf/accept-signature.ts";
import { keyObject, parseKeyObject } from "../tuf/keys.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";
import { describeRequest, digestBlock } from "./change-text.ts";
import { type HolderKey, requireKeyAtHand, signWithHolderKey } from "./holder-key.ts";
import type { HolderTerminal } from "./holder-terminal.ts";
import { requireAbsent } from "./own-file.ts";
import type { SigningRequest } from "./read-request.ts";
import type { Review } from "./review-request.ts";
import { recordInLog } from "./signing-log-file.ts";

export interface SigningOrder {
  /** Without a finding that forbids to sign. */
  readonly review: Review;
  readonly request: SigningRequest;
  readonly key: HolderKey;
  /** The key's label on a token. */
  readonly label: string;
  readonly log: string;
  readonly out: string;
  readonly clock: () => UtcSecond;
}

export interface SignatureWritten {
  readonly path: string;
  readonly sha256: Sha256Hex;
}

/** Throws `holder/no-key-file`, `holder/left`, `log/raced`, `sign/not-accepted`, and what keys and media throw. */
export async function signRequest(order: SigningOrder, terminal: HolderTerminal): Promise<SignatureWritten> {
  const { review, request, log } = order;
  const { ceremony, role, key, keyid, publicKey, payload, sha256, document } = request;
  if (document.kind === "unreadable" || document.version === null) {
    throw new TypeError("a request with errors is never signed");
  }
  const { version } = document;
  const path = join(await realFolder(order.out), signatureFileName(request));
  await requireAbsent(path);
  await requireKeyAtHand(order.key);
  for (const anchor of review.unconfirmed) {
    await terminal.confirmFromPaper(anchor.what, anchor.path, anchor.sha256);
  }
  await terminal.confirmFromScreen(
    "This is what you sign.",
    [...describeRequest(review, request), digestBlock(request)],
    sha256,
  );
  await recordInLog(log, { ceremony, keyid, role, version, sha256, time: order.clock() }, review.log);
  const asked = { key, label: order.label, publicKey, document: role, payload };
  const sig = await signWithHolderKey(order.key, asked, terminal);
  requireValid(request, sig);
  const file = writeSignatureFile({ ceremony, role, key, sha256 }, sig);
  await writeDurably(path, file, 0o644);
  await readBack(path, sha256Hex(file));
  return { path, sha256: sha256Hex(file) };
}

/** Not the request's, so that both can be on one medium. In the ceremony folder it is called as there. */
export function signatureFileName({ role, key, sha256 }: SigningRequest): string {
  return `${basename(signaturePath(role, key, sha256), ".json")}-signature.json`;
}

/** The key's store has judged it; nobody takes its word for it. */
function requireValid({ publicKey, payload }: SigningRequest, sig: string): void {
  const accepted = acceptSignature(parseKeyObject(keyObject(publicKey)), payload, sig);
  if (accepted.ok) return;
  throw new CeremonyError({
    code: "sign/not-accepted",
    exit: "device",
    expected: "a signature that OpenSSL and the JavaScript implementation both find valid",
    found: `OpenSSL: ${accepted.openssl}, JavaScript: ${accepted.javascript}`,
    remedy:
      "Nothing was written. Sign again; if it happens twice, don't use this machine or this device any more.",
  });
}
