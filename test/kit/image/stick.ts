/** Sticks as files: FAT without partitions, and ext4 in the first of an MBR's. */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../programs.ts";

const SIZE = 64 << 20;
const FIRST_SECTOR = 2048;
const SECTOR = 512;

/** As they are sold: one FAT file system with these files and folders of this machine. */
export function makeFatStick(label: string, paths: readonly string[]): string {
  const stick = emptyStick(label);
  run("mformat", ["-i", stick, "-F", "-v", label, "::"]);
  for (const path of paths) run("mcopy", ["-s", "-i", stick, path, "::/"]);
  return stick;
}

/** As large sticks are sold. */
export function makeExfatStick(label: string): string {
  const stick = emptyStick(label);
  run("mkfs.exfat", ["-L", label, stick], { PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` });
  return stick;
}

/** One partition, owned by root: the ceremony's user can't write there. */
export function makeExt4Stick(label: string): string {
  const stick = emptyStick(label);
  const table = Buffer.alloc(SECTOR);
  table[0x1be + 4] = 0x83;
  table.writeUInt32LE(FIRST_SECTOR, 0x1be + 8);
  table.writeUInt32LE(SIZE / SECTOR - FIRST_SECTOR, 0x1be + 12);
  table.writeUInt16LE(0xaa55, 510);
  const file = openSync(stick, "r+");
  writeSync(file, table, 0, SECTOR, 0);
  closeSync(file);
  const size = `${(SIZE - FIRST_SECTOR * SECTOR) >> 10}k`;
  run("mke2fs", ["-q", "-t", "ext4", "-L", label, "-E", `offset=${FIRST_SECTOR * SECTOR}`, stick, size], {
    PATH: `${process.env["PATH"]}:/usr/sbin:/sbin`,
  });
  return stick;
}

/** What is in a folder of a FAT stick, on this machine now. */
export function copyFromStick(stick: string, folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), "from-stick-"));
  run("mcopy", ["-s", "-n", "-i", stick, `::/${folder}`, copy]);
  return join(copy, folder);
}

/** Changes one bit of the first place where these bytes are, behind the back of whoever has it mounted. */
export function flipBit(stick: string, bytes: Uint8Array): void {
  const at = readFileSync(stick).indexOf(bytes);
  if (at < 0) throw new Error("these bytes are not on the stick");
  const file = openSync(stick, "r+");
  writeSync(file, Uint8Array.of((bytes[0] ?? 0) ^ 1), 0, 1, at);
  closeSync(file);
}

function emptyStick(label: string): string {
  const stick = join(mkdtempSync(join(tmpdir(), "stick-")), `${label}.img`);
  writeFileSync(stick, "");
  truncateSync(stick, SIZE);
  return stick;
}
