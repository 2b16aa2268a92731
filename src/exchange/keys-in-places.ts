/** Which public keys a document has at the places where the script has names. */
import { documentKeys } from "../ceremony/compose-document.ts";
import type { Plan } from "../ceremony/plan-types.ts";
import type { KeyName, RoleName } from "../ceremony/script.ts";
import { isObject } from "../tuf/json.ts";
import { keyObject, type ParsedKey, parseKeyObject } from "../tuf/keys.ts";
import type { ReadableDocument } from "../tuf/metadata.ts";
import { quote } from "../tuf/quote.ts";
import type { JsonObject, JsonValue, KeyId, PublicKey, RoleKeys } from "../tuf/types.ts";
import { readPublicKey } from "./read-request.ts";
import { finding, type RequestFinding } from "./request-rules.ts";

/** One list of keys in the script, and the one that the document has there. */
interface Place {
  readonly role: RoleName;
  readonly names: readonly KeyName[];
  readonly threshold: number;
  readonly found: RoleKeys | undefined;
}

export interface KeysInPlaces {
  /** Every key of the document, where there are no findings. */
  readonly keys: ReadonlyMap<KeyName, PublicKey>;
  readonly findings: readonly RequestFinding[];
}

export function keysInPlaces(plan: Plan, role: RoleName, document: ReadableDocument): KeysInPlaces {
  const reader = new PlaceReader(plan, documentKeysOf(document));
  for (const place of placesOf(plan, role, document)) reader.read(place);
  return reader.finish(documentKeys(plan, role));
}

class PlaceReader {
  readonly #plan: Plan;
  readonly #documentKeys: ReadonlyMap<KeyId, ParsedKey>;
  readonly #keys = new Map<KeyName, PublicKey>();
  readonly #keyids = new Map<KeyName, KeyId>();
  /** Keys that can't be new: material of every key that is known already, by whose it is. */
  readonly #taken: Map<string, string>;
  readonly #findings: RequestFinding[] = [];

  constructor(plan: Plan, documentKeys: ReadonlyMap<KeyId, ParsedKey>) {
    this.#plan = plan;
    this.#documentKeys = documentKeys;
    this.#taken = takenMaterial(plan);
  }

  read({ role, names, threshold, found }: Place): void {
    if (found === undefined) {
      this.#findings.push(finding("anchor/role", `no usable role ${role}`));
      return;
    }
    if (found.threshold !== threshold) {
      const expected = `${role}: threshold ${threshold}`;
      this.#findings.push(finding("anchor/threshold", `${role}: threshold ${found.threshold}`, { expected }));
    }
    if (found.keyids.length !== names.length) {
      const expected = `${role}: ${names.length} keys`;
      this.#findings.push(finding("anchor/key-count", `${role}: ${found.keyids.length} keys`, { expected }));
    }
    for (const [index, name] of names.entries()) {
      const keyid = found.keyids[index];
      if (keyid !== undefined) this.#readKey(role, name, keyid);
    }
  }

  finish(needed: readonly KeyName[]): KeysInPlaces {
    const lacking = needed.filter((name) => !this.#keys.has(name));
    if (this.#findings.length === 0 && lacking.length > 0) {
      this.#findings.push(finding("anchor/role", `no place for ${lacking.join(", ")}`));
    }
    return { keys: this.#keys, findings: this.#findings };
  }

  #readKey(role: RoleName, name: KeyName, keyid: KeyId): void {
    const planned = this.#plan.keys.get(name);
    const place = `${role}: ${name}`;
    const found = `${place} is ${quote(keyid, 64)}`;
    if (planned?.known !== undefined) {
      this.#keys.set(name, planned.known);
      if (planned.knownKeyid !== keyid) {
        const expected = `${place} is ${planned.knownKeyid}`;
        this.#findings.push(finding("anchor/known-key", found, { expected }));
      }
      return;
    }
    const before = this.#keyids.get(name);
    if (before !== undefined) {
      const expected = `${place} is ${quote(before, 64)} as elsewhere in the document`;
      if (before !== keyid) this.#findings.push(finding("anchor/new-key", found, { expected }));
      return;
    }
    this.#keyids.set(name, keyid);
    const wrong = this.#takeNewKey(name, keyid);
    if (wrong !== null) this.#findings.push(finding("anchor/new-key", `${place}: ${wrong}`));
  }

  /** What is wrong with it; null: it is as good as a new key can be. */
  #takeNewKey(name: KeyName, keyid: KeyId): string | null {
    const parsed = this.#documentKeys.get(keyid);
    if (parsed === undefined) return "no key";
    const publicKey = readPublicKey(parsed.wire);
    if (typeof publicKey === "string") return publicKey;
    const key = this.#plan.script.keys.get(name);
    if (key !== undefined && "scheme" in key && key.scheme !== publicKey.scheme) {
      return `a key for ${publicKey.scheme} instead of ${key.scheme}`;
    }
    const owner = this.#taken.get(parsed.material);
    if (owner !== undefined) return `the key of ${owner}`;
    this.#taken.set(parsed.material, name);
    this.#keys.set(name, publicKey);
    return null;
  }
}

function placesOf(plan: Plan, role: RoleName, document: ReadableDocument): readonly Place[] {
  const { roles } = plan.script;
  const place = (name: RoleName, found: RoleKeys | undefined): Place => {
    const { keys: names = [], threshold = 0 } = roles.get(name) ?? {};
    return { role: name, names, threshold, found };
  };
  if (document.kind === "root") {
    return ["root", "targets", "snapshot", "timestamp"].map((name) => place(name, document.roles.get(name)));
  }
  if (document.kind !== "targets") return [];
  const { delegations } = document;
  const { delegates = [], hashBins } = roles.get(role) ?? {};
  const places = delegates.map((name) =>
    place(
      name,
      delegations?.roles.find((known) => known.name === name),
    ),
  );
  if (hashBins === undefined) return places;
  const { name, keys: names, threshold, succinct } = hashBins;
  const found = (succinct ? delegations?.succinct : delegations?.roles[0]) ?? undefined;
  return [...places, { role: name, names, threshold, found }];
}

/** Every key that it lists, by the keyid that it gives it. */
export function documentKeysOf(document: ReadableDocument): ReadonlyMap<KeyId, ParsedKey> {
  if (document.kind === "root") return document.keys;
  return document.kind === "targets" ? (document.delegations?.keys ?? new Map()) : new Map();
}

/** The plan's known keys, and every key of the previous metadata: one that was revoked must not come back as a new one. */
function takenMaterial(plan: Plan): Map<string, string> {
  const taken = new Map<string, string>();
  for (const { role, signed } of plan.previous.values()) {
    for (const wire of wireKeys(signed)) taken.set(parseKeyObject(wire).material, `the previous ${role}`);
  }
  for (const [name, { known }] of plan.keys) {
    if (known !== undefined) taken.set(parseKeyObject(keyObject(known)).material, name);
  }
  return taken;
}

function wireKeys(signed: JsonObject): readonly JsonValue[] {
  const delegations = signed.get("delegations");
  const keys = isObject(delegations) ? delegations.get("keys") : signed.get("keys");
  return isObject(keys) ? [...keys.values()] : [];
}
