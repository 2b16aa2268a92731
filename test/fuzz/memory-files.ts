/**
 * Stands for `node:fs` in src/commands/metadata-files.ts (judge-case.ts puts it there): one folder, whose files are those
 * of a case, and a list of whatever else was asked for.
 */
import type { CaseFile } from "./fuzz-case.ts";

/** Where the files of a case are said to be. */
export const FOLDER = "/case";

let files = new Map<string, Uint8Array>();
const open = new Map<number, { readonly bytes: Uint8Array; at: number }>();
const strays: string[] = [];
let lastDescriptor = 100;

export function putFiles(given: readonly CaseFile[]): void {
  files = new Map(given.map(({ name, bytes }) => [`${FOLDER}/${name}`, bytes]));
}

/** What was opened, read or left open since the last time and should not have been; empty. */
export function takeStrays(): readonly string[] {
  const left = open.size === 0 ? [] : [`${open.size} files left open`];
  open.clear();
  return [...strays.splice(0), ...left];
}

export function openSync(path: string, flags: string): number {
  const bytes = files.get(path);
  if (bytes === undefined || flags !== "r") {
    strays.push(`open ${path} ${flags}`);
    throw Object.assign(new Error("no such file"), { code: "ENOENT", syscall: "open" });
  }
  lastDescriptor++;
  open.set(lastDescriptor, { bytes, at: 0 });
  return lastDescriptor;
}

/** The size is right for every other file; of a pipe the system says 0 too. */
export function fstatSync(descriptor: number): { readonly size: number } {
  return { size: descriptor % 2 === 0 ? 0 : (open.get(descriptor)?.bytes.length ?? 0) };
}

export function closeSync(descriptor: number): void {
  if (!open.delete(descriptor)) strays.push(`close ${descriptor}`);
}

export function readSync(
  descriptor: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: null,
): number {
  const file = open.get(descriptor);
  if (file === undefined || position !== null) throw new TypeError(`read ${descriptor} at ${position}`);
  const piece = file.bytes.subarray(file.at, file.at + length);
  buffer.set(piece, offset);
  file.at += piece.length;
  return piece.length;
}

/** All of the folder are files; links are followed nowhere. */
export function readdirSync(folder: string): readonly object[] {
  if (folder !== FOLDER) strays.push(`list ${folder}`);
  return Array.from(files.keys(), (path) => ({
    name: path.slice(FOLDER.length + 1),
    isFile: () => true,
    isSymbolicLink: () => false,
  }));
}

export function realpathSync(path: string): never {
  return stray("follow", path);
}

export function statSync(path: string): never {
  return stray("look at", path);
}

function stray(what: string, path: string): never {
  strays.push(`${what} ${path}`);
  throw Object.assign(new Error("no such file"), { code: "ENOENT", syscall: "stat" });
}
