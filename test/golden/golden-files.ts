/** The files of a golden ceremony on disk, and how they differ from those that were made just now. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import { goldenPath, type HeldGolden } from "./hold-golden.ts";

/** Names of what differs, is missing or is too much; what was made is then put beside as NAME.actual. */
export function compareWithGolden(name: string, made: HeldGolden): readonly string[] {
  removeActual(name);
  const different = [...differentTexts(name, made), ...differentFiles(name, made)];
  if (different.length > 0) writeGolden(name, made, ".actual");
  return different;
}

/** What was made is the golden one from now on. */
export function acceptGolden(name: string, made: HeldGolden): void {
  removeActual(name);
  rmSync(goldenPath(name, "folder"), { recursive: true, force: true });
  writeGolden(name, made, "");
}

function differentTexts(name: string, { texts }: HeldGolden): readonly string[] {
  return [...texts].flatMap(([file, text]) => {
    const path = goldenPath(name, file);
    return existsSync(path) && readFileSync(path, "utf8") === text ? [] : [file];
  });
}

function differentFiles(name: string, { folder }: HeldGolden): readonly string[] {
  const golden = goldenPath(name, "folder");
  const there = existsSync(golden) ? new CeremonyFolder(golden).list() : [];
  const made = new CeremonyFolder(folder).list();
  const isSame = (path: string): boolean =>
    there.includes(path) &&
    made.includes(path) &&
    readFileSync(join(golden, path)).equals(readFileSync(join(folder, path)));
  return [...new Set([...there, ...made])].filter((path) => !isSame(path)).map((path) => `folder/${path}`);
}

function writeGolden(name: string, { texts, folder }: HeldGolden, suffix: string): void {
  for (const [file, text] of texts) writeFileSync(goldenPath(name, `${file}${suffix}`), text);
  cpSync(folder, goldenPath(name, `folder${suffix}`), { recursive: true });
}

function removeActual(name: string): void {
  for (const file of readdirSync(goldenPath(name)).filter((entry) => entry.endsWith(".actual"))) {
    rmSync(goldenPath(name, file), { recursive: true });
  }
}
