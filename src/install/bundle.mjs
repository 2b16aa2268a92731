/**
 * Bundles the program into dist/: one readable file for what every command shares, few more for each command. A module
 * that is a file of its own costs a millisecond at every start, and there are hundreds.
 *
 * The chunks lie at the top of dist/, where src/locate.ts expects to be. Packages that are written in CommonJS stay
 * where npm has put them, and so does the addon.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The program, and what it starts in processes of their own. */
const PROGRAMS = ["cli", "keystore/age-child", "keystore/one-time-child", "keystore/pkcs11/child"];

/** They stay where npm has put them: CommonJS, and the addon, of which only the binary is used. */
const EXTERNAL = ["@tufjs/models", "pkcs11js", "yaml"];
/** The folders of these and of what they need. */
const BESIDE = findWithDependencies(EXTERNAL);

/** It begins where Node may be too old, to say so (src/runtime.ts). */
const ENTRY = join(root, "dist/cli.js");

/** An import at the beginning of a line, as esbuild writes it: what is imported, and from which module of Node. */
const BUILTIN_IMPORT = /^import (\{[^}]*\}|\* as \w+|\w+) from ("node:[^"]+");$/gm;

/** The same in a package that is written in CommonJS; as it stands there it would fail when it runs. */
const BUILTIN_REQUIRE = /\b__require\d*\(("(?:node:)?[\w/]+")\)/g;

/** What packages import for things that the program does not do, and what they get instead. */
const NOT_NEEDED = [
  // Commands that are programs of their own. Ours are not.
  { of: /node_modules\/commander\//, module: /^node:child_process$/, contents: "export default {};" },
  // Files for post-quantum recipients. Ours are for a passphrase.
  {
    of: /node_modules\/age-encryption\//,
    module: /^@noble\/post-quantum\/hybrid\.js$/,
    contents: "export const MLKEM768P256 = undefined, MLKEM768X25519 = undefined;",
  },
];

const withoutWhatIsNotNeeded = {
  name: "without-what-is-not-needed",
  setup({ onResolve, onLoad }) {
    for (const [index, { of, module, contents }] of NOT_NEEDED.entries()) {
      const namespace = `not-needed-${index}`;
      onResolve({ filter: module }, ({ importer }) =>
        of.test(importer) ? { path: "none", namespace } : undefined,
      );
      onLoad({ filter: /^none$/, namespace }, () => ({ contents }));
    }
  },
};

rmSync(join(root, "dist"), { recursive: true, force: true });
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: PROGRAMS.map((name) => `src/${name}.ts`),
  outbase: "src",
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22",
  charset: "utf8",
  legalComments: "none",
  external: EXTERNAL,
  plugins: [withoutWhatIsNotNeeded],
  metafile: true,
  write: false,
  logLevel: "warning",
});
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, takeBuiltinsDirectly(text, path === ENTRY));
}
const packages = findPackages(metafile);
writeFileSync(join(root, "dist/LICENSES.txt"), listLicenses([...packages.keys(), ...BESIDE]));
writeFileSync(
  join(root, "dist/packages.json"),
  `${JSON.stringify(describePackages(packages, countOwnBytes(metafile)), null, 2)}\n`,
);
mkdirSync(join(root, "dist/kit"), { recursive: true });
copyFileSync(join(root, "src/kit/launcher.sh"), join(root, "dist/kit/launcher.sh"));
cpSync(join(root, "src/kit/image"), join(root, "dist/kit/image"), {
  recursive: true,
  filter: (path) => !path.endsWith(".ts"),
});

/**
 * Importing a module of Node makes all of its exports, with everything that they load: `node:process` alone takes a
 * quarter of the time in which Node starts. Taking what is needed does not.
 */
function takeBuiltinsDirectly(text, mayBeTooOld) {
  const direct = text.replace(BUILTIN_IMPORT, (_, names, module) => {
    const pattern = names.replace(/^\* as /, "").replaceAll(" as ", ": ");
    return mayBeTooOld
      ? `const ${pattern} = process.getBuiltinModule?.(${module}) ?? (await import(${module}));`
      : `const ${pattern} = process.getBuiltinModule(${module});`;
  });
  const all = direct.replace(BUILTIN_REQUIRE, "process.getBuiltinModule($1)");
  const left = /^(?:import|export) [^;"]*"node:.*$|.*\b__require\d*\(["'`].*/m.exec(all);
  if (left !== null) throw new Error(`esbuild writes imports in another way: ${left[0]}`);
  return all;
}

/** The folders of the packages whose code went into dist/, and how many bytes of each. */
function findPackages({ outputs }) {
  const bytes = new Map();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined) bytes.set(folder, (bytes.get(folder) ?? 0) + bytesInOutput);
    }
  }
  return new Map([...bytes].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function countOwnBytes({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.reduce(
    (sum, [path, { bytesInOutput }]) => sum + (path.startsWith("src/") ? bytesInOutput : 0),
    0,
  );
}

function findWithDependencies(names) {
  const found = new Set();
  const look = (name) => {
    const folder = `node_modules/${name}`;
    if (found.has(folder) || !existsSync(join(root, folder))) return;
    found.add(folder);
    for (const dependency of Object.keys(readManifest(folder).dependencies ?? {})) look(dependency);
  };
  for (const name of names) look(name);
  return [...found].sort();
}

/** For the kit's list of materials: what is in the bundle, and what lies beside it. */
function describePackages(bundled, own) {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const describe = (folder) => {
    const { name, version, license } = readManifest(folder);
    return { name, version, license, integrity: lock[folder].integrity, folder };
  };
  return {
    own,
    bundled: [...bundled].map(([folder, bytes]) => ({ ...describe(folder), bytes })),
    beside: BESIDE.map(describe),
  };
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}

function listLicenses(folders) {
  return folders
    .map((folder) => {
      const { name, version } = readManifest(folder);
      const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${folder} has no licence`);
      return `${name} ${version}\n\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
