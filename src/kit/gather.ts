/** What goes into a kit: the program, a runtime, the libraries that it lacks on a minimal Debian, documents, licences. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CeremonyError } from "../errors.ts";
import { locateFile } from "../locate.ts";
import { quote } from "../tuf/quote.ts";
import { type DebianLibrary, findFile, findLibraries } from "./libraries.ts";
import type { BroughtModule } from "./modules.ts";
import { RUNTIME } from "./node-release.ts";
import { describeMaterials, type Materials } from "./sbom.ts";
import { isKitPath } from "./sums.ts";
import { digestOfFile } from "./verify-kit.ts";

/** By its path in the kit: a file on this machine, or content that is made here. */
export type KitContents = ReadonlyMap<string, KitContent>;
export type KitContent = { readonly from: string } | { readonly bytes: Uint8Array };

export interface KitRequest {
  readonly version: string;
  /** The folder of Node.js, unpacked: `bin/node` and `LICENSE`. */
  readonly runtime: string;
  readonly modules: readonly BroughtModule[];
}

export function gatherKit({ version, runtime, modules }: KitRequest): KitContents {
  const app = locateApp();
  const project = dirname(app);
  const contents = new Map<string, KitContent>();
  const add = (path: string, from: string) => {
    if (!isKitPath(path)) throw new TypeError(`${quote(path)} can't be in a kit`);
    if (!existsSync(from)) throw lacking(from);
    contents.set(path, { from });
  };
  add("tuf-ceremony", join(app, "kit/launcher.sh"));
  addRuntime(add, runtime);
  const debian = new Map<string, DebianLibrary>();
  const addOfDebian = (folder: string, file: DebianLibrary) => {
    debian.set(`${folder}/${file.name}`, file);
    add(`${folder}/${file.name}`, file.path);
    add(`licences/${file.debian}.txt`, file.copyright);
  };
  for (const library of findLibraries(join(runtime, "bin/node"))) addOfDebian("lib", library);
  for (const { name, module, programs, loads } of modules) {
    for (const path of [module, ...programs]) addOfDebian(`modules/${name}`, findFile(basename(path), path));
    for (const path of loads) addOfDebian("lib", findFile(basename(path), path));
    for (const path of [module, ...programs, ...loads])
      for (const library of findLibraries(path)) addOfDebian("lib", library);
  }
  addFolder(add, "app", app, (path) => !path.startsWith("kit/"));
  if (!existsSync(join(project, "package-lock.json"))) throw lacking(join(project, "package-lock.json"));
  const materials: Materials = JSON.parse(readFileSync(join(app, "packages.json"), "utf8"));
  for (const { name, folder } of materials.beside) {
    if (name !== "pkcs11js") addFolder(add, `app/node_modules/${name}`, join(project, folder), isRun);
  }
  add("app/pkcs11.node", join(project, "node_modules/pkcs11js/build/Release/pkcs11.node"));
  addFolder(add, "ceremony-scripts", join(project, "ceremony-scripts"), () => true);
  addFolder(add, "docs", join(project, "docs"), (path) => path.endsWith(".md"));
  add("README.md", join(project, "README.md"));
  add("licences/tuf-ceremony.txt", join(project, "LICENSE"));
  contents.set("package.json", { bytes: manifest(version) });
  contents.set("sbom.cdx.json", { bytes: describeMaterials(version, materials, debian) });
  return contents;
}

/** Built already: dist/, whether this is it or the sources beside it. */
function locateApp(): string {
  const app = existsSync(locateFile("cli.js")) ? locateFile(".") : locateFile("../dist");
  if (existsSync(join(app, "cli.js"))) return app.replace(/\/$/, "");
  throw new CeremonyError({
    code: "kit/not-built",
    exit: "usage",
    expected: "the built program, dist/cli.js",
    found: "the sources only",
    remedy: "Run `npm run build`, and then this again.",
  });
}

export function lacking(path: string): CeremonyError {
  return new CeremonyError({
    code: "kit/lacking",
    exit: "usage",
    expected: "a checkout in which `npm ci` was run, on a machine with g++",
    found: `no ${quote(path)}`,
    remedy: "Clone the repository, run `npm ci` in it, and build there.",
  });
}

function addRuntime(add: (path: string, from: string) => void, folder: string): void {
  const node = join(folder, "bin/node");
  const found = existsSync(node) ? digestOfFile(node) : null;
  if (found !== RUNTIME.sha256) {
    throw new CeremonyError({
      code: "kit/runtime",
      exit: "refused",
      expected: `Node.js ${RUNTIME.version} as nodejs.org has it: ${quote(node)} with the SHA-256 ${RUNTIME.sha256}`,
      found: found ?? "no such file",
      remedy: `Unpack ${RUNTIME.archive} from https://nodejs.org/dist/v${RUNTIME.version}/, and name its folder by --runtime.`,
    });
  }
  add("runtime/node", node);
  add("licences/node.txt", join(folder, "LICENSE"));
}

/** What runs, and its licence: no types, maps or tests. */
function isRun(path: string): boolean {
  return (
    !/^(?:browser|test|node_modules|dist\/esm|dist\/mjs)\//.test(path) &&
    (/\.(?:js|cjs|json)$/.test(path) || /^licen[cs]e/i.test(path))
  );
}

function addFolder(
  add: (path: string, from: string) => void,
  prefix: string,
  folder: string,
  isWanted: (path: string) => boolean,
): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const path = from.slice(folder.length + 1);
    if (isWanted(path)) add(`${prefix}/${path}`, from);
  }
}

function manifest(version: string): Uint8Array {
  const { engines } = JSON.parse(readFileSync(locateFile("../package.json"), "utf8"));
  return new TextEncoder().encode(
    `${JSON.stringify({ name: "tuf-ceremony", version, license: "Apache-2.0", type: "module", engines }, null, 2)}\n`,
  );
}
