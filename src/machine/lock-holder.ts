/**
 * Who holds a lock: a process, told apart from every other one by boot, PID namespace, PID and start time.
 */
import { readFileSync, readlinkSync } from "node:fs";
import * as z from "zod";
import { isUtcSecond, type UtcSecond } from "../tuf/types.ts";

export interface Holder {
  /** Changes with every boot (/proc/sys/kernel/random/boot_id). */
  readonly bootId: string;
  /** `pid:[4026531836]`: the offline kit may run in a namespace of its own, where PIDs mean something else. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process (proc_pid_stat(5), field 22): PIDs are used again. */
  readonly startTime: string;
  readonly since: UtcSecond;
  /** For a person who finds the file. */
  readonly hint: string;
}

const HINT = "tuf-ceremony is working on the folder of this name. It removes this lock when it ends.";

const HolderFile = z.object({
  bootId: z.string(),
  pidNamespace: z.string(),
  pid: z.number().int().positive(),
  startTime: z.string(),
  since: z.string().refine((text): text is UtcSecond => isUtcSecond(text)),
  hint: z.string(),
});

export function thisProcess(since: UtcSecond): Holder {
  return {
    bootId: bootId(),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? "",
    since,
    hint: HINT,
  };
}

/** Null where it is no text of ours. */
export function readHolder(text: string): Holder | null {
  const parsed = HolderFile.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** False only where the process is certainly gone. */
export function isAlive(holder: Holder): boolean {
  if (holder.bootId !== bootId()) return false;
  if (holder.pidNamespace !== pidNamespace()) return true; // can't be seen from here
  if (!exists(holder.pid)) return false;
  const startTime = startTimeOf(holder.pid);
  return startTime === null || startTime === holder.startTime;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    if (error instanceof Error && "code" in error && error.code === "EPERM") return true; // somebody else's
    throw error;
  }
}

/** Null where the kernel hides it (hidepid). A zombie has ended: it gets a start time that no lock names. */
function startTimeOf(pid: number): string | null {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field, the name, is in parentheses and may hold anything, spaces and parentheses included.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" ? "ended" : (rest[18] ?? null);
}

function bootId(): string {
  return readProc("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown";
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "unknown";
    throw error;
  }
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return null; // absent or hidden: unknown
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
