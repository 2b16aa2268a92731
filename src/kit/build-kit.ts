/** Builds a kit: its folder, SHA256SUMS, and one archive that is the same bytes wherever and whenever it is made. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { sha256Hex } from "../ceremony/composer.ts";
import { CeremonyError } from "../errors.ts";
import { onMedium } from "../machine/media.ts";
import { quote } from "../tuf/quote.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { gatherKit, type KitContent, type KitContents, type KitRequest } from "./gather.ts";
import { SUMS_FILE, writeSums } from "./sums.ts";
import { digestOfFile } from "./verify-kit.ts";

export interface BuiltKit {
  /** The archive, `tuf-ceremony-0.1.0-linux-x64.tar.gz`. */
  readonly path: string;
  readonly archiveSha256: Sha256Hex;
  readonly sizeBytes: number;
  /** SHA-256 of SHA256SUMS. */
  readonly digest: Sha256Hex;
  readonly files: number;
}

/** The files' time in the archive, in seconds of Unix time: 2020-10-30, the day of PyPI's key ceremony. */
export const FILE_TIME = 1_604_016_000;
const EXECUTABLE = /^(?:tuf-ceremony|runtime\/node|modules\/[^/]+\/[^/.]+)$/;

/**
 * Throws `medium/missing` where there is no such folder: whoever forgot to mount a medium has a kit on it in mind.
 * @param out the folder that the archive goes into
 */
export async function buildKit(request: KitRequest, out: string): Promise<BuiltKit> {
  await onMedium(out, "the kit can be written", async () => readdirSync(out));
  const contents = gatherKit(request);
  return await onMedium(out, "the kit can be written", () => writeKit(request.version, contents, out));
}

async function writeKit(version: string, contents: KitContents, out: string): Promise<BuiltKit> {
  const name = `tuf-ceremony-${version}-linux-x64`;
  const work = mkdtempSync(join(out, ".unfinished-"));
  try {
    const folder = join(work, name);
    const sums = writeSums(writeContents(folder, contents));
    writeOne(folder, SUMS_FILE, { bytes: new TextEncoder().encode(sums) });
    const unfinished = join(work, "archive");
    await writeArchive(work, name, join(folder, "runtime/node"), unfinished);
    const path = join(out, `${name}.tar.gz`);
    const archiveSha256 = digestOfFile(unfinished);
    const { size } = statSync(unfinished);
    renameSync(unfinished, path);
    return { path, archiveSha256, sizeBytes: size, digest: sha256Hex(sums), files: contents.size };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function writeContents(folder: string, contents: KitContents): Map<string, Sha256Hex> {
  const sums = new Map<string, Sha256Hex>();
  for (const [path, content] of contents) {
    writeOne(folder, path, content);
    sums.set(path, digestOfFile(join(folder, path)));
  }
  return sums;
}

function writeOne(folder: string, path: string, content: KitContent): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  if ("from" in content) copyFileSync(content.from, target);
  else writeFileSync(target, content.bytes);
  chmodSync(target, EXECUTABLE.test(path) ? 0o755 : 0o644);
}

/** tar from this machine, gzip from the kit's own Node: another zlib would write other bytes. */
async function writeArchive(work: string, name: string, node: string, path: string): Promise<void> {
  const order = ["--sort=name", "--format=ustar", `--mtime=@${FILE_TIME}`];
  const owner = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"];
  const tar = start("tar", ["--create", "--directory", work, ...order, ...owner, name], "ignore");
  const zip = start(node, ["--eval", GZIP], "pipe");
  if (tar.stdout === null || zip.stdin === null || zip.stdout === null)
    throw new TypeError("pipes were asked for");
  const ends = [ended(tar, "tar"), ended(zip, "the runtime")];
  await Promise.all([
    pipeline(tar.stdout, zip.stdin),
    pipeline(zip.stdout, createWriteStream(path)),
    ...ends,
  ]);
}

const GZIP = `const { createGzip } = require("node:zlib");
process.stdin.pipe(createGzip({ level: 9 })).pipe(process.stdout);`;

function start(command: string, words: readonly string[], input: "ignore" | "pipe"): ChildProcess {
  return spawn(command, words, {
    stdio: [input, "pipe", "inherit"],
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
  });
}

async function ended(child: ChildProcess, name: string): Promise<void> {
  const [status] = await once(child, "exit").catch((error) => [String(error.code)]);
  if (status === 0) return;
  throw new CeremonyError({
    code: "kit/archive",
    exit: "device",
    expected: `${name} to write the archive`,
    found: quote(String(status)),
    remedy: "Look at what it says above; GNU tar is needed, and a medium with room.",
  });
}
