/** The published metadata, judged by `verify`'s own means: trust begins with the root, and everything hangs below it. */

import { join } from "node:path";
import { judgeFiles } from "../commands/verify-files.ts";
import type { HeldSession } from "../live/hold-session.ts";
import type { JudgedFile } from "../report/judgement.ts";
import { hang } from "../report/lines.ts";
import { CLIENT_LIMITS } from "../tuf/chain.ts";
import { verifyByJavaScript } from "../tuf/javascript-signatures.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";

export interface JudgedMetadata {
  readonly at: UtcSecond;
  readonly isValid: boolean;
  readonly files: readonly (JudgedFile & { readonly path: string; readonly sha256: Sha256Hex })[];
}

export function judgeMetadata(ceremony: string, { state }: HeldSession, at: UtcSecond): JudgedMetadata {
  const outputs = [...state.outputs.values()].reverse(); // root was written last
  const judgement = judgeFiles(
    { files: outputs.map(({ path }) => join(ceremony, path)), from: null, folder: null, repository: null },
    { at, secondOpinion: verifyByJavaScript, limits: CLIENT_LIMITS, rehearsal: false },
  );
  const files = judgement.files.flatMap((file) =>
    outputs
      .filter(({ path }) => path.endsWith(`/${file.name}`))
      .map(({ path, sha256 }) => ({ ...file, path, sha256 })),
  );
  return { at, isValid: judgement.isValid && files.length === outputs.length, files };
}

export function tellFiles({ at, isValid, files }: JudgedMetadata): readonly string[] {
  return [
    ...files.flatMap(tellFile),
    "",
    ...hang(
      "",
      `${isValid ? "VALID" : "NOT VALID"} at ${at}: every signature was verified by two implementations.`,
    ),
  ];
}

function tellFile({
  path,
  sha256,
  document,
  own,
  ownAuthority,
  isAccepted,
}: JudgedMetadata["files"][number]): readonly string[] {
  const size = `${document.sizeBytes.toLocaleString("en")} bytes`;
  const count = own === null ? "" : `, ${own.valid} signatures, threshold ${own.threshold} (${ownAuthority})`;
  return [`  ${path}: ${isAccepted ? "accepted" : "REFUSED"}, ${size}${count}`, `    SHA-256 ${sha256}`];
}
