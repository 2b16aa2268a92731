/** Whether a key can sign: over bytes that are no TUF document, and judged by two implementations. */
import { Buffer } from "node:buffer";
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import { describeFailure } from "../keystore/pkcs11/situations.ts";
import type { Pkcs11Uri } from "../keystore/pkcs11/uri.ts";
import type { PublicKey } from "../tuf/types.ts";
import type { TokenAtHand } from "./find-token.ts";
import { selectKey } from "./select-key.ts";
import { publicKeyOf } from "./survey-machine.ts";
import { testPayload } from "./test-payload.ts";
import { withLogin } from "./token-desk.ts";

export interface TriedKey {
  readonly label: string;
  readonly publicKey: PublicKey;
  /** What was signed, UTF-8. */
  readonly payload: string;
  /** Lower-case hex, DER for ECDSA. */
  readonly signature: string;
  readonly milliseconds: number;
}

/** Throws what `withLogin` and `selectKey` throw, and what is the matter with the key. */
export async function tryKey(
  token: TokenAtHand,
  uri: Pkcs11Uri,
  terminal: HolderTerminal,
): Promise<TriedKey> {
  return await withLogin(token, terminal, async (store) => {
    const key = selectKey(await store.keys(), uri);
    const publicKey = publicKeyOf(key);
    if (publicKey === null) throw describeFailure({ situation: "token/key-unreadable", found: "none" });
    const payload = testPayload();
    const began = performance.now();
    const signature = await store.sign({
      key: key.label,
      label: null,
      publicKey,
      document: "test",
      payload: Buffer.from(payload),
    });
    const milliseconds = Math.round(performance.now() - began);
    return { label: key.label, publicKey, payload, signature, milliseconds };
  });
}
