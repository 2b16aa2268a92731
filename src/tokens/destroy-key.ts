/** Destroying one key, after its holder has looked at it, with a look afterwards that it is gone. */
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import type { SurveyedKey } from "../keystore/pkcs11/protocol.ts";
import { describeFailure } from "../keystore/pkcs11/situations.ts";
import { surveyTokens, type TokenStore } from "../keystore/pkcs11/token-store.ts";
import type { Pkcs11Uri } from "../keystore/pkcs11/uri.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { digestLines, pairLines, wrapLines } from "../terminal/panel.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { isSha256Hex, type Sha256Hex } from "../tuf/types.ts";
import type { TokenAtHand } from "./find-token.ts";
import { selectKey } from "./select-key.ts";
import { publicKeyOf } from "./survey-machine.ts";
import { tokenLines, withLogin } from "./token-desk.ts";

export interface Destroyed {
  readonly label: string;
  readonly id: string;
  readonly keyid: Sha256Hex | null;
  /** Objects: two for a whole pair. */
  readonly destroyed: number;
}

/** Throws what `withLogin` and `selectKey` throw, and `token/key-left`. */
export async function destroyKey(
  token: TokenAtHand,
  uri: Pkcs11Uri,
  terminal: HolderTerminal,
): Promise<Destroyed> {
  const destroyed = await withLogin(token, terminal, async (store) => {
    const key = selectKey(await store.keys(), uri);
    await confirm(token, key, terminal);
    const count = await store.destroyKey(key);
    await requireGone(store, key);
    return { label: key.label, id: key.id, keyid: keyidOf(key), destroyed: count };
  });
  await requireGoneForOthers(token, destroyed);
  return destroyed;
}

async function confirm(token: TokenAtHand, key: SurveyedKey, terminal: HolderTerminal): Promise<void> {
  const keyid = keyidOf(key);
  const what = [
    ...tokenLines(token),
    ...pairLines([
      ["key", `"${clipForTerminal(key.label, 50)}"`],
      ["CKA_ID", key.id],
      ["scheme", key.scheme ?? "none of TUF's"],
    ]),
  ];
  const warning = wrapLines(
    "This can't be undone, and no copy is kept here. If a root names this key, it has one signer fewer from now on.",
  );
  const title = "Destroy this key for ever?";
  if (keyid === null) {
    await terminal.confirmWord({ title, body: [what, warning] }, "destroy");
    return;
  }
  await terminal.confirmFromScreen(title, [what, warning, ["Its keyid:", ...digestLines(keyid)]], keyid);
}

/** By the one who destroyed it, who would still see its private half. */
async function requireGone(store: TokenStore, { label, id }: SurveyedKey): Promise<void> {
  const left = (await store.keys()).keys.filter((key) => key.label === label && key.id === id);
  if (left.length > 0) throw describeFailure({ situation: "token/key-left", found: `${left.length} of it` });
}

/** By a process that has just started, to which a token shows what it has and not what it remembers. */
async function requireGoneForOthers(token: TokenAtHand, { label, id }: Destroyed): Promise<void> {
  const tokens = await surveyTokens(token.module);
  const same = tokens.filter(
    ({ info }) => info.serial === token.info.serial && info.label === token.info.label,
  );
  const left = same
    .flatMap(({ keys }) => keys?.keys ?? [])
    .filter((key) => key.label === label && key.id === id);
  if (left.length > 0) throw describeFailure({ situation: "token/key-left", found: `${left.length} of it` });
}

function keyidOf(key: SurveyedKey): Sha256Hex | null {
  const publicKey = publicKeyOf(key);
  const keyid = publicKey === null ? "" : keyIdOf(keyObject(publicKey));
  return isSha256Hex(keyid) ? keyid : null;
}
