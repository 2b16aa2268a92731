/** The next ceremony of a repository: a script whose `previous:` is what an earlier ceremony wrote. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import { exampleFile } from "./scripts.ts";

const ONLINE = "keys/online.pem";

/** Where the script's text has `PREVIOUS`, the three documents of the folder's version 1. */
export function followUp(text: string, folder: string): LoadedScript {
  const documents = ["root", "targets", "bins"].map((role) => {
    const file = `previous/1.${role}.json`;
    return { role, file, bytes: new Uint8Array(readFileSync(join(folder, `metadata/1.${role}.json`))) };
  });
  const previous = documents.map(
    ({ role, file, bytes }) => `  ${role}: { file: ${file}, sha256: ${sha256Hex(bytes)} }\n`,
  );
  return {
    bytes: new TextEncoder().encode(text.replace("PREVIOUS", `\n${previous.join("").trimEnd()}`)),
    inputs: new Map([
      ...documents.map(({ file, bytes }) => [file, bytes] as const),
      [ONLINE, exampleFile(ONLINE)],
    ]),
  };
}
