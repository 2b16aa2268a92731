/**
 * A script from disk, with the files that it pins: read, planned, and everything that is wrong with it.
 *
 * Whoever wrote the script names the files; they are confined to the script's folder, also where a symbolic link would
 * lead out of it, and to a size that no metadata needs.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { inputFiles, planCeremony } from "../ceremony/plan.ts";
import type { Plan, ScriptFinding } from "../ceremony/plan-types.ts";
import { readScript } from "../ceremony/read-script.ts";
import type { Script } from "../ceremony/script.ts";
import { Findings } from "../ceremony/script-rules/findings.ts";
import { checkClock } from "../ceremony/script-rules/time-rules.ts";
import { MAX_SCRIPT_BYTES } from "../ceremony/script-yaml.ts";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";

export interface LoadedCeremony {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: Sha256Hex;
  /** null where the script itself has an error. */
  readonly script: Script | null;
  /** null where there is any error. */
  readonly plan: Plan | null;
  readonly findings: readonly ScriptFinding[];
  /** Bytes by the names that the script gives its files; those that could not be read are left out and reported. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
}

/** 16,384 bins, indented, are a third of this. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024;

/**
 * Throws CeremonyError `script/unreadable` where there is no such file; everything else is a finding. `now`: by whose clock
 * a window that is over is told.
 */
export function loadCeremony(path: string, now: UtcSecond | null = null): LoadedCeremony {
  const bytes = readScriptFile(path);
  const { script, sha256, findings, places } = readScript(bytes);
  if (script === null) return { path, bytes, sha256, script, plan: null, findings, inputs: new Map() };
  const { inputs, missing } = readInputs(path, script);
  const planned = planCeremony(script, sha256, places, inputs, missing);
  const today = new Findings(places);
  if (now !== null) checkClock(script.window, now, today);
  const all = [...findings, ...planned.findings, ...today.list()].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  );
  return { path, bytes, sha256, script, plan: planned.plan, findings: all, inputs };
}

function readScriptFile(path: string): Uint8Array {
  // One byte more than allowed is enough to see that a file is too large.
  const bytes = readBeginning(path, MAX_SCRIPT_BYTES + 1);
  if (bytes instanceof Uint8Array) return bytes;
  throw new CeremonyError({
    code: "script/unreadable",
    exit: "usage",
    expected: "a script that can be read",
    found: `${quote(path, 200)}: ${bytes}`,
    remedy: "Check the path and the permissions.",
  });
}

interface Inputs {
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  /** Why there are no bytes of the others. */
  readonly missing: ReadonlyMap<string, string>;
}

function readInputs(scriptPath: string, script: Script): Inputs {
  const folder = realpathSync(dirname(scriptPath));
  const inputs = new Map<string, Uint8Array>();
  const missing = new Map<string, string>();
  for (const { file } of inputFiles(script)) {
    const read = readInput(folder, file);
    if (read instanceof Uint8Array) inputs.set(file, read);
    else missing.set(file, read);
  }
  return { inputs, missing };
}

/** The bytes of the file behind all links, or why not. `file` is of the shape that scripts allow. */
function readInput(folder: string, file: string): Uint8Array | string {
  try {
    const path = realpathSync(join(folder, ...file.split("/")));
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      return `${file}, a link that leads out of the script's folder`;
    const read = readBeginning(path, MAX_INPUT_BYTES + 1);
    if (!(read instanceof Uint8Array)) return `${file}: ${read}`;
    return read.length > MAX_INPUT_BYTES ? `${file}, which is larger than ${MAX_INPUT_BYTES} bytes` : read;
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    return code === "ENOENT" ? `no file ${file} in the script's folder` : `${file}: ${code}`;
  }
}

/** The first `limit` bytes of a plain file; else the system's word for why not. */
function readBeginning(path: string, limit: number): Uint8Array | string {
  try {
    // Opening a pipe would wait for somebody to write into it.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile()) return status.isDirectory() ? "a folder, not a file" : "not a plain file";
      return status.size > limit ? readStart(descriptor, limit) : readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    return code;
  }
}

function readStart(descriptor: number, limit: number): Uint8Array {
  const bytes = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const count = readSync(descriptor, bytes, length, limit - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function systemCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && "syscall" in error ? String(error.code) : null;
}
