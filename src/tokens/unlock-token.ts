/** A new PIN for a token's holder, by its security officer: for a locked one. Keys stay. */
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import { describeFailure } from "../keystore/pkcs11/situations.ts";
import type { TokenInfo } from "../keystore/pkcs11/token-info.ts";
import { wrapLines } from "../terminal/panel.ts";
import type { TokenAtHand } from "./find-token.ts";
import { pinLines, tokenLines, withToken } from "./token-desk.ts";

export async function unlockToken(token: TokenAtHand, terminal: HolderTerminal): Promise<TokenInfo> {
  const { provisioning } = token.profile;
  if (provisioning.by === "vendor-tool") {
    throw describeFailure(
      { situation: "token/vendor-tool", found: "one whose PINs only the vendor's tool sets" },
      "Unlock it with the vendor's tool.",
    );
  }
  if (provisioning.by === "user-pin")
    throw describeFailure({ situation: "token/vendor-tool", found: "one without a security officer" });
  const what = wrapLines(
    "The security officer's PIN is asked for, then a new PIN for the holder, twice. Keys stay.",
  );
  await terminal.confirmWord(
    { title: "A new PIN for this token?", body: [tokenLines(token), what] },
    "unlock",
  );
  return await withToken(token, terminal, (store) =>
    terminal.lend("The security officer's PIN, then the new one", pinLines(token), () => store.unlock()),
  );
}
