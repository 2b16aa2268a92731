/**
 * The token that one child process holds: logging in, initialising, and the session that keys are made and used in.
 *
 * A login is tried once for each request, and never when only one try is left.
 */
import { Buffer } from "node:buffer";
import { SessionFlag, UserType } from "./cryptoki.ts";
import { call, type LoadedModule } from "./module.ts";
import type { Session } from "./objects.ts";
import { askNewPin, askPin, type PinDialogue } from "./pin-entry.ts";
import { judgeNewPin, limitPin, SHORTEST_NEW_PIN } from "./pin-policy.ts";
import type { Calls, TokenSelector } from "./protocol.ts";
import { TokenFailure } from "./situations.ts";
import { findToken, type TokenInSlot } from "./token.ts";
import { type PinState, padLabel, readTokenInfo, type TokenInfo } from "./token-info.ts";

export class OpenToken {
  readonly #module: LoadedModule;
  readonly #dialogue: PinDialogue;
  #token: TokenInSlot;
  #session: Session | null = null;

  constructor(module: LoadedModule, selector: TokenSelector, dialogue: PinDialogue) {
    this.#module = module;
    this.#dialogue = dialogue;
    this.#token = findToken(module.cryptoki, selector);
  }

  /** The session, if somebody has logged in to it. */
  get session(): Session {
    if (this.#session === null)
      throw new TokenFailure({ situation: "token/not-logged-in", found: "nobody logged in" });
    return this.#session;
  }

  /** As the token describes itself at this moment: the flags of its PINs change with every try. */
  readInfo(): TokenInfo {
    const { cryptoki } = this.#module;
    const raw = call("C_GetTokenInfo", () => cryptoki.C_GetTokenInfo(this.#token.slot));
    const info = readTokenInfo(raw);
    if (info.serial !== this.#token.info.serial) {
      throw new TokenFailure({ situation: "token/gone", found: "another device in its place" });
    }
    return info;
  }

  /** `fit`: a PIN that no new one may be is refused before it is tried. */
  async login(fit: boolean): Promise<TokenInfo> {
    if (this.#session !== null) return this.readInfo();
    const info = this.readInfo();
    refusePinpad(info);
    if (!info.initialised || !info.userPinInitialised) {
      throw new TokenFailure({ situation: "token/not-initialised", found: "a token without a user PIN" });
    }
    refuseLastTry(info.userPin);
    const handle = this.#openSession();
    try {
      const pin = await askPin(this.#dialogue, "user", info);
      if (fit) refuseUnfit(pin, info);
      this.#logIn(handle, UserType.user, pin);
    } catch (error) {
      this.#closeSession(handle);
      throw error;
    }
    this.#session = { cryptoki: this.#module.cryptoki, handle };
    return this.readInfo();
  }

  /** All PINs are asked for before anything is destroyed. The serial and the slot may be others afterwards. */
  async provision(request: Calls["provision"]["request"]): Promise<TokenInfo> {
    const label = padLabel(request.label);
    if (label === null) {
      throw new TokenFailure({
        situation: "token/label-too-long",
        found: `${Buffer.byteLength(request.label)} bytes, or characters that no label may have`,
      });
    }
    const info = this.readInfo();
    refusePinpad(info);
    if (info.writeProtected)
      throw new TokenFailure({ situation: "token/read-only", found: "write protection" });
    if (info.initialised && !request.erase) {
      throw new TokenFailure({ situation: "token/not-blank", found: "a token that is initialised" });
    }
    const officerPin = await this.#askOfficerPin(info);
    try {
      const userPin = await askNewPin(this.#dialogue, "new-user", info, officerPin);
      this.#initialise(label, officerPin, userPin);
    } finally {
      officerPin.fill(0);
    }
    this.#token = this.#findAgain(request.label);
    return this.#token.info;
  }

  /** Logs out, so that the device keeps no session open. */
  close(): void {
    if (this.#session !== null) this.#closeSession(this.#session.handle);
    this.#session = null;
    call("C_Finalize", () => this.#module.cryptoki.C_Finalize());
  }

  async #askOfficerPin(info: TokenInfo): Promise<Uint8Array> {
    if (!info.initialised) return await askNewPin(this.#dialogue, "new-officer", info, null);
    refuseLastTry(info.officerPin);
    return await askPin(this.#dialogue, "officer", info);
  }

  #initialise(label: string, officerPin: Uint8Array, userPin: Uint8Array): void {
    const { cryptoki } = this.#module;
    if (this.#session !== null) this.#closeSession(this.#session.handle);
    this.#session = null;
    // From here on the PINs are strings, as the addon wants them: they can't be wiped, and end with this process.
    try {
      call("C_InitToken", () => cryptoki.C_InitToken(this.#token.slot, textOf(officerPin), label));
      const handle = this.#openSession();
      this.#logIn(handle, UserType.securityOfficer, officerPin);
      call("C_InitPIN", () => cryptoki.C_InitPIN(handle, textOf(userPin)));
      this.#closeSession(handle);
    } finally {
      userPin.fill(0);
    }
  }

  #findAgain(label: string): TokenInSlot {
    const raw = call("C_GetTokenInfo", () => this.#module.cryptoki.C_GetTokenInfo(this.#token.slot));
    const { serial } = readTokenInfo(raw);
    this.#module.restart();
    return findToken(this.#module.cryptoki, { serial, label });
  }

  #openSession() {
    const flags = SessionFlag.serial | SessionFlag.readWrite;
    return call("C_OpenSession", () => this.#module.cryptoki.C_OpenSession(this.#token.slot, flags));
  }

  #closeSession(handle: Buffer): void {
    call("C_CloseSession", () => this.#module.cryptoki.C_CloseSession(handle));
  }

  #logIn(handle: Buffer, user: number, pin: Uint8Array): void {
    try {
      call("C_Login", () => this.#module.cryptoki.C_Login(handle, user, textOf(pin)));
    } finally {
      pin.fill(0);
    }
  }
}

function refuseLastTry(state: PinState): void {
  if (state === "locked")
    throw new TokenFailure({ situation: "pin/locked", found: "a PIN that the token has locked" });
  if (state === "final") throw new TokenFailure({ situation: "pin/final-try", found: "one try" });
}

function refuseUnfit(pin: Uint8Array, info: TokenInfo): void {
  const refused = judgeNewPin(pin, limitPin(info, SHORTEST_NEW_PIN));
  if (refused === null) return;
  pin.fill(0);
  throw new TokenFailure({ situation: "pin/unfit", found: `one that is ${refused}` });
}

function refusePinpad(info: TokenInfo): void {
  if (info.pinpad)
    throw new TokenFailure({ situation: "token/pinpad", found: "a device with its own PIN pad" });
}

function textOf(pin: Uint8Array): string {
  return Buffer.from(pin.buffer, pin.byteOffset, pin.length).toString("utf8");
}
