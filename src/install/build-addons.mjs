/**
 * Builds the two native addons with the C++ compiler alone, in a few seconds. `npm run prepare`, with which every
 * `npm ci` ends, calls it.
 *
 * Both speak Node-API, so one binary serves every Node that we support, and the headers come from npm's
 * node-api-headers. node-gyp would need Python, make and a download of Node's own headers, none of which a machine
 * on which a ceremony is prepared can be asked to have. So package.json denies the addons their install scripts
 * (`allowScripts`), and no-node-gyp/ keeps versions of npm that do not know that field from running it.
 *
 * A machine without a compiler gets everything but the addons, and is told what it lacks: exit status 0, since
 * software keys work without them. A compiler that fails is an error: exit status 1.
 *
 * Plain JavaScript: it runs before there is a Node that strips types.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const modules = join(root, "node_modules");

const addons = [
  {
    package: "pkcs11js",
    neededFor: "PKCS#11 tokens",
    output: "build/Release/pkcs11.node",
    sources: ["src/dl.cpp", "src/common.cpp", "src/main.cpp"],
    flags: ["-DNODE_GYP_MODULE_NAME=pkcs11", "-DNAPI_DISABLE_CPP_EXCEPTIONS", "-Iincludes"],
    libraries: process.platform === "linux" ? ["-ldl"] : [],
  },
  {
    package: "node-pty",
    neededFor: "the tests in a pseudo-terminal",
    output: "build/Release/pty.node",
    sources: ["src/unix/pty.cc"],
    flags: ["-DNODE_GYP_MODULE_NAME=pty", "-DNAPI_CPP_EXCEPTIONS", "-I../node-addon-api"],
    libraries: process.platform === "linux" ? ["-lutil"] : [],
  },
];

const sharedFlags = ["-std=c++17", "-O2", "-w", "-fPIC", "-fexceptions", "-I../node-api-headers/include"];
const linkFlags =
  process.platform === "darwin"
    ? ["-bundle", "-undefined", "dynamic_lookup"]
    : ["-shared", "-static-libstdc++", "-static-libgcc"];

function findCompiler() {
  const candidates = process.env.CXX ? [process.env.CXX] : ["g++", "c++", "clang++"];
  return candidates.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

/** Compiles beside the final place and renames, so that an interrupted build leaves nothing that loads halfway. */
function build(compiler, addon) {
  const folder = join(modules, addon.package);
  const output = join(folder, addon.output);
  const unfinished = `${output}.${process.pid}.unfinished`;
  mkdirSync(dirname(output), { recursive: true });
  const args = [
    ...sharedFlags,
    ...addon.flags,
    ...linkFlags,
    ...addon.sources,
    "-o",
    unfinished,
    ...addon.libraries,
  ];
  const compiled = spawnSync(compiler, args, { cwd: folder, encoding: "utf8" });
  if (compiled.status !== 0) {
    rmSync(unfinished, { force: true });
    throw new Error(`${compiler} could not build ${addon.package}:\n${compiled.stderr}`);
  }
  renameSync(unfinished, output);
  createRequire(import.meta.url)(output);
  console.log(`built ${relative(root, output)}`);
}

function main() {
  const lacking = addons.filter(
    (addon) =>
      existsSync(join(modules, addon.package, "package.json")) &&
      !existsSync(join(modules, addon.package, addon.output)),
  );
  if (lacking.length === 0) {
    return;
  }
  const compiler = findCompiler();
  if (compiler === undefined) {
    for (const addon of lacking) {
      console.log(
        `${addon.package} is not built, for want of a C++ compiler; it is needed for ${addon.neededFor}.`,
      );
    }
    console.log("Remedy: install g++ (Debian: apt-get install g++), then npm run prepare.");
    return;
  }
  for (const addon of lacking) {
    build(compiler, addon);
  }
}

main();
