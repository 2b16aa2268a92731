/** One provider on the bench: its tokens from blank to logged in, the PINs that they take, and looks from outside. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { DeviceProfile } from "../../../src/ceremony/devices/profile.ts";
import { CeremonyError } from "../../../src/errors.ts";
import type { GeneratedKey } from "../../../src/keystore/keystore.ts";
import { PinFailures } from "../../../src/keystore/pkcs11/pin-source.ts";
import type { ModuleConfig } from "../../../src/keystore/pkcs11/protocol.ts";
import {
  listTokens,
  type OpenTokenOptions,
  openToken,
  type TokenStore,
} from "../../../src/keystore/pkcs11/token-store.ts";
import { CEREMONY, Pins, profileOf } from "../../keystore/pkcs11/soft-token.ts";
import { judge } from "../../support/openssl-judge.ts";
import { PROVIDERS, type Provider, type ProviderName, startProvider } from "../provider.ts";
import type { RawAction, RawAnswer } from "./raw.ts";

/** openCryptoki takes four to eight characters. */
export const USER_PIN = "us3r-71";
export const NEW_USER_PIN = "us3r-72";
export const WRONG_PIN = "wr0ng-00";
export const OFFICER_PIN = "0ff1c-29";
export const PAYLOAD = Buffer.from('{"_type":"root","version":1}');
/** As large as every provider takes. */
const RSA_BITS = 2048;

/** The provider whose contract is held, and what `requires` says of this machine. */
export interface Suite {
  readonly name: ProviderName;
  readonly there: { readonly skip: string | false };
}

export function labelOf(key: string): string {
  return `${CEREMONY} ${key}`;
}

export class Bench {
  readonly provider: Provider;
  readonly profile: DeviceProfile;
  readonly pins = new Pins();
  readonly #stores: TokenStore[] = [];
  readonly #ends: (() => Promise<void>)[] = [];

  static async start(name: ProviderName, test: TestContext): Promise<Bench> {
    // Registered first and so done first: pkcsslotd does not end in peace while anybody has the library loaded.
    let bench: Bench | undefined;
    test.after(() => bench?.closeAll());
    bench = new Bench(await startProvider(name, test));
    return bench;
  }

  private constructor(provider: Provider) {
    this.provider = provider;
    this.profile = profileOf(PROVIDERS[provider.name].device);
    this.pins.user = USER_PIN;
    this.pins.officer = OFFICER_PIN;
  }

  get module(): ModuleConfig {
    return this.provider.module;
  }

  /** The first blank token that the module has, not provisioned yet. */
  async openBlank(options: Partial<OpenTokenOptions> = {}): Promise<TokenStore> {
    const blank = (await listTokens(options.module ?? this.module)).find(({ initialised }) => !initialised);
    if (blank === undefined) throw new Error("the provider has no blank token left");
    return await this.open({ serial: blank.serial, blank: true, ...options });
  }

  async open(options: Partial<OpenTokenOptions> & { readonly serial: string }): Promise<TokenStore> {
    const store = await openToken({
      module: this.module,
      profile: this.profile,
      pin: this.pins.source,
      pinFailures: new PinFailures(),
      rsaBits: RSA_BITS,
      ...options,
    });
    this.#stores.push(store);
    return store;
  }

  /** A token of its own with somebody logged in. */
  async ready(label = "first", options: Partial<OpenTokenOptions> = {}): Promise<TokenStore> {
    const store = await this.openBlank(options);
    await store.provision({ label, erase: false });
    await store.login();
    return store;
  }

  /** The same token in a process of its own, logged in. */
  async again(store: TokenStore, options: Partial<OpenTokenOptions> = {}): Promise<TokenStore> {
    const { serial, label } = store.info;
    const other = await this.open({ serial, label, blank: false, ...options });
    await other.login();
    return other;
  }

  /** Until p11-kit's server does nothing any more for clients that were killed: it finishes what it was asked for. */
  async quiet(): Promise<void> {
    const server = this.provider.pids.get("server");
    if (server === undefined) return;
    for (let waited = 0; isBusy(server); waited += 10) {
      assert.ok(waited < 60_000, "the server is still at work");
      await delay(10);
    }
  }

  async closeAll(): Promise<void> {
    for (const store of this.#stores.splice(0)) await store.close();
    for (const end of this.#ends.splice(0)) await end();
  }

  /** Done when every token is closed, while the provider still runs. */
  afterwards(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** Calls of the module that this program never makes, in a process that this program has no part in. */
  raw(store: TokenStore, action: RawAction, module: ModuleConfig = this.module): RawAnswer {
    const { serial, label } = store.info;
    const request = { module, serial, label, pin: this.pins.user ?? "", action };
    const answer = spawnSync(process.execPath, [fileURLToPath(new URL("raw.ts", import.meta.url))], {
      input: JSON.stringify(request),
      env: { ...module.env },
      encoding: "utf8",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    if (answer.status !== 0) throw new Error(`raw ${action.do}: ${answer.stderr}`);
    return JSON.parse(answer.stdout);
  }
}

/** It has a process for each client. */
function isBusy(server: number): boolean {
  return readFileSync(`/proc/${server}/task/${server}/children`, "utf8") !== "";
}

export async function sign(
  store: TokenStore,
  { publicKey }: Pick<GeneratedKey, "publicKey">,
  key: string,
): Promise<string> {
  return await store.sign({ key, label: labelOf(key), publicKey, document: "root", payload: PAYLOAD });
}

/** OpenSSL says so. */
export async function assertSigns(store: TokenStore, made: Pick<GeneratedKey, "publicKey">, key: string) {
  assert.equal(judge(made.publicKey, PAYLOAD, await sign(store, made, key)), true, key);
}

/** The refusal that must come. */
export async function refusalOf(attempt: Promise<unknown>): Promise<CeremonyError> {
  const outcome = await attempt.then(
    () => new Error("it worked"),
    (error: unknown) => error,
  );
  if (outcome instanceof CeremonyError) return outcome;
  throw outcome;
}
