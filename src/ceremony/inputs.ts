/** The files beside a script: what it pins, and whether what was read is that. */
import { createHash } from "node:crypto";
import type { PinnedFile, Script } from "./script.ts";
import type { Findings } from "./script-rules/findings.ts";

interface Pin {
  readonly pinned: PinnedFile;
  /** Where the script names the file, and where its digest. */
  readonly filePath: string;
  readonly digestPath: string;
}

/** Every file that must be read beside the script, each once, in the order of the script. */
export function inputFiles(script: Script): readonly PinnedFile[] {
  const files = new Map<string, PinnedFile>();
  for (const { pinned } of pinsOf(script)) {
    files.set(`${pinned.file}\n${pinned.sha256}`, pinned);
  }
  return [...files.values()];
}

function pinsOf(script: Script): readonly Pin[] {
  const pins: Pin[] = [];
  for (const [role, pinned] of script.previous) {
    pins.push({ pinned, filePath: `previous.${role}.file`, digestPath: `previous.${role}.sha256` });
  }
  for (const key of script.keys.values()) {
    const path = `keys.${key.name}`;
    if (key.store === "public") {
      pins.push({ pinned: key.public, filePath: `${path}.public`, digestPath: `${path}.sha256` });
    }
    if (key.store === "elsewhere" && key.enrolled !== undefined) {
      const enrolled = `${path}.enrolled`;
      pins.push({ pinned: key.enrolled, filePath: `${enrolled}.file`, digestPath: `${enrolled}.sha256` });
    }
  }
  return pins;
}

/**
 * The inputs whose digests are right; everything else is reported. `missing`: why a file that is not in `inputs` could not
 * be read, ready to be shown.
 */
export function checkInputs(
  script: Script,
  inputs: ReadonlyMap<string, Uint8Array>,
  findings: Findings,
  missing: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, Uint8Array> {
  const good = new Map<string, Uint8Array>();
  for (const { pinned, filePath, digestPath } of pinsOf(script)) {
    const bytes = inputs.get(pinned.file);
    if (bytes === undefined) {
      findings.at(filePath, "plan/input-missing", {
        found: missing.get(pinned.file) ?? `no file ${pinned.file}`,
      });
      continue;
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (sha256 === pinned.sha256) good.set(pinned.file, bytes);
    else findings.at(digestPath, "plan/input-digest", { found: `${pinned.file} with the digest ${sha256}` });
  }
  return good;
}
