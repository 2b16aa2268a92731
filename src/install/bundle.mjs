/**
 * Bundles the program into dist/: one readable file for what every command shares, few more for each command. A module
 * that is a file of its own costs a millisecond at every start, and there are hundreds.
 *
 * The chunks lie at the top of dist/, where src/locate.ts expects to be. Packages that are written in CommonJS stay
 * where npm has put them, and so does the addon.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The program, and what it starts in processes of their own. */
const PROGRAMS = ["cli", "keystore/age-child", "keystore/one-time-child", "keystore/pkcs11/child"];

rmSync(join(root, "dist"), { recursive: true, force: true });
const { metafile } = await build({
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
  metafile: true,
  logLevel: "warning",
});
writeFileSync(join(root, "dist/LICENSES.txt"), listLicenses(findPackages(metafile)));

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
