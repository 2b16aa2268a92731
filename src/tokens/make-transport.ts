/** The second token's part of a copy: an RSA pair whose private half stays in it, and whose public half travels. */
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import { TRANSPORT_LABEL, type TransportFile } from "./copy-files.ts";
import { requireCopyable } from "./copy-refusals.ts";
import type { TokenAtHand } from "./find-token.ts";
import { withLogin } from "./token-desk.ts";

/** A transport key that was there before is destroyed: its copy can't be restored any more. */
export async function makeTransport(token: TokenAtHand, terminal: HolderTerminal): Promise<TransportFile> {
  requireCopyable(token.profile, null);
  return await withLogin(token, terminal, async (store) => {
    const { label, serial } = store.info;
    return { token: { label, serial }, numbers: await store.copies.makeTransport(TRANSPORT_LABEL) };
  });
}
