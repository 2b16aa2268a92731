/**
 * Repositories of every shape that a script can describe, each the work of three ceremonies held with the engine itself:
 * the first root; one holder handing over; one key revoked, a new online key, and everything below renewed.
 *
 * Between the first two, holders who keep their keys publish a target: the last ceremony has to carry it over.
 */
import { Buffer } from "node:buffer";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { object } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { Scheme } from "../../src/tuf/types.ts";
import type { ExampleKey } from "../support/example-keys.ts";
import { holdCeremony } from "../support/hold-ceremony.ts";
import { planOf } from "../support/scripts.ts";
import { makeTestKey } from "../support/test-keys.ts";
import { describeBytes, signDocument, type Target } from "./signed-targets.ts";
import { daysFromNow } from "./simulated-repository.ts";

/** M of N keys. */
export interface Quorum {
  readonly threshold: number;
  readonly keys: number;
}

export type Delegating = "nothing" | "paths" | "bins" | "bins of targets" | "succinct bins";

export interface Shape {
  /** Of every key; `mixed`: those that every client reads, in turn. */
  readonly scheme: Scheme | "mixed";
  readonly root: Quorum;
  /** One-time keys, but holders' keys where there are more than two; of bins too. */
  readonly targets: Quorum;
  readonly delegating: Delegating;
  readonly bins: number;
}

/** What three ceremonies wrote, and what then is published: every root, and the newest document of each other role. */
export interface HeldCeremonies {
  readonly shape: Shape;
  readonly roots: readonly Uint8Array[];
  /** By role, from the first ceremony and from the last. */
  readonly first: ReadonlyMap<string, Uint8Array>;
  readonly last: ReadonlyMap<string, Uint8Array>;
  /** What signs snapshot, timestamp and bins after the last ceremony. */
  readonly onlineKey: ExampleKey;
  /** What holders published; null where a bin is the place for it, or where nobody has a key that lasts. */
  readonly target: Target | null;
}

/** Clients look at the clock. */
const WINDOW = `from: ${daysFromNow(0)}, to: ${daysFromNow(1)}`;
const EXPIRES = daysFromNow(365);

export function describeShape({ scheme, root, targets, delegating, bins }: Shape): string {
  const quorum = ({ threshold, keys }: Quorum) => `${threshold} of ${keys}`;
  const below = `delegating ${delegating === "nothing" || delegating === "paths" ? delegating : `${bins} ${delegating}`}`;
  return `${scheme}, root ${quorum(root)}, targets ${quorum(targets)} ${below}`;
}

export function holdThree(shape: Shape): HeldCeremonies {
  const published = new Map<string, Uint8Array>();
  const roots: Uint8Array[] = [];
  const hold = (generation: Generation): void => {
    const script = writeScript(shape, generation, published);
    const inputs = new Map(Array.from(published, ([role, bytes]) => [`previous/${role}.json`, bytes]));
    inputs.set("keys/online.pem", new TextEncoder().encode(onlineKeyOf(shape, generation).publicPem));
    const files = holdCeremony(planOf(script, inputs), (name) => keyOf(shape, name));
    for (const [file, bytes] of files) published.set(file.split(".")[1] ?? file, bytes);
    roots.push(published.get("root") ?? new Uint8Array());
  };
  hold(1);
  const first = new Map(published);
  const target = publishTarget(shape, published);
  hold(2);
  hold(3);
  return { shape, roots, first, last: new Map(published), onlineKey: onlineKeyOf(shape, 3), target };
}

/** Under the first role of holders' keys, in its next version. */
function publishTarget(shape: Shape, published: Map<string, Uint8Array>): Target | null {
  const role = rolesBelow(shape, 1).find(({ name, isOneTime }) => name !== "bins" && !isOneTime);
  const bytes = published.get(role?.name ?? "");
  if (role === undefined || bytes === undefined || isForBins(shape)) return null;
  const document = readDocument(bytes);
  if (document.kind !== "targets") throw new TypeError(`${role.name} is ${document.kind}`);
  const target: Target = { path: `${role.name}-1.txt`, bytes: Buffer.from(`of ${role.name}`) };
  const signed = new Map([
    ...document.signed,
    ["version", 2],
    ["targets", object([[target.path, describeBytes(target.bytes)]])],
  ]);
  const signers = role.keys.slice(0, role.threshold).map((name) => keyOf(shape, name));
  published.set(role.name, signDocument(signed, signers));
  return target;
}

export function isForBins({ delegating }: Shape): boolean {
  return delegating !== "nothing" && delegating !== "paths";
}

interface SampleKey extends ExampleKey {
  readonly publicPem: string;
}

const EVERYWHERE: readonly Scheme[] = ["ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256"];

const keys = new Map<string, SampleKey>();

/** The same key whenever it is asked for: RSA keys take long to make. */
function keyOf({ scheme }: Shape, name: string): SampleKey {
  const own = scheme === "mixed" ? (EVERYWHERE[keys.size % EVERYWHERE.length] ?? "ed25519") : scheme;
  const known = keys.get(`${scheme} ${name}`);
  if (known !== undefined) return known;
  const { publicKey, privateKey, pem, sign } = makeTestKey(own);
  const key = { name, publicKey, privateKey, publicPem: pem, sign: (payload: Uint8Array) => sign(payload) };
  keys.set(`${scheme} ${name}`, key);
  return key;
}

type Generation = 1 | 2 | 3;

function onlineKeyOf(shape: Shape, generation: Generation): SampleKey {
  return keyOf(shape, `online-${generation === 3 ? 2 : 1}`);
}

function writeScript(
  shape: Shape,
  generation: Generation,
  published: ReadonlyMap<string, Uint8Array>,
): string {
  const below = rolesBelow(shape, generation);
  const isRenewed = generation !== 2;
  const online = onlineKeyOf(shape, generation);
  const root = rootKeys(shape.root, generation);
  const existing = (name: string, isKnown: boolean) =>
    isKnown ? `, keyid: ${keyIdOf(keyObject(keyOf(shape, name).publicKey))}` : "";
  const schemeOf = (name: string) => keyOf(shape, name).publicKey.scheme;
  const held = (name: string, isKnown: boolean) =>
    `  ${name}: { holder: ${name}, scheme: ${schemeOf(name)}, store: file${existing(name, isKnown)} }\n`;
  const expires = isRenewed ? `, expires: ${EXPIRES}` : "";
  const holders = [...root.named, ...below.flatMap((role) => (role.isOneTime ? [] : role.keys))];
  return [
    `ceremony: sample-${generation}\ntitle: Sample\nprofile: tuf\n`,
    generation === 1 ? "previous: none\n" : "previous:\n",
    ...Array.from(published, ([role, bytes]) => {
      return `  ${role}: { file: previous/${role}.json, sha256: ${sha256Hex(bytes)} }\n`;
    }),
    `window: { ${WINDOW} }\n`,
    "people:\n  - { id: admin, name: Admin, duty: administrator }\n  - { id: see, name: See, duty: witness }\n",
    ...holders.map((name) => `  - { id: ${name}, name: Holder, duty: holder }\n`),
    "keys:\n",
    ...root.named.map((name) => held(name, root.known.includes(name))),
    ...below.flatMap(({ isOneTime, keys: names }) =>
      names.map((name) =>
        isOneTime
          ? `  ${name}: { scheme: ${schemeOf(name)}, store: one-time${existing(name, !isRenewed)} }\n`
          : held(name, generation > 1),
      ),
    ),
    `  online: { public: keys/online.pem, sha256: ${sha256Hex(online.publicPem)}, scheme: ${online.publicKey.scheme} }\n`,
    "roles:\n",
    `  root: { keys: [${root.keys.join(", ")}], threshold: ${shape.root.threshold}, expires: ${EXPIRES} }\n`,
    ...below.map(
      ({ name, keys: names, threshold, more }) =>
        `  ${name}: { keys: [${names.join(", ")}], threshold: ${threshold}${expires}${more} }\n`,
    ),
    "  snapshot: { keys: [online], threshold: 1 }\n  timestamp: { keys: [online], threshold: 1 }\n",
  ].join("");
}

interface RootKeys {
  readonly keys: readonly string[];
  /** Those too that leave, and sign once more. */
  readonly named: readonly string[];
  /** In the previous root. */
  readonly known: readonly string[];
}

/** The second ceremony replaces the first key, which signs once more; the third replaces the second, which does not. */
function rootKeys({ keys: count }: Quorum, generation: Generation): RootKeys {
  const keysOf = (from: number) => Array.from({ length: count }, (_, index) => `root-${from + index}`);
  const own = keysOf(generation);
  return {
    keys: own,
    named: generation === 2 ? ["root-1", ...own] : own,
    known: generation === 1 ? [] : keysOf(generation - 1),
  };
}

interface RoleBelow {
  readonly name: string;
  readonly keys: readonly string[];
  readonly threshold: number;
  readonly isOneTime: boolean;
  readonly more: string;
}

function rolesBelow({ targets, delegating, bins }: Shape, generation: Generation): readonly RoleBelow[] {
  const era = generation === 3 ? 2 : 1;
  const role = (name: string, more: string, isOneTime = targets.keys <= 2): RoleBelow => ({
    name,
    keys: Array.from({ length: targets.keys }, (_, index) => `${name}-${index}${isOneTime ? `-${era}` : ""}`),
    threshold: targets.threshold,
    isOneTime,
    more,
  });
  const hashBins = (more = "") =>
    `, hash_bins: { count: ${bins}, name: bin, keys: [online], threshold: 1${more} }`;
  switch (delegating) {
    case "nothing":
      return [role("targets", "")];
    case "paths": {
      const paths = [
        role("claimed", ', paths: ["claimed-*"], terminating: true', false),
        role("rest", ', paths: ["*"]', false),
      ];
      return [role("targets", ", delegates: [claimed, rest]"), ...paths];
    }
    case "bins":
      return [role("targets", ", delegates: [bins]"), role("bins", hashBins())];
    case "bins of targets":
      return [role("targets", hashBins())];
    case "succinct bins":
      return [role("targets", ", delegates: [bins]"), role("bins", hashBins(", succinct: true"))];
    default:
      return delegating satisfies never;
  }
}
