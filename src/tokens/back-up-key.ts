/** A key wrapped for other tokens, once and for all of them: afterwards its own token lets it go no more. */
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import { describeFailure } from "../keystore/pkcs11/situations.ts";
import type { Pkcs11Uri } from "../keystore/pkcs11/uri.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import type { BackupFile, TransportFile } from "./copy-files.ts";
import { requireCopyable } from "./copy-refusals.ts";
import type { TokenAtHand } from "./find-token.ts";
import { selectKey } from "./select-key.ts";
import { publicKeyOf } from "./survey-machine.ts";
import { withLogin } from "./token-desk.ts";

export interface NamedTransport {
  readonly path: string;
  readonly sha256: Sha256Hex;
  readonly file: TransportFile;
}

/** Each transport key's words are typed from paper first: whoever swaps one gets the private key. */
export async function backUpKey(
  token: TokenAtHand,
  uri: Pkcs11Uri,
  transports: readonly NamedTransport[],
  terminal: HolderTerminal,
): Promise<BackupFile> {
  requireCopyable(token.profile, null);
  for (const { path, sha256 } of transports) await terminal.confirmFromPaper("transport key", path, sha256);
  return await withLogin(token, terminal, async (store) => {
    const key = selectKey(await store.keys(), uri);
    const publicKey = publicKeyOf(key);
    if (publicKey === null) throw describeFailure({ situation: "token/key-unreadable", found: "none" });
    requireCopyable(token.profile, publicKey.scheme);
    const numbers = transports.map(({ file }) => file.numbers);
    const wrapped = await store.copies.wrap(publicKey, numbers);
    const copies = wrapped.map((copy, index) => ({ modulus: numbers[index]?.modulus ?? "", ...copy }));
    return { label: key.label, id: key.id, publicKey, copies };
  });
}
