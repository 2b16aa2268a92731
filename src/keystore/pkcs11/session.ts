/** Sessions of one token, and logging in to them. */
import { Buffer } from "node:buffer";
import type { Cryptoki, Handle } from "./addon.ts";
import { SessionFlag, UserType } from "./cryptoki.ts";
import { call } from "./module.ts";

export function openSession(cryptoki: Cryptoki, slot: Handle): Handle {
  const flags = SessionFlag.serial | SessionFlag.readWrite;
  return call("C_OpenSession", () => cryptoki.C_OpenSession(slot, flags));
}

export function closeSession(cryptoki: Cryptoki, session: Handle): void {
  call("C_CloseSession", () => cryptoki.C_CloseSession(session));
}

export function logIn(
  cryptoki: Cryptoki,
  session: Handle,
  user: keyof typeof UserType,
  pin: Uint8Array,
): void {
  call("C_Login", () => cryptoki.C_Login(session, UserType[user], textOf(pin)));
}

/** As the addon wants a PIN: a string that can't be wiped, and ends with this process. */
export function textOf(pin: Uint8Array): string {
  return Buffer.from(pin.buffer, pin.byteOffset, pin.length).toString("utf8");
}
