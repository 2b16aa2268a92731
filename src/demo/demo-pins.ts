/** Random PINs for the demonstration's tokens, each made when it is asked for and known to nothing but this object. */
import { randomBytes } from "node:crypto";
import type { PinRequest } from "../keystore/pkcs11/protocol.ts";

export class DemoPins {
  #newOfficer = "";
  #newUser = "";
  /** By serial number, which a soft token gets when it is initialised: known from the first login on. */
  readonly #users = new Map<string, string>();

  /** Null where a PIN is asked for that was never made. */
  answer({ purpose, repeat, token }: PinRequest): string | null {
    switch (purpose) {
      case "new-officer":
        if (!repeat) this.#newOfficer = makePin();
        return this.#newOfficer;
      case "new-user":
        if (!repeat) this.#newUser = makePin();
        return this.#newUser;
      case "user": {
        const pin = this.#users.get(token.serial) ?? this.#newUser;
        this.#users.set(token.serial, pin);
        return pin;
      }
      case "officer":
        return null;
      default:
        return purpose satisfies never;
    }
  }
}

function makePin(): string {
  return randomBytes(12).toString("base64url");
}
