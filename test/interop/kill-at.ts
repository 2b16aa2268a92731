/**
 * Loaded into a process before everything else: kills it at the moment that KILL_AT says, counted from 1.
 *
 *     KILL_AT=3 node --import ./kill-at.ts PROGRAM
 *
 * Moments are right before each change that the process makes to the disk, and after half of what it writes.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const killAt = Number(process.env["KILL_AT"]);
const { writeSync } = fs;
let moments = 0;

function reach(): void {
  moments += 1;
  if (moments === killAt) process.kill(process.pid, "SIGKILL");
}

function interruptible<Words extends readonly unknown[], Result>(change: (...words: Words) => Result) {
  return (...words: Words): Result => {
    reach();
    return change(...words);
  };
}

Object.assign(fs, {
  unlinkSync: interruptible(fs.unlinkSync),
  renameSync: interruptible(fs.renameSync),
  fsyncSync: interruptible(fs.fsyncSync),
  /** As a full disk or a signal would do it: half of the bytes, and whoever calls has to go on. */
  writeSync: interruptible(
    (file: number, bytes: Uint8Array, from: number, length: number, position: number) =>
      writeSync(file, bytes, from, from === 0 ? Math.ceil(length / 2) : length, position),
  ),
});
syncBuiltinESMExports();
