/** Could secrets leave memory: swap, core dumps, a debugger. */
import { type Check, check, fail, listFolder, type MachineView, pass, readText, unknown } from "./view.ts";

const swap = check(
  "memory/swap",
  "required",
  (view) => {
    const swaps = readText(view, "proc/swaps");
    if (swaps === null) return unknown("/proc/swaps can't be read");
    const devices = swaps
      .split("\n")
      .slice(1)
      .flatMap((line) => line.split(/\s/, 1))
      .filter((name) => name !== "");
    const onDisk = devices.filter((device) => !/^\/dev\/zram\d+$/.test(device));
    if (onDisk.length > 0) return fail(`swap on ${onDisk.join(", ")}`);
    return pass(devices.length === 0 ? "no swap" : `swap in memory only: ${devices.join(", ")}`);
  },
  "Turn it off: swapoff --all.",
);

const zram = check(
  "memory/zram",
  "required",
  (view) => {
    const devices = listFolder(view, "sys/block");
    if (devices === null) return unknown("/sys/block can't be read");
    const written = devices.filter((name) => name.startsWith("zram") && backingDevice(view, name) !== "none");
    return written.length === 0
      ? pass("no compressed memory that goes to a disk")
      : fail(`${written.join(", ")} writes to a disk`);
  },
  "Turn swap off (swapoff --all) and remove the zram device.",
);

function backingDevice(view: MachineView, name: string): string {
  // Kernels without CONFIG_ZRAM_WRITEBACK have no such file: nothing is written back.
  return readText(view, `sys/block/${name}/backing_dev`)?.trim() ?? "none";
}

const coreLimit = check(
  "memory/core-limit",
  "required",
  (view) => {
    const limits = readText(view, "proc/self/limits");
    const soft = limits?.match(/^Max core file size +(\S+)/m)?.[1];
    if (soft === undefined) return unknown("the limit of core dumps can't be read");
    return soft === "0"
      ? pass("core dumps are limited to 0 bytes")
      : fail(`core dumps of ${soft} bytes are allowed`);
  },
  "Start the tool after: ulimit -c 0.",
);

const corePattern = check(
  "memory/core-pattern",
  "required",
  (view) => {
    const pattern = readText(view, "proc/sys/kernel/core_pattern")?.trim();
    if (pattern === undefined) return unknown("where core dumps go can't be read");
    return pattern.startsWith("|")
      ? fail("core dumps go to a program, which no limit stops")
      : pass("core dumps go to files, if at all");
  },
  "Set it: sysctl kernel.core_pattern=core.",
);

const tracer = check(
  "memory/tracer",
  "required",
  (view) => {
    const pid = readText(view, "proc/self/status")?.match(/^TracerPid:\s+(\d+)$/m)?.[1];
    if (pid === undefined) return unknown("whether this process is traced can't be read");
    return pid === "0" ? pass("no debugger") : fail(`process ${pid} traces this one`);
  },
  "End the debugger and start again.",
);

export const memoryChecks: readonly Check[] = [swap, zram, coreLimit, corePattern, tracer];
