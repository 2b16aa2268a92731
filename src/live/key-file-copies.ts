/**
 * The two copies of a key's file on the media of its holder: which file it is, and which copy is taken when one of them
 * was tried in vain.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";
import { mediumName } from "./without-paths.ts";

export interface KeyFileWanted {
  readonly key: string;
  readonly holder: string;
  /** This ceremony's id. */
  readonly ceremony: string;
  /** Whether the key was made in this ceremony; else its file bears the name of an earlier one. */
  readonly isOwn: boolean;
  /** All keys of the script: the file of `root-admin` is not that of `admin`. */
  readonly keys: readonly string[];
  readonly media: readonly [string, string];
}

interface Copy {
  readonly path: string;
  readonly medium: string;
}

/** What is on one medium; null: the folder is not there. */
interface Looked {
  readonly medium: string;
  readonly folder: string;
  readonly files: readonly string[] | null;
}

/** A damaged stanza can't be told from a wrong passphrase. */
const OTHER_COPY_HELPS: ReadonlySet<string> = new Set([
  "age/damaged",
  "age/wrong-passphrase",
  "age/other-key",
  "medium/missing",
  "medium/broken",
  "medium/denied",
]);
const MOST_NAMES = 5;

export class KeyFileCopies {
  readonly #inVain = new Set<string>();

  /** Uses the first copy that was not tried in vain. Throws `age/missing`, `age/several`, and what the work throws. */
  async use<Result>(wanted: KeyFileWanted, work: (path: string) => Promise<Result>): Promise<Result> {
    const copies = findCopies(wanted);
    if (copies.every(({ path }) => this.#inVain.has(path))) this.#inVain.clear();
    const [copy, next] = copies.filter(({ path }) => !this.#inVain.has(path));
    if (copy === undefined) throw new TypeError("there is a copy, or it was said that there is none");
    try {
      return await work(copy.path);
    } catch (error) {
      if (!(error instanceof CeremonyError) || !OTHER_COPY_HELPS.has(error.code)) throw error;
      this.#inVain.add(copy.path);
      throw sayWhich(error, copy, next ?? copies.find((other) => other !== copy));
    }
  }
}

function sayWhich(error: CeremonyError, { path, medium }: Copy, other: Copy | undefined): CeremonyError {
  const { code, exit, found } = error;
  const name = basename(path);
  const expected = error.expected.includes(path)
    ? error.expected
    : error.expected.replace(name, () => `${name} on ${medium}`);
  const remedy =
    other === undefined
      ? `${error.remedy} The other medium is not inserted, or has no such file.`
      : `The next try takes the copy on ${other.medium}. ${REMEDIES.get(code) ?? error.remedy}`;
  return new CeremonyError({ code, exit, expected, found, remedy, cause: error });
}

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["age/damaged", "Replace this one when it is over."],
  ["age/wrong-passphrase", "Type it again. If it was certainly right, this copy is damaged."],
]);

function findCopies(wanted: KeyFileWanted): readonly Copy[] {
  const { ceremony, key, holder, media } = wanted;
  const own = `${ceremony}-${key}.age`;
  const looked = media.map((folder, index): Looked => {
    const files = listFolder(folder)?.filter((name) => name.endsWith(`-${key}.age`)) ?? null;
    return { medium: mediumName(holder, index === 0 ? 0 : 1), folder, files: files && ofKey(files, wanted) };
  });
  const copies = looked.flatMap(({ medium, folder, files }) => {
    const found = files?.includes(own) === true ? own : files?.length === 1 ? files[0] : undefined;
    return found === undefined ? [] : [{ path: join(folder, found), medium }];
  });
  if (copies.length > 0) return copies;
  throw looked.some(({ files }) => files !== null && files.length > 1)
    ? several(wanted, looked)
    : missing(wanted, looked);
}

/** Names end alike where one key's name ends another's: such a file is the other key's, if there is any besides. */
function ofKey(files: readonly string[], { key, keys }: KeyFileWanted): readonly string[] {
  const longer = keys.filter((name) => name.endsWith(`-${key}`));
  const unclaimed = files.filter((file) => !longer.some((name) => file.endsWith(`-${name}.age`)));
  return unclaimed.length > 0 ? unclaimed : files;
}

function missing({ key, holder, ceremony, isOwn }: KeyFileWanted, looked: readonly Looked[]): CeremonyError {
  const own = quote(`${ceremony}-${key}.age`);
  return new CeremonyError({
    code: "age/missing",
    exit: "device",
    expected: isOwn
      ? `the file ${own} on a medium of ${holder}`
      : `one file *-${key}.age on a medium of ${holder}`,
    found: tell(looked),
    remedy: isOwn
      ? `Insert one of the two media with ${own}, and mount it where the machine file says.`
      : `Insert a medium with the key's file and mount it where the machine file says. An earlier ceremony made it: its name is that ceremony's, then -${key}.age.`,
  });
}

function several({ key, holder }: KeyFileWanted, looked: readonly Looked[]): CeremonyError {
  return new CeremonyError({
    code: "age/several",
    exit: "device",
    expected: `one file *-${key}.age on a medium of ${holder}`,
    found: tell(looked),
    remedy:
      "Leave the one with the name of the ceremony that made the key, and take the others away: without the passphrase nobody can tell them apart.",
  });
}

function tell(looked: readonly Looked[]): string {
  return looked
    .map(({ medium, files }) => {
      if (files === null) return `${medium}: not there`;
      const names = files.slice(0, MOST_NAMES).map((name) => quote(name));
      const more = files.length > names.length ? ` and ${files.length - names.length} more` : "";
      return `${medium}: ${names.length === 0 ? "no such file" : names.join(", ")}${more}`;
    })
    .join("; ");
}

function listFolder(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
