/** The parent's side of a key's way to a second token (copies.ts). What either token says is checked here. */
import { Buffer } from "node:buffer";
import type { PublicKey } from "../../tuf/types.ts";
import { requireDocument } from "../signed-bytes.ts";
import { spellMaterial } from "./key-forms.ts";
import type { CallKind, Calls, RawAttributes, RawPublicKey, RsaNumbers, WrappedKey } from "./protocol.ts";
import { describeFailure } from "./situations.ts";
import { refuseExposed, takeSignature } from "./token-answers.ts";

export interface RestoreRequest {
  /** CKA_LABEL of the transport key on this token. */
  readonly transportLabel: string;
  readonly label: string;
  /** CKA_ID, hex: that of the original. */
  readonly id: string;
  /** The original's: the copy counts when it signs for it. */
  readonly publicKey: PublicKey;
  readonly copy: WrappedKey;
  /** What the copy signs at once. */
  readonly payload: Uint8Array;
}

export interface RestoredKey {
  readonly signature: string;
  readonly attributes: RawAttributes;
  readonly swept: number;
}

type Ask = <K extends CallKind>(kind: K, request: Calls[K]["request"]) => Promise<Calls[K]["answer"]>;

export class TokenCopies {
  readonly #ask: Ask;

  /** See `TokenStore.copies`. */
  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** On the second token: RSA, 3,072 bits. Whatever was under the label is destroyed. */
  async makeTransport(label: string): Promise<RsaNumbers> {
    return await this.#ask("transport", { label });
  }

  /** On the first one: a copy for each transport key. Afterwards it lets the key go no more. */
  async wrap(publicKey: PublicKey, transports: readonly RsaNumbers[]): Promise<readonly WrappedKey[]> {
    const material = requireMaterial(publicKey);
    const { copies, attributes } = await this.#ask("wrap", {
      scheme: publicKey.scheme,
      material,
      transports,
    });
    if (copies.length !== transports.length)
      throw describeFailure({ situation: "token/key-not-wrappable", found: `${copies.length} copies` });
    refuseExposed(attributes);
    return copies;
  }

  /** On the second one. Half a key under the label is destroyed first; nothing else may be there. */
  async restore(request: RestoreRequest): Promise<RestoredKey> {
    const { publicKey, payload, ...rest } = request;
    requireDocument(payload);
    const answer = await this.#ask("unwrap", {
      ...rest,
      scheme: publicKey.scheme,
      material: requireMaterial(publicKey),
      payload: Buffer.from(payload).toString("hex"),
    });
    refuseExposed(answer.attributes);
    return { ...answer, signature: takeSignature(publicKey, payload, answer.signature) };
  }
}

function requireMaterial(publicKey: PublicKey): RawPublicKey {
  const material = spellMaterial(publicKey);
  if (material !== null) return material;
  throw describeFailure({ situation: "token/key-other", found: "not a key of this scheme" });
}
