/**
 * PKCS#11 providers that nobody on this project wrote, each started for one test and stopped after it. What starts and
 * stops them are the shell scripts beside this file; start.sh says how they are spoken with.
 *
 * A provider has blank tokens only. Tests that hold openCryptoki wait for each other; of the others any number may run.
 * Close what has the module loaded before the test ends: pkcsslotd does not end in peace while anybody has.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { ModuleConfig } from "../../src/keystore/pkcs11/protocol.ts";
import { SCHEMES, type Scheme } from "../../src/tuf/types.ts";

export type ProviderName = "softhsm" | "nss" | "tpm2" | "opencryptoki" | "p11-kit";

interface Kind {
  /** Its profile in src/ceremony/devices/. */
  readonly device: string;
  /** What it makes keys for and signs with, measured. */
  readonly schemes: readonly Scheme[];
  readonly hasSecond: boolean;
  readonly canBeUnplugged: boolean;
}

const ECDSA_AND_RSA = SCHEMES.filter((scheme) => scheme !== "ed25519");
const RSA: readonly Scheme[] = ["rsassa-pss-sha256"];

export const PROVIDERS: Readonly<Record<ProviderName, Kind>> = {
  softhsm: { device: "softhsm", schemes: SCHEMES, hasSecond: true, canBeUnplugged: false },
  nss: { device: "nss", schemes: ECDSA_AND_RSA, hasSecond: true, canBeUnplugged: false },
  tpm2: { device: "tpm2", schemes: ECDSA_AND_RSA, hasSecond: true, canBeUnplugged: false },
  opencryptoki: { device: "opencryptoki", schemes: RSA, hasSecond: false, canBeUnplugged: false },
  "p11-kit": { device: "p11-kit", schemes: ECDSA_AND_RSA, hasSecond: true, canBeUnplugged: true },
};

export interface Provider {
  readonly name: ProviderName;
  readonly device: string;
  readonly schemes: readonly Scheme[];
  readonly module: ModuleConfig;
  /**
   * Where a second token is. SoftHSM and p11-kit have it in the same module as soon as the first one is initialised; for
   * NSS and the TPM it is the same library over another folder. Null: there is none.
   */
  readonly second: ModuleConfig | null;
  /** Its daemons, by name; empty for a library without any. */
  readonly pids: ReadonlyMap<string, number>;
  /** Null where there is nothing to pull out. */
  readonly unplug: (() => Promise<void>) | null;
  readonly plugIn: (() => Promise<void>) | null;
  /** Where its files are, until it is stopped. */
  readonly folder: string;
  /** Done after the test in any case. */
  stop(): Promise<void>;
}

export async function startProvider(name: ProviderName, test: TestContext): Promise<Provider> {
  const script = new ProviderScript(name);
  test.after(() => script.stop());
  await script.readUntil("ready");
  const { device, schemes, hasSecond, canBeUnplugged } = PROVIDERS[name];
  return {
    name,
    device,
    schemes,
    module: script.describe(""),
    second: hasSecond ? script.describe("second-") : null,
    pids: script.pids,
    unplug: canBeUnplugged ? () => script.command("unplug") : null,
    plugIn: canBeUnplugged ? () => script.command("plug-in") : null,
    folder: script.folder,
    stop: () => script.stop(),
  };
}

/** The script of one provider while it runs. */
class ProviderScript {
  readonly folder: string;
  readonly pids = new Map<string, number>();
  readonly #said = new Map<string, string>();
  readonly #environment: Record<"first" | "second", Record<string, string>> = { first: {}, second: {} };
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #complaint: Promise<string>;
  readonly #ended: Promise<unknown>;

  constructor(name: ProviderName) {
    this.folder = join(tmpdir(), `tuf-ceremony-${name}-${randomBytes(6).toString("hex")}`);
    const path = fileURLToPath(new URL(`${name}.sh`, import.meta.url));
    // A group of its own: Ctrl-C at the terminal is for the tests, and their end is what the script waits for.
    this.#process = spawn("sh", [path, this.folder], { stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#process.stdin.on("error", () => {}); // it has ended, and its complaint says why
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#complaint = text(this.#process.stderr);
    this.#ended = once(this.#process, "close");
  }

  /** Takes note of everything that is said on the way. */
  async readUntil(last: "ready" | "done"): Promise<void> {
    for (;;) {
      const next = await this.#lines.next();
      if (next.done === true) throw new Error(`the provider has ended: ${await this.#complaint}`);
      if (next.value === last) return;
      this.#note(next.value);
    }
  }

  async command(word: "unplug" | "plug-in"): Promise<void> {
    this.#process.stdin.write(`${word}\n`);
    await this.readUntil("done");
  }

  describe(prefix: "" | "second-"): ModuleConfig {
    const say = (what: string) => this.#said.get(`${prefix}${what}`) ?? this.#said.get(what);
    const initString = say("init");
    return {
      module: say("module") ?? "",
      ...(initString === undefined ? {} : { initString }),
      env: { ...this.#environment.first, ...(prefix === "" ? {} : this.#environment.second) },
    };
  }

  async stop(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }

  #note(line: string): void {
    const [what = "", ...words] = line.split(" ");
    const [name = "", ...rest] = words;
    const value = rest.join(" ");
    if (what === "pid") this.pids.set(name, Number(value));
    else if (what === "env") this.#environment.first[name] = value;
    else if (what === "second-env") this.#environment.second[name] = value;
    else this.#said.set(what, words.join(" "));
  }
}
