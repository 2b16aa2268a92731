/** The tokens at hand: found by what they say of themselves, opened one at a time, closed after each use. */

import { DEVICES } from "../ceremony/devices/index.ts";
import type { DeviceProfile } from "../ceremony/devices/profile.ts";
import type { Effects } from "../ceremony/effects.ts";
import { CeremonyError } from "../errors.ts";
import type { GeneratedKey, GenerateRequest, SignRequest } from "../keystore/keystore.ts";
import type { PinFailures, PinSource } from "../keystore/pkcs11/pin-source.ts";
import type { ModuleConfig } from "../keystore/pkcs11/protocol.ts";
import { canHoldKeys, judgePinState, type TokenInfo } from "../keystore/pkcs11/token-info.ts";
import { listTokens, openToken, type TokenStore } from "../keystore/pkcs11/token-store.ts";
import { quote } from "../tuf/quote.ts";
import type { MachineFile } from "./machine-file.ts";

type TokenFacts = Effects["find-token"]["value"];

export interface TokenBenchOptions {
  readonly machine: MachineFile;
  readonly pin: PinSource;
  readonly pinFailures: PinFailures;
}

/** SHA-256 that the script pins for the device's module. Asked for at every use: a resumed session looks for no token. */
type PinnedModule = string | undefined;

export class TokenBench {
  readonly #options: TokenBenchOptions;
  #open: { readonly serial: string; readonly store: TokenStore } | null = null;

  constructor(options: TokenBenchOptions) {
    this.#options = options;
  }

  /** Exactly one token that fits: `token/none`, `token/several`, `token/other-serial`. */
  async find(
    { key, device, serial, blank, notThese }: Effects["find-token"]["request"],
    pinned: PinnedModule,
  ): Promise<TokenFacts> {
    await this.close();
    const profile = profileOf(device);
    const all = await listTokens(this.#moduleOf(device, pinned));
    const free = all.filter((token) => canHoldKeys(token) && !notThese.includes(token.serial));
    const fitting =
      serial === null ? free.filter(({ initialised }) => initialised !== blank) : ofSerial(free, serial);
    const [token] = fitting;
    if (token !== undefined && fitting.length === 1) return factsOf(token, profile);
    const wanted =
      serial === null
        ? `one ${blank ? "blank " : ""}token for ${key}`
        : `the token with the serial ${serial}`;
    throw noSuchToken(fitting.length, wanted, serial === null ? all : free);
  }

  async provision(
    { device, serial, label }: Effects["provision"]["request"],
    pinned: PinnedModule,
  ): Promise<TokenFacts> {
    const there = await listTokens(this.#moduleOf(device, pinned));
    const blank = there.some((token) => token.serial === serial && !token.initialised);
    const store = await this.#use(device, serial, pinned, blank);
    const info = await this.#orClose(() => store.provision({ label, erase: store.info.initialised }));
    this.#open = { serial: info.serial, store };
    return factsOf(info, profileOf(device));
  }

  async login(
    { device, serial }: { readonly device: string | null; readonly serial: string },
    pinned: PinnedModule,
  ): Promise<void> {
    const store = await this.#use(device ?? "", serial, pinned);
    await this.#orClose(() => store.login());
  }

  /** Of the token that is open, or is opened for it; nobody logs in. */
  async certificates(
    { device, serial }: Effects["read-certificates"]["request"],
    pinned: PinnedModule,
  ): Promise<readonly Uint8Array[]> {
    await this.#use(device, serial, pinned);
    return await this.#once((store) => store.certificates());
  }

  async generate(request: GenerateRequest, possession: Uint8Array): Promise<GeneratedKey> {
    return await this.#once((store) => store.generate(request, possession));
  }

  async sign(request: SignRequest): Promise<string> {
    return await this.#once((store) => store.sign(request));
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.store.close();
  }

  /** Whoever tries again opens the token anew: the device may have been put back since. */
  async #orClose<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** The last use of an open token: whatever comes of it, its process ends, and the PIN with it. */
  async #once<Result>(work: (store: TokenStore) => Promise<Result>): Promise<Result> {
    const open = this.#open;
    if (open === null) throw new TypeError("a token is used after it was opened and logged in");
    try {
      return await work(open.store);
    } finally {
      await this.close();
    }
  }

  async #use(device: string, serial: string, pinned: PinnedModule, blank = false): Promise<TokenStore> {
    if (this.#open?.serial === serial) return this.#open.store;
    await this.close();
    const { pin, pinFailures } = this.#options;
    const store = await openToken({
      module: this.#moduleOf(device, pinned),
      serial,
      blank,
      profile: profileOf(device),
      pin,
      pinFailures,
    });
    this.#open = { serial, store };
    return store;
  }

  #moduleOf(device: string, pinned: PinnedModule): ModuleConfig {
    const module = this.#options.machine.modules.get(device);
    if (module !== undefined) return { ...module, sha256: pinned };
    throw new CeremonyError({
      code: "machine/no-module",
      exit: "device",
      expected: `the PKCS#11 module for ${quote(device)} under \`modules\` in the machine file`,
      found: "none",
      remedy: "Add it to the machine file (--machine), pause, and run again.",
    });
  }
}

function profileOf(device: string): DeviceProfile {
  const profile = DEVICES.get(device);
  if (profile === undefined)
    throw new TypeError(`a script with the unknown device ${device} passed its rules`);
  return profile;
}

/** Some have the same serial number before and after they are initialised, and a blank one beside: that is not meant. */
function ofSerial(tokens: readonly TokenInfo[], serial: string): readonly TokenInfo[] {
  const fitting = tokens.filter((token) => token.serial === serial);
  return fitting.length === 1 ? fitting : fitting.filter(({ initialised }) => initialised);
}

function factsOf(token: TokenInfo, profile: DeviceProfile): TokenFacts {
  const { serial, label, manufacturer, model, firmware, initialised, userPin } = token;
  return { serial, label, manufacturer, model, firmware, initialised, pin: judgePinState(userPin, profile) };
}

function noSuchToken(count: number, expected: string, seen: readonly TokenInfo[]): CeremonyError {
  const serials = seen.map(({ serial, initialised }) => `${quote(serial)}${initialised ? "" : " (blank)"}`);
  const found = serials.length === 0 ? "no token at all" : `tokens ${serials.join(", ")}`;
  const code = count > 1 ? "token/several" : seen.length === 0 ? "token/none" : "token/other-serial";
  return new CeremonyError({
    code,
    exit: "device",
    expected,
    found,
    remedy: "Insert exactly that device, remove the others, and try again.",
  });
}
