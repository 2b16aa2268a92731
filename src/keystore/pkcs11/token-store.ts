/**
 * A PKCS#11 token as a key store: the parent's side. What the token says is not believed but checked here,
 * out of reach of the vendor's library.
 *
 * Everything that goes wrong is a `CeremonyError` whose code is a situation (situations.ts) and whose exit is `device`.
 */
import { Buffer } from "node:buffer";
import type { DeviceProfile } from "../../ceremony/devices/profile.ts";
import { CeremonyError } from "../../errors.ts";
import type { PublicKey, Scheme } from "../../tuf/types.ts";
import type { GeneratedKey, GenerateRequest, KeyAttributes, KeyStore, SignRequest } from "../keystore.ts";
import { requireDocument, requireProof } from "../signed-bytes.ts";
import { spellMaterial } from "./key-forms.ts";
import { answerPin, type PinFailures, type PinOwner, type PinSource } from "./pin-source.ts";
import type { CallKind, Calls, KeySurvey, ModuleConfig, TokenSelector, TokenSurvey } from "./protocol.ts";
import { describeFailure, NO_THIRD_PIN } from "./situations.ts";
import { makePublicKey, refuseExposed, requireWrappable, takeSignature } from "./token-answers.ts";
import { TokenCopies } from "./token-copies.ts";
import { judgePinState, type PinState, type TokenInfo } from "./token-info.ts";
import { TokenProcess } from "./token-process.ts";

const PIN_FAILURES_ALLOWED = 2;
const DEFAULT_RSA_BITS = 3072;
/** After these a try is used up. */
const TRIES_USED: ReadonlySet<string> = new Set(["pin/wrong", "pin/locked"]);
/** What a module may say when its device is not there any more. */
const AMBIGUOUS: ReadonlySet<string> = new Set(["token/key-missing", "token/device-error"]);

export interface OpenTokenOptions extends TokenSelector {
  readonly module: ModuleConfig;
  readonly profile: DeviceProfile;
  readonly pin: PinSource;
  readonly pinFailures: PinFailures;
  /** Size of new RSA keys; 3,072 if not given. */
  readonly rsaBits?: number;
  /** New keys may leave the token in wrapped form, until they were copied (`copies`). Never in a ceremony. */
  readonly wrappable?: boolean;
  /** How long to wait for a module that does not answer, by request. */
  readonly patienceSeconds?: Partial<Record<CallKind, number>>;
}

export interface LoginResult {
  readonly pinState: PinState;
}

/** All tokens that a module has, blank ones included; in a process of its own that ends with the answer. */
export async function listTokens(module: ModuleConfig): Promise<readonly TokenInfo[]> {
  return await lookOnce(module, "list");
}

/** The same with their mechanisms, and the keys that show without a PIN. */
export async function surveyTokens(module: ModuleConfig): Promise<readonly TokenSurvey[]> {
  return await lookOnce(module, "survey");
}

async function lookOnce<K extends "list" | "survey">(
  module: ModuleConfig,
  kind: K,
): Promise<Calls[K]["answer"]> {
  const looker = new TokenProcess({
    module,
    terminal: null,
    answerPin: () => Promise.reject(new Error("a look at tokens needs no PIN")),
    noteToken: () => {},
  });
  try {
    return await looker.ask<K>(kind, { module });
  } finally {
    await looker.close();
  }
}

/** Finds exactly one token and holds it; nobody is asked for a PIN yet. */
export async function openToken(options: OpenTokenOptions): Promise<TokenStore> {
  const store = new TokenStore(options);
  try {
    await store.open();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

export class TokenStore implements KeyStore {
  readonly #options: OpenTokenOptions;
  readonly #process: TokenProcess;
  #info: TokenInfo | null = null;
  /** A key's way to or from a second token. */
  readonly copies = new TokenCopies((kind, request) => this.#ask(kind, request));

  /** Use `openToken`. */
  constructor(options: OpenTokenOptions) {
    const { pin } = options;
    this.#options = options;
    this.#process = new TokenProcess({
      module: options.module,
      terminal: pin.kind === "terminal" ? { input: pin.input ?? 0, output: pin.output ?? 1 } : null,
      answerPin: (request) => answerPin(pin, request),
      noteToken: (info) => {
        this.#info = info;
      },
      patienceSeconds: options.patienceSeconds,
    });
  }

  /** What the token said of itself last; its serial is a new one after `provision` of a soft token. */
  get info(): TokenInfo {
    if (this.#info === null) throw describeFailure({ situation: "token/closed", found: "none" });
    return this.#info;
  }

  get pinState(): PinState {
    return judgePinState(this.info.userPin, this.#options.profile);
  }

  /** The process that holds the token. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  async open(): Promise<void> {
    const { module, serial, label, blank, profile } = this.#options;
    this.#info = await this.#process.ask("open", { module, token: { serial, label, blank }, profile });
  }

  /** Asks for the PIN once. Never at the last try, and not after two wrong ones in this session. */
  async login(): Promise<LoginResult> {
    this.#info = await this.#countingFailures("user", () => this.#process.ask("login", { fit: false }));
    return { pinState: this.pinState };
  }

  /** Logs in too, but a PIN that no new one may be is refused before it is tried: `pin/unfit`. */
  async proveFitPin(): Promise<TokenInfo> {
    this.#info = await this.#countingFailures("user", () => this.#process.ask("login", { fit: true }));
    return this.#info;
  }

  /**
   * Initialises the token and sets its PINs; every key on it is destroyed. `erase` says that it may be one that is
   * initialised already (its security officer's PIN is then asked for, else a new one); an attempt that was cut off
   * leaves such a token, too, with `userPinInitialised` false. Login comes after. `label`: 1 to 32 bytes.
   */
  async provision(request: Calls["provision"]["request"]): Promise<TokenInfo> {
    const { provisioning } = this.#options.profile;
    if (provisioning.by === "vendor-tool") throw refuseForVendorTool(provisioning.commands.join(", then "));
    const info = await this.#countingFailures("officer", () => this.#process.ask("provision", request));
    this.#options.pinFailures.forgetUser(info.serial);
    this.#info = info;
    return info;
  }

  /** A new user PIN, by the security officer, for one that is locked; every key stays. Login comes after. */
  async unlock(): Promise<TokenInfo> {
    this.#info = await this.#countingFailures("officer", () => this.#process.ask("unlock", {}));
    this.#options.pinFailures.forgetUser(this.#info.serial);
    return this.#info;
  }

  async generate(request: GenerateRequest, possession: Uint8Array): Promise<GeneratedKey> {
    const { profile, rsaBits = DEFAULT_RSA_BITS, wrappable = false } = this.#options;
    const { label, scheme } = request;
    if (profile.generateCommand !== null) throw refuseForVendorTool(profile.generateCommand);
    requireProof(possession);
    this.#refuseUnfit(scheme, possession);
    const made = await this.#ask("generate", {
      label,
      scheme,
      rsaBits,
      wrappable,
      possession: Buffer.from(possession).toString("hex"),
    });
    const publicKey = makePublicKey(scheme, made.material);
    if (wrappable) requireWrappable(made.attributes);
    else refuseExposed(made.attributes);
    const proof = takeSignature(publicKey, possession, made.signature);
    return { publicKey, proof, attributes: made.attributes, swept: made.swept };
  }

  async sign(request: SignRequest): Promise<string> {
    const { label, publicKey, payload } = request;
    const { scheme } = publicKey;
    requireDocument(payload);
    this.#refuseUnfit(scheme, payload);
    const material = spellMaterial(publicKey);
    if (material === null)
      throw describeFailure({ situation: "token/key-other", found: "not a key of this scheme" });
    const { signature } = await this.#ask("sign", {
      label,
      scheme,
      material,
      payload: Buffer.from(payload).toString("hex"),
    });
    return takeSignature(publicKey, payload, signature);
  }

  /** What the token says of the key under this label; null where there is none. Refuses if it is another key. */
  async find(label: string, publicKey: PublicKey): Promise<KeyAttributes | null> {
    const found = await this.#ask("find", { label, scheme: publicKey.scheme });
    if (found === null) return null;
    if (makePublicKey(publicKey.scheme, found.material).public !== publicKey.public) {
      throw describeFailure({ situation: "token/key-other", found: "another public key" });
    }
    return found.attributes;
  }

  /** Every key on the token, private halves included. */
  async keys(): Promise<KeySurvey> {
    return await this.#ask("keys", {});
  }

  /** DER of every certificate on it; nobody has to be logged in. */
  async certificates(): Promise<readonly Uint8Array[]> {
    const found = await this.#ask("certificates", {});
    return found.map((text) => Buffer.from(text, "base64"));
  }

  /** Destroys whatever a killed attempt left under the label, halves and cripples included. Answers how many objects. */
  async sweep(label: string): Promise<number> {
    const { destroyed } = await this.#ask("sweep", { label });
    return destroyed;
  }

  /** Destroys both halves of one key. Answers how many objects that were. */
  async destroyKey({ label, id }: { readonly label: string; readonly id: string }): Promise<number> {
    const { destroyed } = await this.#ask("destroy", { label, id });
    return destroyed;
  }

  /** Destroys the key under the label, and it must have been there. */
  async destroy(label: string): Promise<void> {
    if ((await this.sweep(label)) === 0)
      throw describeFailure({ situation: "token/key-missing", found: "none to destroy" });
  }

  async close(): Promise<void> {
    await this.#process.close();
  }

  /** Modules answer in many ways when a device has been pulled out; whether it is there, a fresh process finds out. */
  async #ask<K extends CallKind>(kind: K, request: Calls[K]["request"]): Promise<Calls[K]["answer"]> {
    try {
      return await this.#process.ask(kind, request);
    } catch (error) {
      if (!(error instanceof CeremonyError) || !AMBIGUOUS.has(error.code) || (await this.#isPresent()))
        throw error;
      throw describeFailure({ situation: "token/gone", found: "no token with its serial number any more" });
    }
  }

  async #isPresent(): Promise<boolean> {
    try {
      const present = await listTokens(this.#options.module);
      return present.some(({ serial }) => serial === this.info.serial);
    } catch (error) {
      // SoftHSM doesn't even start without its folder, nor some modules without their reader.
      if (error instanceof CeremonyError && error.code === "module/failed") return false;
      throw error;
    }
  }

  async #countingFailures(owner: PinOwner, attempt: () => Promise<TokenInfo>): Promise<TokenInfo> {
    const { serial } = this.info;
    const { pinFailures } = this.#options;
    const failures = pinFailures.of(serial, owner);
    if (failures >= PIN_FAILURES_ALLOWED)
      throw describeFailure({ situation: "pin/two-failures", found: `${failures} wrong ones` });
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CeremonyError && TRIES_USED.has(error.code))) throw error;
      pinFailures.add(serial, owner);
      if (error.code !== "pin/wrong" || failures + 1 < PIN_FAILURES_ALLOWED) throw error;
      throw describeFailure({ situation: error.code, found: error.found }, NO_THIRD_PIN);
    }
  }

  #refuseUnfit(scheme: Scheme, payload: Uint8Array): void {
    const { name: device, schemes, maxEd25519Bytes } = this.#options.profile;
    if (!schemes.includes(scheme)) {
      throw describeFailure({
        situation: "token/mechanism-missing",
        found: `${device}, which has no ${scheme}`,
      });
    }
    if (scheme === "ed25519" && maxEd25519Bytes !== null && payload.length > maxEd25519Bytes) {
      const found = `${payload.length} bytes; ${device} takes ${maxEd25519Bytes} for Ed25519`;
      throw describeFailure({ situation: "token/payload-too-long", found });
    }
  }
}

function refuseForVendorTool(command: string): CeremonyError {
  const found = "one that only the vendor's tool sets up";
  return describeFailure({ situation: "token/vendor-tool", found }, `Before the ceremony: ${command}.`);
}
