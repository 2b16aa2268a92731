/** The places that keep keys, by the effects that use them: real ones (real-stores.ts) or throw-away (rehearsal-stores.ts). */
import type { Effects } from "../ceremony/effects.ts";
import type { Situation } from "./people.ts";

type Request<K extends keyof Effects> = Effects[K]["request"];
type Value<K extends keyof Effects> = Effects[K]["value"];

/** Every method throws a CeremonyError where it fails; its code becomes the outcome's. */
export interface Stores {
  findToken(request: Request<"find-token">, situation: Situation): Promise<Value<"find-token">>;
  provision(request: Request<"provision">, situation: Situation): Promise<Value<"provision">>;
  /**
   * `possession` is the message that the new key signs. `unfinished`: an attempt was begun and its end never recorded,
   * or the key that was made is void; what is left of it is destroyed first.
   */
  generate(
    request: Request<"generate">,
    possession: Uint8Array,
    situation: Situation,
    unfinished: boolean,
  ): Promise<Value<"generate">>;
  readCertificates(
    request: Request<"read-certificates">,
    situation: Situation,
  ): Promise<Value<"read-certificates">>;
  sign(request: Request<"sign">, payload: Uint8Array, situation: Situation): Promise<Value<"sign">>;
  endKey(request: Request<"end-key">): Promise<void>;
  /** Ends every process and session that is still open; safe to call twice. */
  close(): Promise<void>;
}
