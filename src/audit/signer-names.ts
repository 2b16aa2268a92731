/** Whose keys a ceremony's keys are, for those who read its metadata: as its script says, and its replay confirms. */
import { Execution } from "../ceremony/execution.ts";
import { CeremonyError } from "../errors.ts";
import { CeremonyFolder, TRANSCRIPT } from "../live/ceremony-folder.ts";
import { folderPlans } from "../live/folder-plans.ts";
import { TranscriptReader } from "../transcript/read.ts";
import { keyObject, parseKeyObject } from "../tuf/keys.ts";
import { quote } from "../tuf/quote.ts";

/**
 * `Ada Lovelace (root-ada)` by the key's material (src/tuf/key-material.ts); the key's name alone where it has no holder.
 * Text of the script: escape it to show it. Throws CeremonyError `verify/no-ceremony`, `verify/ceremony`.
 */
export function signerNames(root: string): ReadonlyMap<string, string> {
  const folder = new CeremonyFolder(root);
  if (!folder.hasTranscript) {
    throw new CeremonyError({
      code: "verify/no-ceremony",
      exit: "usage",
      expected: `a ceremony folder: one with a ${TRANSCRIPT}`,
      found: `none in ${quote(root, 200)}`,
      remedy: "Name the folder that holds script.yaml and the transcript, or leave --ceremony out.",
    });
  }
  const execution = new Execution(folderPlans(folder));
  const reader = new TranscriptReader();
  for (const line of folder.lines(TRANSCRIPT)) {
    const read = reader.read(line);
    const problem = read.ok ? execution.accept(read.line) : read.problem;
    if (problem !== null) throw inconsistent(root, reader.lines + (read.ok ? 0 : 1), problem.code);
  }
  const { state } = execution;
  const names = new Map<string, string>();
  for (const [name, publicKey] of state?.publicKeys() ?? []) {
    const key = state?.plan.script.keys.get(name);
    const holder =
      key !== undefined && "holder" in key ? state?.plan.script.people.get(key.holder) : undefined;
    const { material } = parseKeyObject(keyObject(publicKey));
    names.set(material, holder === undefined ? name : `${holder.name} (${name})`);
  }
  return names;
}

function inconsistent(root: string, line: number, code: string): CeremonyError {
  return new CeremonyError({
    code: "verify/ceremony",
    exit: "refused",
    expected: "a ceremony folder whose transcript re-executes: no names are taken from another",
    found: `${code} at line ${line} of ${TRANSCRIPT} in ${quote(root, 200)}`,
    remedy:
      "See what tuf-ceremony audit says of the folder; without --ceremony keys are named by their keyids.",
  });
}
