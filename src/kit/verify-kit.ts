/** Is a folder the kit that its SHA256SUMS says, all of it and nothing else? */
import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../ceremony/composer.ts";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { readSums, SUMS_FILE } from "./sums.ts";

export interface KitProblem {
  readonly path: string;
  /** `link`: anything that is neither a file nor a folder. */
  readonly problem: "changed" | "missing" | "not-listed" | "link";
}

export interface KitVerdict {
  /** SHA-256 of SHA256SUMS: what a script pins, and what is read aloud. */
  readonly digest: Sha256Hex;
  readonly files: number;
  /** By path. */
  readonly problems: readonly KitProblem[];
}

/** Throws `kit/none` where no SHA256SUMS is, `kit/sums` where it is none. */
export function verifyKit(folder: string): KitVerdict {
  const bytes = readSumsFile(folder);
  const sums = readSums(bytes.toString("utf8"));
  if (sums === null) {
    throw new CeremonyError({
      code: "kit/sums",
      exit: "refused",
      expected: "a SHA256SUMS that kit build has written",
      found: `another one in ${quote(folder)}`,
      remedy: "Unpack the archive again, and compare its digest before.",
    });
  }
  const { files, others } = listFolder(folder, "");
  const problems: KitProblem[] = others.map((path) => ({ path, problem: "link" }));
  for (const path of files)
    if (!sums.has(path) && path !== SUMS_FILE) problems.push({ path, problem: "not-listed" });
  for (const [path, sha256] of sums) {
    if (!files.has(path)) problems.push({ path, problem: "missing" });
    else if (digestOfFile(join(folder, path)) !== sha256) problems.push({ path, problem: "changed" });
  }
  const sorted = problems.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  return { digest: sha256Hex(bytes), files: sums.size, problems: sorted };
}

/** Throws `kit/damaged` where anything in it is not as it was built, and what `verifyKit` throws. */
export function requireWholeKit(folder: string): KitVerdict {
  const verdict = verifyKit(folder);
  const [first, ...more] = verdict.problems;
  if (first === undefined) return verdict;
  throw new CeremonyError({
    code: "kit/damaged",
    exit: "refused",
    expected: "the kit as it was built",
    found: `${quote(first.path)}: ${first.problem}${more.length > 0 ? `, and ${more.length} more` : ""}`,
    remedy: "Unpack the archive again, and compare its digest before.",
  });
}

export function digestOfFile(path: string): Sha256Hex {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, "r");
  try {
    for (;;) {
      const count = readSync(file, buffer);
      if (count === 0) return hash.digest("hex") as Sha256Hex; // by its construction
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}

function readSumsFile(folder: string): Buffer {
  try {
    return readFileSync(join(folder, SUMS_FILE));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CeremonyError({
      code: "kit/none",
      exit: "usage",
      expected: "a kit's folder, with SHA256SUMS in it",
      found: `${quote(join(folder, SUMS_FILE))}: ${String(error.code)}`,
      remedy: "Name the folder that the archive was unpacked into, or the archive.",
    });
  }
}

function listFolder(
  folder: string,
  prefix: string,
): { readonly files: ReadonlySet<string>; readonly others: readonly string[] } {
  const files = new Set<string>();
  const others: string[] = [];
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (entry.isFile()) files.add(path);
    else if (entry.isDirectory()) {
      const below = listFolder(folder, `${path}/`);
      for (const each of below.files) files.add(each);
      others.push(...below.others);
    } else others.push(path);
  }
  return { files, others };
}
