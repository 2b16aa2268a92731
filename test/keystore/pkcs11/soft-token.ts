/** SoftHSM tokens in a folder of the test's own, and the module that misbehaves on demand. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { DEVICES } from "../../../src/ceremony/devices/index.ts";
import type { DeviceProfile } from "../../../src/ceremony/devices/profile.ts";
import { possessionMessage } from "../../../src/ceremony/possession.ts";
import type { GeneratedKey } from "../../../src/keystore/keystore.ts";
import { PinFailures, type PinSource } from "../../../src/keystore/pkcs11/pin-source.ts";
import type { ModuleConfig, PinRequest } from "../../../src/keystore/pkcs11/protocol.ts";
import {
  type OpenTokenOptions,
  openToken,
  type TokenStore,
} from "../../../src/keystore/pkcs11/token-store.ts";
import type { Scheme } from "../../../src/tuf/types.ts";
import { softhsmModule } from "../../support/requires.ts";

export const USER_PIN = "correct-horse-71";
export const OFFICER_PIN = "battery-staple-29";
export const CEREMONY = "test";

export function profileOf(device: string): DeviceProfile {
  const profile = DEVICES.get(device);
  if (profile === undefined) throw new Error(`no profile ${device}`);
  return profile;
}

/** Answers every question with the right PIN, and remembers what was asked. */
export class Pins {
  readonly asked: PinRequest[] = [];
  user: string | null = USER_PIN;
  officer: string | null = OFFICER_PIN;
  readonly source: PinSource = {
    kind: "function",
    pin: (request) => {
      this.asked.push(request);
      return request.purpose === "user" || request.purpose === "new-user" ? this.user : this.officer;
    },
  };
}

export class SoftTokens {
  readonly folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-pkcs11-"));
  readonly tokens = join(this.folder, "tokens");
  readonly pins = new Pins();
  readonly pinFailures = new PinFailures();
  readonly module: ModuleConfig;
  readonly #stores: TokenStore[] = [];

  constructor(test: TestContext) {
    const conf = join(this.folder, "softhsm2.conf");
    mkdirSync(this.tokens);
    writeFileSync(
      conf,
      `directories.tokendir = ${this.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    this.module = { module: softhsmModule ?? "", env: { SOFTHSM2_CONF: conf } };
    test.after(async () => {
      for (const store of this.#stores) await store.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  async open(options: Partial<OpenTokenOptions> & { serial: string }): Promise<TokenStore> {
    const store = await openToken({
      module: this.module,
      profile: profileOf("softhsm"),
      pin: this.pins.source,
      pinFailures: this.pinFailures,
      rsaBits: 2048,
      ...options,
    });
    this.#stores.push(store);
    return store;
  }

  /** A new token, not logged in to. */
  async provision(label = "token", options: Partial<OpenTokenOptions> = {}): Promise<TokenStore> {
    const store = await this.open({ serial: "", ...options });
    await store.provision({ label, erase: false });
    return store;
  }

  /** A new token with somebody logged in. */
  async ready(label = "token", options: Partial<OpenTokenOptions> = {}): Promise<TokenStore> {
    const store = await this.provision(label, options);
    await store.login();
    return store;
  }

  /** Somebody else's look at the keys: one word for each object, `Public` or `Private`. */
  listObjects(serial: string, label: string): readonly string[] {
    const text = this.#pkcs11Tool(["--list-objects"], serial);
    return text
      .split(/^(?=\S)/m)
      .filter((object) => object.includes(`label:      ${label}\n`))
      .map((object) => object.split(" ")[0] ?? "");
  }

  /** A key pair that this program did not make. */
  makeForeignKey(serial: string, label: string): void {
    this.#pkcs11Tool(["--keypairgen", "--key-type", "EC:prime256v1", "--label", label, "--id", "77"], serial);
  }

  /** As a YubiKey has them, for everybody to read. */
  writeCertificate(serial: string, label: string, der: Uint8Array): void {
    const file = join(this.folder, "certificate.der");
    writeFileSync(file, der);
    this.#pkcs11Tool(["--write-object", file, "--type", "cert", "--label", label], serial);
  }

  /** What a killed attempt leaves: half a key. */
  destroyHalf(serial: string, label: string, half: "pubkey" | "privkey"): void {
    this.#pkcs11Tool(["--delete-object", "--type", half, "--label", label], serial);
  }

  #pkcs11Tool(args: readonly string[], serial: string): string {
    const slots = execFileSync("pkcs11-tool", ["--module", this.module.module, "--list-slots"], {
      env: { ...process.env, ...this.module.env },
      encoding: "utf8",
    });
    const index = slots.split(/^Slot /m).findIndex((slot) => slot.includes(serial)) - 1;
    return execFileSync(
      "pkcs11-tool",
      ["--module", this.module.module, "--slot-index", `${index}`, "--login", "--pin", USER_PIN, ...args],
      { env: { ...process.env, ...this.module.env }, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
  }
}

/** `key` also names the label. */
export function generate(store: TokenStore, scheme: Scheme, key = "key-1"): Promise<GeneratedKey> {
  return store.generate({ key, label: `${CEREMONY} ${key}`, scheme }, possessionMessage(CEREMONY, key));
}

/** SoftHSM with the misbehaviour that `words` asks for at any moment (fake/fake.c). */
export class FakeTokens extends SoftTokens {
  readonly fake: ModuleConfig;
  readonly #words: string;

  constructor(test: TestContext) {
    super(test);
    this.#words = join(this.folder, "words");
    this.fake = {
      module: buildFake(),
      env: {
        ...this.module.env,
        FAKE_BEHIND: this.module.module,
        FAKE_WORDS: this.#words,
        FAKE_TRIES: join(this.folder, "tries"),
      },
    };
  }

  misbehave(words: string): void {
    writeFileSync(this.#words, words);
  }

  override async open(options: Partial<OpenTokenOptions> & { serial: string }): Promise<TokenStore> {
    return await super.open({ module: this.fake, ...options });
  }
}

let built: string | undefined;

/** Once for each test file; the system's temporary folder is cleaned by the process's end. */
function buildFake(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-fake-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  built = join(folder, "fake.so");
  buildLibrary(fileURLToPath(new URL("fake/fake.c", import.meta.url)), built);
  return built;
}

/** PKCS#11's header files come with the addon. */
export function buildLibrary(source: string, output: string): void {
  const addon = dirname(createRequire(import.meta.url).resolve("pkcs11js/package.json"));
  const include = join(addon, "includes", "pkcs11");
  const args = ["-x", "c", "-O1", "-fPIC", "-shared", "-I", include, source, "-o", output, "-ldl"];
  execFileSync("g++", args, { stdio: ["ignore", "ignore", "inherit"] });
}
