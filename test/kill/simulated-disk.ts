/**
 * A disk that knows what a crash would leave of it.
 *
 * It works in real folders, so that everything else can read there, and keeps beside them what is durable: the content of
 * a file as it was when the file was synced last, the names of a folder as they were when the folder was. `afterKill` is
 * what a killed process leaves (all of it), `afterPowerCut` what a power cut may leave at the worst, or by chance.
 * Nothing is really synced, which makes it fast.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Disk, type DiskFile, realDisk } from "../../src/machine/disk.ts";

/** Files of a disk by their paths below its base; null is a folder. */
export type DiskImage = ReadonlyMap<string, Uint8Array | null>;

/** The lock beside a ceremony folder: this process lives on where a killed one would leave a stale lock (real-kill.test.ts). */
const LOCK = /^[^/]*\.lock/;

/** 0 ≤ chance() < 1. */
export type Chance = () => number;

type Node =
  | { readonly kind: "file"; durable: Uint8Array }
  | { readonly kind: "folder"; readonly names: Map<string, Node>; durable: ReadonlyMap<string, Node> };

export class SimulatedDisk implements Disk {
  readonly #base: string;
  readonly #root: Extract<Node, { kind: "folder" }>;
  readonly #moment: (what: string) => void;

  /**
   * @param base a folder; what is in it now is durable
   * @param moment called before and after everything that changes the disk
   */
  constructor(base: string, moment: (what: string) => void) {
    this.#base = base;
    this.#root = durableFolder(base);
    this.#moment = moment;
  }

  createFolder(path: string): void {
    this.#step("createFolder", path, () => {
      realDisk.createFolder(path);
      this.#folder(dirname(path)).names.set(basename(path), {
        kind: "folder",
        names: new Map(),
        durable: new Map(),
      });
    });
  }

  createFile(path: string, mode: number): DiskFile {
    return this.#step("createFile", path, () => this.#open(path, realDisk.createFile(path, mode)));
  }

  openFile(path: string, mode: number): DiskFile {
    return this.#step("openFile", path, () => this.#open(path, realDisk.openFile(path, mode)));
  }

  removeFile(path: string): void {
    this.#step("removeFile", path, () => {
      realDisk.removeFile(path);
      this.#folder(dirname(path)).names.delete(basename(path));
    });
  }

  syncFolder(path: string): void {
    this.#step("syncFolder", path, () => {
      const folder = this.#folder(path);
      folder.durable = new Map(folder.names);
    });
  }

  afterKill(): DiskImage {
    return readImage(this.#base);
  }

  /** @param chance null: nothing survives that was not synced */
  afterPowerCut(chance: Chance | null): DiskImage {
    const image = new Map<string, Uint8Array | null>();
    const walk = (folder: Extract<Node, { kind: "folder" }>, path: string): void => {
      for (const [name, node] of survivingNames(folder, chance)) {
        const at = join(path, name);
        if (node.kind === "folder") {
          image.set(at, null);
          walk(node, at);
        } else {
          const isNamedNow = folder.names.get(name) === node;
          const now = isNamedNow ? readFileSync(join(this.#base, at)) : node.durable;
          image.set(at, survivingBytes(node.durable, now, chance));
        }
      }
    };
    walk(this.#root, "");
    return image;
  }

  #open(path: string, file: DiskFile): DiskFile {
    const { names } = this.#folder(dirname(path));
    const found = names.get(basename(path));
    const node = found?.kind === "file" ? found : { kind: "file" as const, durable: new Uint8Array() };
    names.set(basename(path), node);
    return {
      readAll: () => file.readAll(),
      isStillAt: (at, sizeBytes) => file.isStillAt(at, sizeBytes),
      write: (bytes, position) => {
        // A write is no single step: half of it may be there.
        const half = Math.floor(bytes.length / 2);
        this.#step("half of write", path, () => file.write(bytes.subarray(0, half), position));
        this.#step("write", path, () => file.write(bytes.subarray(half), position + half));
      },
      sync: () =>
        this.#step("sync", path, () => {
          node.durable = Uint8Array.from(file.readAll());
        }),
      truncate: (sizeBytes) => this.#step("truncate", path, () => file.truncate(sizeBytes)),
      close: () => file.close(),
    };
  }

  #step<Result>(what: string, path: string, work: () => Result): Result {
    const place = `${what} ${path.slice(this.#base.length + 1)}`;
    this.#moment(`before ${place}`);
    const result = work();
    this.#moment(`after ${place}`);
    return result;
  }

  #folder(path: string): Extract<Node, { kind: "folder" }> {
    let folder = this.#root;
    for (const name of path.slice(this.#base.length).split("/").filter(Boolean)) {
      const next = folder.names.get(name);
      if (next?.kind !== "folder") throw new TypeError(`${path} is no folder of this disk`);
      folder = next;
    }
    return folder;
  }
}

export function readImage(base: string): DiskImage {
  const image = new Map<string, Uint8Array | null>();
  for (const entry of readdirSync(base, { withFileTypes: true, recursive: true })) {
    const absolute = join(entry.parentPath, entry.name);
    const path = absolute.slice(base.length + 1);
    if (!LOCK.test(path)) image.set(path, entry.isDirectory() ? null : readFileSync(absolute));
  }
  return image;
}

export function writeImage(image: DiskImage, base: string): void {
  for (const [path, bytes] of [...image].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (bytes === null) mkdirSync(join(base, path), { recursive: true });
    else {
      mkdirSync(dirname(join(base, path)), { recursive: true });
      writeFileSync(join(base, path), bytes);
    }
  }
}

function durableFolder(path: string): Extract<Node, { kind: "folder" }> {
  const names = new Map<string, Node>();
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    names.set(
      entry.name,
      entry.isDirectory() ? durableFolder(below) : { kind: "file", durable: readFileSync(below) },
    );
  }
  return { kind: "folder", names, durable: new Map(names) };
}

/** By chance each name is as it was or as it is. */
function survivingNames(
  folder: Extract<Node, { kind: "folder" }>,
  chance: Chance | null,
): ReadonlyMap<string, Node> {
  if (chance === null) return folder.durable;
  const surviving = new Map<string, Node>();
  for (const name of new Set([...folder.durable.keys(), ...folder.names.keys()])) {
    const node = (chance() < 0.5 ? folder.durable : folder.names).get(name);
    if (node !== undefined) surviving.set(name, node);
  }
  return surviving;
}

/** By chance some of what was appended is there; where the size was written and a block was not, there are zeros. */
function survivingBytes(durable: Uint8Array, now: Uint8Array, chance: Chance | null): Uint8Array {
  if (chance === null || now.length <= durable.length) return durable;
  const size = durable.length + Math.floor(chance() * (now.length - durable.length + 1));
  const surviving = Uint8Array.from(now.subarray(0, size));
  if (chance() < 0.3) surviving.fill(0, durable.length + Math.floor(chance() * (size - durable.length)));
  return surviving;
}
