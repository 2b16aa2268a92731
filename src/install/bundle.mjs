/**
 * Bundles the program into dist/: one readable file for what every command shares, few more for each command. A module
 * that is a file of its own costs a millisecond at every start, and there are hundreds.
 *
 * The chunks lie at the top of dist/, where src/locate.ts expects to be. Packages that are written in CommonJS stay
 * where npm has put them, and so does the addon.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The program, and what it starts in processes of their own. */
const PROGRAMS = ["cli", "keystore/age-child", "keystore/one-time-child", "keystore/pkcs11/child"];

/** It begins where Node may be too old, to say so (src/runtime.ts). */
const ENTRY = join(root, "dist/cli.js");

/** An import at the beginning of a line, as esbuild writes it: what is imported, and from which module of Node. */
const BUILTIN_IMPORT = /^import (\{[^}]*\}|\* as \w+|\w+) from ("node:[^"]+");$/gm;

/** The same in a package that is written in CommonJS; as it stands there it would fail when it runs. */
const BUILTIN_REQUIRE = /\b__require\d*\(("(?:node:)?[\w/]+")\)/g;

/** Commander can start programs, for commands that are programs of their own. Ours are not. */
const withoutChildProcesses = {
  name: "without-child-processes",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules\/commander\//.test(importer) ? { path: "none", namespace: "none" } : undefined,
    );
    onLoad({ filter: /^none$/, namespace: "none" }, () => ({ contents: "export default {};" }));
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
  external: ["@tufjs/models", "pkcs11js", "yaml"],
  plugins: [withoutChildProcesses],
  metafile: true,
  write: false,
  logLevel: "warning",
});
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, takeBuiltinsDirectly(text, path === ENTRY));
}
writeFileSync(join(root, "dist/LICENSES.txt"), listLicenses(findPackages(metafile)));

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

/** The folders of the packages whose code went into dist/. */
function findPackages({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)].sort();
}

function listLicenses(folders) {
  return folders
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${folder} has no licence`);
      return `${name} ${version}\n\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
