/** What a repository publishes beside what its ceremonies made: bins, snapshot and timestamp, signed by its online key. */
import { Buffer } from "node:buffer";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { composeTargets } from "../../src/tuf/compose.ts";
import { binName, binOf } from "../../src/tuf/hash-bins.ts";
import { object } from "../../src/tuf/json.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { JsonObject, JsonValue } from "../../src/tuf/types.ts";
import { type HeldCeremonies, isForBins } from "./sample-ceremonies.ts";
import { describeBytes, signDocument, type Target } from "./signed-targets.ts";
import { daysFromNow } from "./simulated-repository.ts";

export interface Published {
  /** By the path on the server, consistent snapshots and all. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Null where the repository has none. */
  readonly target: Target | null;
  /** The bin that has the target; null where there are no bins. */
  readonly bin: { readonly name: string; readonly bytes: Uint8Array } | null;
}

const SOON = daysFromNow(1);

/** All roots, and everything else as it is after the last ceremony. Where there are bins, one of them has a target. */
export function publish(held: HeldCeremonies): Published {
  const { shape, roots, last, onlineKey } = held;
  const target = isForBins(shape) ? { path: "of-a-bin.txt", bytes: Buffer.from("of a bin") } : held.target;
  const bins = isForBins(shape) && target !== null ? makeBins(held, target) : new Map<string, Uint8Array>();
  const below = new Map([...Array.from(last).filter(([role]) => role !== "root"), ...bins]);
  const snapshot = signDocument(
    onlineRole(
      "snapshot",
      Array.from(below, ([role, bytes]) => [role, versionOf(bytes), null]),
    ),
    [onlineKey],
  );
  const timestamp = signDocument(onlineRole("timestamp", [["snapshot", 1, snapshot]]), [onlineKey]);
  const files = new Map([
    ...roots.map((bytes, index): [string, Uint8Array] => [`/metadata/${index + 1}.root.json`, bytes]),
    ...Array.from(below, ([role, bytes]): [string, Uint8Array] => [
      `/metadata/${versionOf(bytes)}.${role}.json`,
      bytes,
    ]),
    ["/metadata/1.snapshot.json", snapshot],
    ["/metadata/timestamp.json", timestamp],
  ]);
  if (target !== null) files.set(`/targets/${sha256Hex(target.bytes)}.${target.path}`, target.bytes);
  const name = target === null || !isForBins(shape) ? null : binFor(target, shape.bins);
  const bytes = bins.get(name ?? "");
  return { files, target, bin: name === null || bytes === undefined ? null : { name, bytes } };
}

function binFor({ path }: Target, count: number): string {
  return binName("bin", count, binOf(sha256Hex(path), count));
}

function makeBins({ shape, onlineKey }: HeldCeremonies, target: Target): Map<string, Uint8Array> {
  const names = Array.from({ length: shape.bins }, (_, index) => binName("bin", shape.bins, index));
  const bin = (entries: readonly (readonly [string, JsonValue])[]) =>
    signDocument(
      composeTargets({
        version: 1,
        expires: SOON,
        rehearsal: false,
        targets: object(entries),
        delegations: null,
      }),
      [onlineKey],
    );
  const empty = bin([]);
  const full = bin([[target.path, describeBytes(target.bytes)]]);
  return new Map(names.map((name) => [name, name === binFor(target, shape.bins) ? full : empty]));
}

/** A snapshot or timestamp: the version of each document, and its bytes where they are to be named exactly. */
function onlineRole(
  type: "snapshot" | "timestamp",
  documents: readonly (readonly [role: string, version: number, exactly: Uint8Array | null])[],
): JsonObject {
  const meta = documents.map(([role, version, exactly]): [string, JsonValue] => {
    const exact: readonly (readonly [string, JsonValue])[] =
      exactly === null ? [] : [...describeBytes(exactly)];
    return [`${role}.json`, object([...exact, ["version", version]])];
  });
  return object([
    ["_type", type],
    ["expires", SOON],
    ["meta", object(meta)],
    ["spec_version", "1.0.31"],
    ["version", 1],
  ]);
}

function versionOf(bytes: Uint8Array): number {
  const document = readDocument(bytes);
  if (document.kind === "unreadable" || document.version === null) throw new TypeError("no version");
  return document.version;
}
