/**
 * Real keys: PKCS#11 tokens, age files on the holders' media, one-time child processes.
 *
 * Tokens are opened for one step and closed when it is done, so that a PIN lives as long as one key is made or one
 * document is signed, in the token's own process.
 */
import { DEVICES } from "../ceremony/devices/index.ts";
import type { Effects } from "../ceremony/effects.ts";
import { CeremonyError } from "../errors.ts";
import { openAgeStore, type PassphraseSource, signWithAgeFile } from "../keystore/age-file.ts";
import { SCRYPT_WORK_FACTOR } from "../keystore/age-seal.ts";
import { type OneTimeKey, startOneTimeKey } from "../keystore/one-time.ts";
import { PinFailures, type PinSource } from "../keystore/pkcs11/pin-source.ts";
import type { PinRequest } from "../keystore/pkcs11/protocol.ts";
import { findCertificates } from "./attestation-files.ts";
import type { CeremonyFolder } from "./ceremony-folder.ts";
import { KeyFileCopies, type KeyFileWanted } from "./key-file-copies.ts";
import type { MachineFile } from "./machine-file.ts";
import type { People, Situation } from "./people.ts";
import { pinPrompt, type SecretUse, secretScreen } from "./secret-prompts.ts";
import type { Stores } from "./stores.ts";
import { TokenBench } from "./token-bench.ts";
import { namesOfPaths, storesWithoutPaths } from "./without-paths.ts";

/** Where secrets come from: people at the terminal; known ones for demonstrations and tests only, never from the command line. */
export type Secrets =
  | {
      readonly kind: "terminal";
      /** The file descriptor of the terminal's screen: 1, or 2 where stdout is not the terminal. */
      readonly output: 1 | 2;
    }
  | {
      readonly kind: "scripted";
      readonly pin: (request: PinRequest) => string | null;
      readonly passphrase: string;
      /** age's scrypt work factor; lower than usual where tests make many files. */
      readonly workFactor: number;
    };

export interface RealStoresOptions {
  readonly folder: CeremonyFolder;
  readonly machine: MachineFile;
  readonly people: People;
  readonly secrets: Secrets;
}

export function realStores(options: RealStoresOptions): Stores {
  return storesWithoutPaths(new RealStores(options), namesOfPaths(options.folder.root, options.machine));
}

class RealStores implements Stores {
  readonly #options: RealStoresOptions;
  readonly #tokens: TokenBench;
  readonly #copies = new KeyFileCopies();
  readonly #oneTime = new Map<string, OneTimeKey>();

  constructor(options: RealStoresOptions) {
    const { secrets, machine } = options;
    const pin: PinSource =
      secrets.kind === "terminal"
        ? { kind: "terminal", prompt: pinPrompt, output: secrets.output }
        : { kind: "function", pin: secrets.pin };
    this.#options = options;
    this.#tokens = new TokenBench({ machine, pin, pinFailures: new PinFailures() });
  }

  async findToken(
    request: Effects["find-token"]["request"],
    situation: Situation,
  ): Promise<Effects["find-token"]["value"]> {
    return await this.#tokens.find(request, pinnedModule(request.device, situation));
  }

  async provision(
    request: Effects["provision"]["request"],
    situation: Situation,
  ): Promise<Effects["provision"]["value"]> {
    const pinned = pinnedModule(request.device, situation);
    return await this.#lend("provision", request.key, situation, () =>
      this.#tokens.provision(request, pinned),
    );
  }

  async generate(
    request: Effects["generate"]["request"],
    possession: Uint8Array,
    situation: Situation,
    unfinished: boolean,
  ): Promise<Effects["generate"]["value"]> {
    const { people } = this.#options;
    switch (request.store) {
      case "hsm": {
        const { serial } = request;
        if (serial === null) throw new TypeError("a key is made on a token that was found");
        const pinned = pinnedModule(request.device, situation);
        await this.#lend("generate", request.key, situation, () =>
          this.#tokens.login({ ...request, serial }, pinned),
        );
        return await people.during("generate", situation, () => this.#tokens.generate(request, possession));
      }
      case "file":
        return await this.#lend("generate", request.key, situation, () =>
          this.#ageStore(request.key, situation, unfinished).generate(request, possession),
        );
      case "one-time": {
        await this.#oneTime.get(request.key)?.close();
        const key = startOneTimeKey(request.documents);
        this.#oneTime.set(request.key, key);
        return await people.during("generate", situation, () => key.generate(request, possession));
      }
      default:
        return request.store satisfies never;
    }
  }

  /** Of the token, where its module has them, and of the files; only those that have to do with an attestation. */
  async readCertificates(
    request: Effects["read-certificates"]["request"],
    situation: Situation,
  ): Promise<Effects["read-certificates"]["value"]> {
    const attestation = DEVICES.get(request.device)?.attestation ?? null;
    if (attestation === null) throw new TypeError(`${request.device} attests nothing`);
    const onToken = attestation.onToken
      ? await this.#tokens.certificates(request, pinnedModule(request.device, situation))
      : [];
    const folder = this.#options.machine.attestations ?? null;
    return { certificates: findCertificates(request.key, attestation, onToken, folder) };
  }

  async sign(
    request: Effects["sign"]["request"],
    payload: Uint8Array,
    situation: Situation,
  ): Promise<Effects["sign"]["value"]> {
    const { people } = this.#options;
    const { key, label, publicKey, role } = request;
    const asked = { key, label, publicKey, payload, document: role };
    switch (request.store) {
      case "hsm": {
        const { serial } = request;
        if (serial === null) throw new TypeError("a document is signed on a token that was found");
        const pinned = pinnedModule(request.device, situation);
        await this.#lend("sign", key, situation, () => this.#tokens.login({ ...request, serial }, pinned));
        return { sig: await people.during("sign", situation, () => this.#tokens.sign(asked)) };
      }
      case "file": {
        const passphrase = this.#passphrase();
        const sign = (path: string) => signWithAgeFile({ path, key, publicKey, payload, passphrase });
        const sig = await this.#copies.use(this.#wantedFile(key, situation), (path) =>
          this.#lend("sign", key, situation, () => sign(path)),
        );
        return { sig };
      }
      case "one-time": {
        const store = this.#oneTime.get(key);
        if (store === undefined) throw oneTimeGone(key);
        return { sig: await people.during("sign", situation, () => store.sign(asked)) };
      }
      default:
        return request.store satisfies never;
    }
  }

  async endKey({ key }: Effects["end-key"]["request"]): Promise<void> {
    const store = this.#oneTime.get(key);
    this.#oneTime.delete(key);
    await store?.close();
    await store?.ended;
  }

  async close(): Promise<void> {
    await this.#tokens.close();
    for (const key of this.#oneTime.values()) await key.close();
    this.#oneTime.clear();
  }

  /** With scripted secrets nobody needs the terminal. */
  async #lend<Result>(
    use: SecretUse,
    key: string,
    situation: Situation,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { people, secrets } = this.#options;
    if (secrets.kind === "scripted") return await people.during(use, situation, work);
    return await people.lend(secretScreen(key, use, situation), situation, work);
  }

  #passphrase(): PassphraseSource {
    const { secrets } = this.#options;
    return secrets.kind === "scripted"
      ? { kind: "scripted", passphrase: secrets.passphrase }
      : { kind: "terminal", terminal: { input: 0, output: secrets.output } };
  }

  #ageStore(key: string, situation: Situation, unfinished: boolean): ReturnType<typeof openAgeStore> {
    const { folder, secrets } = this.#options;
    return openAgeStore({
      ceremony: situation.state.plan.script.ceremony,
      ceremonyFolder: folder.root,
      media: this.#media(key, situation),
      passphrase: this.#passphrase(),
      workFactor: secrets.kind === "scripted" ? secrets.workFactor : SCRYPT_WORK_FACTOR,
      unfinished: new Set(unfinished ? [key] : []),
    });
  }

  #media(key: string, situation: Situation): readonly [string, string] {
    const holder = holderOf(key, situation);
    const media = this.#options.machine.media.get(holder);
    if (media !== undefined) return media;
    throw new CeremonyError({
      code: "media/unknown",
      exit: "device",
      expected: `two folders for ${holder} under \`media\` in the machine file`,
      found: "none",
      remedy: "Add them to the machine file, pause, and run again.",
    });
  }

  #wantedFile(key: string, situation: Situation): KeyFileWanted {
    const { plan, keys } = situation.state;
    return {
      key,
      holder: holderOf(key, situation),
      ceremony: plan.script.ceremony,
      isOwn: keys.has(key),
      keys: [...plan.script.keys.keys()],
      media: this.#media(key, situation),
    };
  }
}

function holderOf(key: string, { state }: Situation): string {
  const planned = state.plan.keys.get(key)?.key;
  return planned !== undefined && "holder" in planned ? planned.holder : "";
}

function pinnedModule(device: string | null, { state }: Situation): string | undefined {
  return device === null ? undefined : state.plan.script.pins.modules.get(device);
}

function oneTimeGone(key: string): CeremonyError {
  return new CeremonyError({
    code: "one-time/gone",
    exit: "device",
    expected: `the process of the one-time key ${key}`,
    found: "none",
    remedy: "Make all one-time keys again.",
  });
}
