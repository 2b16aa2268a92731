/**
 * What stores and media say of a failure is published with the transcript: folders of this machine are called there as
 * people know them, and not by their paths.
 */
import { realpathSync } from "node:fs";
import { isAbsolute, normalize } from "node:path";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";
import type { MachineFile } from "./machine-file.ts";
import type { Stores } from "./stores.ts";

/** Names by absolute paths; a relative one ends in a slash, since else it may be a word like others. */
export type PathNames = ReadonlyMap<string, string>;

const ORDINALS = ["first", "second"] as const;

/** `grace's first medium`: in the order of the machine file, as preflight says it. */
export function mediumName(holder: string, index: 0 | 1): string {
  return `${holder}'s ${ORDINALS[index]} medium`;
}

export function namesOfPaths(ceremonyFolder: string, machine: MachineFile): PathNames {
  const named: (readonly [string, string])[] = [
    ...[...machine.media].flatMap(([holder, [first, second]]) => [
      [first, mediumName(holder, 0)] as const,
      [second, mediumName(holder, 1)] as const,
    ]),
    ...[...machine.modules].map(([device, { module }]) => [module, `the module of ${device}`] as const),
  ];
  if (machine.attestations !== undefined) named.push([machine.attestations, "the folder of attestations"]);
  return new Map([...namesOfFolder(ceremonyFolder), ...named.flatMap(([path, name]) => spelled(path, name))]);
}

/** As it was typed: absolute or relative. */
export function namesOfFolder(root: string): PathNames {
  const name = "the ceremony folder";
  if (isAbsolute(root)) return new Map(spelled(root, name));
  const relative = normalize(`${root}/`);
  return new Map([
    ...spelled(realPath(root), name),
    ...(relative === "./" ? [] : [[relative, `${name}/`] as const]),
  ]);
}

function spelled(path: string, name: string): readonly (readonly [string, string])[] {
  return isAbsolute(path) ? [path, realPath(path)].map((spelling) => [spelling, name] as const) : [];
}

/** Does the work; a CeremonyError of it comes out without these paths. */
export async function withoutPaths<Result>(names: PathNames, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    const { code, exit } = error;
    const [expected = "", found = "", remedy = ""] = [error.expected, error.found, error.remedy].map((text) =>
      replacePaths(text, names),
    );
    throw new CeremonyError({ code, exit, expected, found, remedy, cause: error });
  }
}

export function storesWithoutPaths(stores: Stores, names: PathNames): Stores {
  return {
    findToken: (...given) => withoutPaths(names, () => stores.findToken(...given)),
    provision: (...given) => withoutPaths(names, () => stores.provision(...given)),
    generate: (...given) => withoutPaths(names, () => stores.generate(...given)),
    readCertificates: (...given) => withoutPaths(names, () => stores.readCertificates(...given)),
    sign: (...given) => withoutPaths(names, () => stores.sign(...given)),
    endKey: (...given) => withoutPaths(names, () => stores.endKey(...given)),
    close: () => stores.close(),
  };
}

/** The longest first: one folder may lie in another. */
function replacePaths(text: string, names: PathNames): string {
  const spellings = [...names].flatMap(([path, name]) => {
    const quoted = quote(path, 200).slice(1, -1);
    return [path, quoted].map((spelling) => [spelling, name] as const);
  });
  spellings.sort(([a], [b]) => b.length - a.length);
  return spellings.reduce((left, [path, name]) => replacePath(left, path, name), text);
}

/** Not where the path only begins or ends another one: `/media/ada` in `/media/ada-2`, `acme/` in `/srv/acme/x`. */
function replacePath(text: string, path: string, name: string): string {
  if (path === "" || path === "/") return text;
  const [first = "", ...rest] = text.split(path);
  return rest.reduce((left, after) => {
    const isWhole = !/[\w./-]$/.test(left) && (path.endsWith("/") || !/^[\w-]/.test(after));
    return `${left}${isWhole ? name : path}${after}`;
  }, first);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return path;
    throw error;
  }
}
