/** A key made on a token outside of a ceremony: it proves possession at once, as in one. */
import { possessionMessage } from "../ceremony/possession.ts";
import { CeremonyError } from "../errors.ts";
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import type { GeneratedKey } from "../keystore/keystore.ts";
import type { TokenStore } from "../keystore/pkcs11/token-store.ts";
import { quote } from "../tuf/quote.ts";
import type { Scheme } from "../tuf/types.ts";
import { requireCopyable } from "./copy-refusals.ts";
import type { TokenAtHand } from "./find-token.ts";
import { withLogin } from "./token-desk.ts";

export interface KeyOrder {
  readonly ceremony: string;
  readonly key: string;
  readonly scheme: Scheme;
  /** It can be wrapped for other tokens, once (back-up-key.ts). */
  readonly wrappable: boolean;
}

/** Throws `token/key-exists` where the label is in use: nothing is ever replaced here. */
export async function makeKey(
  token: TokenAtHand,
  { ceremony, key, scheme, wrappable }: KeyOrder,
  terminal: HolderTerminal,
): Promise<GeneratedKey & { readonly label: string }> {
  const label = `${ceremony} ${key}`;
  if (wrappable) requireCopyable(token.profile, scheme);
  const make = async (store: TokenStore) => {
    await requireFree(store, label);
    const made = await store.generate({ key, label, scheme }, possessionMessage(ceremony, key));
    return { ...made, label };
  };
  return await withLogin(token, terminal, make, { wrappable });
}

async function requireFree(store: TokenStore, label: string): Promise<void> {
  const { keys } = await store.keys();
  if (!keys.some((key) => key.label === label)) return;
  throw new CeremonyError({
    code: "token/key-exists",
    exit: "refused",
    expected: "a token without a key of this label",
    found: `${quote(label, 80)} on it already`,
    remedy: "Choose another name for the key, or destroy that one first: tuf-ceremony token destroy.",
  });
}
