/**
 * The token that one child process holds: logging in, initialising, and the session that keys are made and used in.
 *
 * A login is tried once for each request, and never when only one try is left.
 */
import type { DeviceProfile } from "../../ceremony/devices/profile.ts";
import { call, type LoadedModule } from "./module.ts";
import type { Session } from "./objects.ts";
import { askPin, type PinDialogue } from "./pin-entry.ts";
import { judgeNewPin, limitPin, SHORTEST_NEW_PIN } from "./pin-policy.ts";
import type { Calls, TokenSelector } from "./protocol.ts";
import { type Desk, provisionToken, refuseLastTry, refusePinpad, setUserPin } from "./provisioning.ts";
import { releaseAfter, thenRelease } from "./release.ts";
import { closeSession, logIn, openSession } from "./session.ts";
import { TokenFailure } from "./situations.ts";
import { findToken, type TokenInSlot } from "./token.ts";
import { readTokenInfo, type TokenInfo } from "./token-info.ts";

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

  /** By a session in which nobody has logged in, unless somebody has. */
  look<Result>(work: (session: Session) => Result): Result {
    if (this.#session !== null) return work(this.#session);
    const { cryptoki } = this.#module;
    const handle = openSession(cryptoki, this.#token.slot);
    return thenRelease(
      () => work({ cryptoki, handle }),
      () => closeSession(cryptoki, handle),
    );
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
    const { cryptoki } = this.#module;
    const handle = openSession(cryptoki, this.#token.slot);
    try {
      const pin = await askPin(this.#dialogue, "user", info);
      try {
        if (fit) refuseUnfit(pin, info);
        logIn(cryptoki, handle, "user", pin);
      } finally {
        pin.fill(0);
      }
    } catch (error) {
      releaseAfter(error, () => closeSession(cryptoki, handle));
    }
    this.#session = { cryptoki, handle };
    return this.readInfo();
  }

  /** Label and PINs (provisioning.ts). The serial and the slot may be others afterwards. */
  async provision(profile: DeviceProfile, request: Calls["provision"]["request"]): Promise<TokenInfo> {
    return await this.#asOfficer((desk) => provisionToken(desk, profile, request));
  }

  /** A new user PIN by the security officer. */
  async unlock(): Promise<TokenInfo> {
    return await this.#asOfficer(async (desk) => {
      await setUserPin(desk);
      return desk.info.label;
    });
  }

  /** Logs out, so that the device keeps no session open. */
  close(): void {
    if (this.#session !== null) closeSession(this.#module.cryptoki, this.#session.handle);
    this.#session = null;
    call("C_Finalize", () => this.#module.cryptoki.C_Finalize());
  }

  /** Nobody is logged in while it works; then the token is looked for by the label that `work` answers. */
  async #asOfficer(work: (desk: Desk) => Promise<string>): Promise<TokenInfo> {
    const info = this.readInfo();
    if (this.#session !== null) closeSession(this.#module.cryptoki, this.#session.handle);
    this.#session = null;
    const { cryptoki } = this.#module;
    const label = await work({ cryptoki, dialogue: this.#dialogue, slot: this.#token.slot, info });
    this.#token = this.#findAgain(label);
    return this.#token.info;
  }

  #findAgain(label: string): TokenInSlot {
    const raw = call("C_GetTokenInfo", () => this.#module.cryptoki.C_GetTokenInfo(this.#token.slot));
    const { serial } = readTokenInfo(raw);
    this.#module.restart();
    return findToken(this.#module.cryptoki, { serial, label, blank: false });
  }
}

function refuseUnfit(pin: Uint8Array, info: TokenInfo): void {
  const refused = judgeNewPin(pin, limitPin(info, SHORTEST_NEW_PIN));
  if (refused !== null) throw new TokenFailure({ situation: "pin/unfit", found: `one that is ${refused}` });
}
