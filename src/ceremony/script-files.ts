/** The script that a ceremony goes by, and what it pins, as files of the ceremony folder. */
import { canonicalText, type FileDigest } from "../transcript/line.ts";

export interface ScriptFiles {
  readonly script: FileDigest;
  readonly inputs: readonly FileDigest[];
}

/** The script that a ceremony begins with. */
export const FIRST_SCRIPT = "script.yaml";

/** `script-2.yaml` for the first amendment: the second script. */
export function amendedScriptPath(number: number): string {
  return `script-${number}.yaml`;
}

/** One spelling for comparing what two lines say of them. */
export function scriptText({ script, inputs }: ScriptFiles): string {
  return canonicalText({ script, inputs });
}
