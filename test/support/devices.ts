/** Key stores in memory that misbehave on demand. Devices outlive a session, as devices do; one-time keys don't. */
import type { Effects } from "../../src/ceremony/effects.ts";
import { CeremonyError } from "../../src/errors.ts";
import { makeSoftwareKey, type SoftwareKey } from "../../src/keystore/software-key.ts";
import type { Stores } from "../../src/live/stores.ts";
import type { PublicKey } from "../../src/tuf/types.ts";

type Request<K extends keyof Effects> = Effects[K]["request"];

export class Devices implements Stores {
  /** By serial: not found any more. */
  readonly dead = new Set<string>();
  /** By serial: its PIN is not known to anybody, until it is initialised. */
  readonly forgotten = new Set<string>();
  /** By key: its process ends when it is to sign, once. */
  readonly dying = new Set<string>();
  /** By key: the store hands over the key of another place. */
  readonly copying = new Map<string, string>();
  /** By key, given its public key: what its device and its maker say of it. */
  readonly attesting = new Map<string, (publicKey: PublicKey) => readonly Uint8Array[]>();
  /** What was done, `generate root-ada 0010`, in order. */
  readonly log: string[] = [];
  /** By the key's name and the device that it is on; files and processes are a device of their own. */
  readonly #keys = new Map<string, SoftwareKey>();
  readonly #oneTime = new Set<string>();
  readonly #provisioned = new Map<string, number>();

  async findToken({ key, serial, blank }: Request<"find-token">): Promise<Effects["find-token"]["value"]> {
    const found = serial ?? `soft-${key}`;
    if (this.dead.has(found)) throw failing("token/none", "no token at all");
    return this.#token(found, blank ? "" : key);
  }

  /** Like a soft token, whose serial is another one each time it is initialised; others keep theirs. */
  async provision({ key, serial, label }: Request<"provision">): Promise<Effects["provision"]["value"]> {
    this.log.push(`provision ${key} ${serial}`);
    this.forgotten.delete(serial);
    for (const at of [...this.#keys.keys()]) if (at.endsWith(` ${serial}`)) this.#keys.delete(at);
    const times = (this.#provisioned.get(key) ?? 0) + 1;
    this.#provisioned.set(key, times);
    return this.#token(serial.startsWith("soft-") ? `soft-${key}-${times}` : serial, label);
  }

  async generate(
    { key, store, scheme, serial }: Request<"generate">,
    possession: Uint8Array,
  ): Promise<Effects["generate"]["value"]> {
    this.#requireUsable(serial);
    this.log.push(`generate ${key} ${serial ?? store}`);
    const other = this.copying.get(key);
    const copied =
      other === undefined ? undefined : [...this.#keys].find(([at]) => at.startsWith(`${other} `));
    const made = copied?.[1] ?? makeSoftwareKey(scheme);
    const at = place(key, serial);
    const swept = this.#keys.delete(at) ? 2 : 0;
    this.#keys.set(at, made);
    if (store === "one-time") this.#oneTime.add(at);
    return { publicKey: made.publicKey, proof: made.sign(possession), attributes: { CKA_ID: "0003" }, swept };
  }

  async readCertificates({
    key,
    serial,
  }: Request<"read-certificates">): Promise<Effects["read-certificates"]["value"]> {
    this.log.push(`read-certificates ${key} ${serial}`);
    const made = this.#keys.get(place(key, serial));
    const ders = made === undefined ? [] : (this.attesting.get(key)?.(made.publicKey) ?? []);
    if (ders.length === 0) throw failing("attestation/none", "none");
    return { certificates: ders.map((der) => Buffer.from(der).toString("base64")) };
  }

  async sign(
    { key, store, serial }: Request<"sign">,
    payload: Uint8Array,
  ): Promise<Effects["sign"]["value"]> {
    this.#requireUsable(serial);
    if (this.dying.delete(key)) {
      this.#keys.delete(place(key, serial));
      throw failing("one-time/lost", "none: it was ended by SIGKILL, and the key with it");
    }
    const made = this.#keys.get(place(key, serial));
    if (made === undefined) throw failing(store === "hsm" ? "token/key-missing" : "one-time/gone", "none");
    this.log.push(`sign ${key} ${serial ?? store}`);
    return { sig: made.sign(payload) };
  }

  async endKey({ key }: Request<"end-key">): Promise<void> {
    this.log.push(`end ${key}`);
    this.#keys.delete(place(key, null));
  }

  /** The end of a session is the end of its processes. */
  async close(): Promise<void> {
    for (const at of this.#oneTime) this.#keys.delete(at);
    this.#oneTime.clear();
  }

  #requireUsable(serial: string | null): void {
    if (serial === null) return;
    if (this.dead.has(serial)) throw failing("token/gone", "no token with its serial number any more");
    if (this.forgotten.has(serial)) throw failing("pin/two-failures", "2");
  }

  #token(serial: string, label: string): Effects["find-token"]["value"] {
    const words = { manufacturer: "Somebody", model: "Some model", firmware: "1.0", pin: "ok" } as const;
    return { serial, label, initialised: label !== "", ...words };
  }
}

function place(key: string, serial: string | null): string {
  return `${key} ${serial ?? "-"}`;
}

function failing(code: string, found: string): CeremonyError {
  return new CeremonyError({ code, exit: "device", expected: "a device that works", found, remedy: "None." });
}
