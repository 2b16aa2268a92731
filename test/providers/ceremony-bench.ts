/** Ceremonies whose root keys are on the tokens of several PKCS#11 providers, each with PINs of its own. */
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import type { MachineFile, MachineModule } from "../../src/live/machine-file.ts";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import type { People } from "../../src/live/people.ts";
import { realStores, type Secrets } from "../../src/live/real-stores.ts";
import type { Stores } from "../../src/live/stores.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { edit, exampleText } from "../support/scripts.ts";
import { type Provider, type ProviderName, startProvider } from "./provider.ts";

export interface Pins {
  readonly user: string;
  readonly officer: string;
}

/** Of eight characters: openCryptoki takes no more. */
export function randomPins(): Pins {
  const pin = () => `p${randomBytes(4).toString("hex").slice(0, 7)}`;
  return { user: pin(), officer: pin() };
}

/** A holder of a root key, and the provider whose token it is made on. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly device: ProviderName;
  readonly scheme: string;
  /** Whether the ceremony initialises the token; as a rule it does. */
  readonly provision?: boolean;
}

/** minimal.yaml with a root of these keys, each named after its holder: `root-ada`. */
export function scriptFor(holders: readonly Holder[], threshold: number): LoadedScript {
  const people = holders.map(({ id, name }) => `  - { id: ${id}, name: ${name}, duty: holder }\n`);
  const keys = holders.map(
    ({ id, device, scheme, provision = true }) =>
      `  root-${id}: { holder: ${id}, scheme: ${scheme}, store: hsm, device: ${device}, serial: at-ceremony, provision: ${provision}, attestation: waived }\n`,
  );
  const names = holders.map(({ id }) => `root-${id}`).join(", ");
  const edits: readonly (readonly [string, string])[] = [
    ["  - { id: ada, name: Ada Lovelace, duty: holder }\n", ""],
    ["  - { id: grace, name: Grace Hopper, duty: holder }\n", people.join("")],
    ["  root-ada: { holder: ada, scheme: ed25519, store: file }\n", ""],
    ["  root-grace: { holder: grace, scheme: ed25519, store: file }\n", keys.join("")],
    ["  root-admin: { holder: admin, scheme: ed25519, store: file }\n", ""],
    [
      "keys: [root-ada, root-grace, root-admin]\n    threshold: 2",
      `keys: [${names}]\n    threshold: ${threshold}`,
    ],
  ];
  return scriptOf(edits.reduce((text, [before, after]) => edit(text, before, after), exampleText("minimal")));
}

/** An effect that a token is needed for. */
export interface TokenEffect {
  readonly kind: "find-token" | "provision" | "generate" | "sign";
  readonly key: string;
  readonly device: string;
}
/** Has a say before and after the effect that `work` performs, and meanwhile. */
export type Around = <Result>(effect: TokenEffect, work: () => Promise<Result>) => Promise<Result>;

export class ProviderCeremony extends ExceptionalCeremony {
  readonly pins: ReadonlyMap<string, Pins>;
  /** The machine file's modules; a test may change its mind about them. */
  readonly modules: Map<string, MachineModule>;
  readonly #started: readonly Provider[];
  #around: Around = (_effect, work) => work();
  /** Whose device is being used: a token that is asked for its PIN does not say of which kind it is. */
  #device = "";

  static async start(
    test: TestContext,
    script: LoadedScript,
    names: readonly ProviderName[],
  ): Promise<ProviderCeremony> {
    return new ProviderCeremony(script, await Promise.all(names.map((name) => startProvider(name, test))));
  }

  private constructor(script: LoadedScript, started: readonly Provider[]) {
    super(script);
    this.#started = started;
    this.pins = new Map(started.map(({ name }) => [name, randomPins()]));
    this.modules = new Map(started.map(({ name, module }) => [name, machineModule(module)]));
    this.stores = () => this.open();
  }

  /** @param people who are told what takes its time; a session needs `stores` of its own for others */
  open(people: People = unattendedPeople()): Stores {
    const machine: MachineFile = { modules: this.modules, media: new Map() };
    const folder = new CeremonyFolder(this.folder);
    return this.#watch(realStores({ folder, machine, people, secrets: this.#secrets }));
  }

  /** From the next session on. */
  watch(around: Around): void {
    this.#around = around;
  }

  provider(name: ProviderName): Provider {
    return required(this.#started.find((provider) => provider.name === name));
  }

  pinsOf(name: string): Pins {
    return required(this.pins.get(name));
  }

  get #secrets(): Secrets {
    return {
      kind: "scripted",
      pin: ({ purpose }) => {
        const { user, officer } = this.pinsOf(this.#device);
        return purpose === "user" || purpose === "new-user" ? user : officer;
      },
      passphrase: "not used",
      workFactor: 2,
    };
  }

  #watch(stores: Stores): Stores {
    const around: Around = (effect, work) => {
      this.#device = effect.device;
      return this.#around(effect, work);
    };
    return {
      findToken: (request, ...rest) =>
        around(effectOf("find-token", request), () => stores.findToken(request, ...rest)),
      provision: (request, ...rest) =>
        around(effectOf("provision", request), () => stores.provision(request, ...rest)),
      generate: (request, ...rest) =>
        request.device === null
          ? stores.generate(request, ...rest)
          : around(effectOf("generate", request), () => stores.generate(request, ...rest)),
      sign: (request, ...rest) =>
        request.device === null
          ? stores.sign(request, ...rest)
          : around(effectOf("sign", request), () => stores.sign(request, ...rest)),
      readCertificates: (...args) => stores.readCertificates(...args),
      endKey: (request) => stores.endKey(request),
      close: () => stores.close(),
    };
  }
}

function effectOf(
  kind: TokenEffect["kind"],
  { key, device }: { readonly key: string; readonly device: string | null },
): TokenEffect {
  return { kind, key, device: device ?? "" };
}

export function machineModule({ module, env = {}, initString }: Provider["module"]): MachineModule {
  return { module, env, initString };
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError("no such provider was started");
  return value;
}
