/**
 * A repository whose roots a test bends as it likes and publishes, as tuf-conformance does it: the content is changed in
 * place, and `publish` gives it the next version, signs it with the signers that root has at that moment, and serves it.
 *
 * Only the roots are served: a root-only client asks for nothing else.
 */
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { object } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import type { JsonObject, JsonValue, KeyId, Scheme, UtcSecond } from "../../src/tuf/types.ts";
import { utc } from "../support/sample-metadata.ts";
import { makeTestKey, type TestKey } from "../support/test-keys.ts";
import type { RepositoryServer } from "./repository-server.ts";

export interface Signer {
  readonly keyid: KeyId;
  /** What a root says of the key. */
  readonly wire: JsonObject;
  readonly sign: TestKey["sign"];
}

interface Role {
  readonly keyids: KeyId[];
  threshold: number;
  /** Beyond the specification's. */
  readonly extra: Map<string, JsonValue>;
}

const ROLES = ["root", "timestamp", "snapshot", "targets"] as const;
const DAY = 24 * 60 * 60 * 1000;

export class SimulatedRepository {
  /** Served as `N.root.json`, N being the place from 1 on, whatever version the document says. */
  readonly published: Uint8Array[] = [];
  readonly #server: RepositoryServer;
  /** Of the next root. Keys of roles that don't have them any more stay, as python-tuf leaves them. */
  readonly keys = new Map<KeyId, JsonObject>();
  readonly roles: ReadonlyMap<string, Role>;
  readonly extra = new Map<string, JsonValue>();
  version = 0;
  expires: UtcSecond;
  /** Who signs the next root; one under each keyid. */
  readonly signers = new Map<KeyId, Signer>();

  /** Each role has one ECDSA key and a threshold of 1. Expires in 30 days. Version 1 is published. */
  constructor(server: RepositoryServer) {
    this.#server = server;
    this.expires = daysFromNow(30);
    this.roles = new Map(ROLES.map((name) => [name, { keyids: [], threshold: 1, extra: new Map() }]));
    for (const name of ROLES) {
      const signer = makeSigner();
      this.addKey(name, signer);
      if (name === "root") this.addSigner(signer);
    }
    this.publish();
  }

  role(name: string): Role {
    const role = this.roles.get(name);
    if (role === undefined) throw new RangeError(`no role is called ${name}`);
    return role;
  }

  /** Once more where the role has it already. */
  addKey(name: string, signer: Signer): void {
    this.keys.set(signer.keyid, signer.wire);
    this.role(name).keyids.push(signer.keyid);
  }

  addSigner(signer: Signer): void {
    this.signers.set(signer.keyid, signer);
  }

  /** No keys, and for root nobody who signs. */
  clearRole(name: string, threshold: number): void {
    const role = this.role(name);
    role.keyids.length = 0;
    role.threshold = threshold;
    if (name === "root") this.signers.clear();
  }

  /** The next version, signed by all signers and served under the next number. */
  publish(): Uint8Array {
    this.version += 1;
    const bytes = signRoot(this.#content(), [...this.signers.values()]);
    this.serve(this.published.push(bytes), bytes);
    return bytes;
  }

  /** Serves these bytes as that version; what was published stays what it is. */
  serve(number: number, bytes: Uint8Array): void {
    this.#server.files.set(rootPath(number), bytes);
  }

  /** From now on nothing was published. */
  startAnew(): void {
    for (const number of this.published.keys()) this.#server.files.delete(rootPath(number + 1));
    this.published.length = 0;
    this.version = 0;
  }

  #content(): JsonObject {
    const roles = [...this.roles].map(([name, { keyids, threshold, extra }]): [string, JsonObject] => [
      name,
      object([["keyids", [...keyids]], ["threshold", threshold], ...extra]),
    ]);
    return object([
      ["_type", "root"],
      ["spec_version", "1.0.31"],
      ["version", this.version],
      ["expires", this.expires],
      ["consistent_snapshot", true],
      ["keys", object(this.keys)],
      ["roles", object(roles)],
      ...this.extra,
    ]);
  }
}

export function rootPath(number: number): string {
  return `/metadata/${number}.root.json`;
}

/** `extra` are fields of the key object, and the keyid is the hash of all of it. */
export function makeSigner(scheme: Scheme = "ecdsa-sha2-nistp256", extra?: JsonObject): Signer {
  const key = makeTestKey(scheme);
  const wire = object([...keyObject(key.publicKey), ...(extra ?? [])]);
  return { keyid: keyIdOf(wire), wire, sign: key.sign };
}

export function signRoot(signed: JsonObject, signers: readonly Signer[]): Uint8Array {
  const payload = canonicalBytes(signed);
  const signatures = signers.map(({ keyid, sign }) => ({ keyid, sig: sign(payload) }));
  return serializeDocument(signed, signatures, "indented");
}

/** The same document with one signature that looks like one, by the right key, and is of something else. */
export function spoilSignature(bytes: Uint8Array, { keyid, sign }: Signer): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const signature = new RegExp(`("keyid": "${keyid}",\\s*"sig": ")[0-9a-f]+`);
  if (!signature.test(text)) throw new RangeError(`no signature by ${keyid}`);
  const other = sign(new TextEncoder().encode("something else"));
  return new TextEncoder().encode(text.replace(signature, (_, before: string) => before + other));
}

export function daysFromNow(days: number): UtcSecond {
  return utc(`${new Date(Date.now() + days * DAY).toISOString().slice(0, 19)}Z`);
}
