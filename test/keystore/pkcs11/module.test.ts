import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { listTokens } from "../../../src/keystore/pkcs11/token-store.ts";
import { compiler, pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import { buildLibrary, SoftTokens } from "./soft-token.ts";

const faking = requires(softhsm, pkcs11Addon, compiler);

describe("a module path that is none", () => {
  const refused = [
    ["relative/path.so", "module/path", () => "relative/path.so"],
    ["a file that is not there", "module/missing", (folder: string) => join(folder, "absent.so")],
    ["a folder", "module/missing", (folder: string) => folder],
    ["a text file", "module/not-pkcs11", (folder: string) => writeText(folder, "hello.so", "hello")],
    ["an empty file", "module/not-pkcs11", (folder: string) => writeText(folder, "empty.so", "")],
    ["a library that is no PKCS#11 module", "module/not-pkcs11", (folder: string) => build(folder, "int x;")],
    ["a library that ends the process", "module/crashed", (folder: string) => build(folder, EXITS)],
    ["a module without functions", "module/crashed", (folder: string) => build(folder, EMPTY)],
    ["a module that refuses", "module/not-pkcs11", (folder: string) => build(folder, REFUSES)],
  ] as const;
  for (const [what, code, make] of refused) {
    it(`${what}: ${code}`, faking, async (test) => {
      const { folder } = new SoftTokens(test);
      await assert.rejects(listTokens({ module: make(folder) }), { code, exit: "device" });
    });
  }

  it("refuses a module other than the pinned one, before loading it", faking, async (test) => {
    const tokens = new SoftTokens(test);
    const copy = join(tokens.folder, "copy.so");
    copyFileSync(tokens.module.module, copy);
    const sha256 = createHash("sha256").update(readFileSync(copy)).digest("hex");
    const pinned = { ...tokens.module, module: copy, sha256 };
    assert.equal((await listTokens(pinned)).length, 1);
    writeFileSync(copy, build(tokens.folder, EXITS));
    await assert.rejects(listTokens(pinned), { code: "module/changed" });
  });

  for (const name of ["LD_PRELOAD", "NODE_OPTIONS", "PKCS11SPY_OUTPUT"]) {
    it(`refuses ${name} in the machine file`, faking, async (test) => {
      const tokens = new SoftTokens(test);
      await assert.rejects(listTokens({ ...tokens.module, env: { ...tokens.module.env, [name]: "x" } }), {
        code: "module/environment",
      });
    });
  }

  it("says that a module does not start", faking, async (test) => {
    const tokens = new SoftTokens(test);
    const env = { SOFTHSM2_CONF: join(tokens.folder, "absent.conf") };
    await assert.rejects(listTokens({ ...tokens.module, env }), {
      code: "module/failed",
      found: /C_Initialize/,
    });
  });
});

function writeText(folder: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const EXITS = "#include <unistd.h>\nlong C_GetFunctionList(void **list) { _exit(0); }";
const EMPTY = "long C_GetFunctionList(void **list) { *list = 0; return 0; }";
const REFUSES = "long C_GetFunctionList(void **list) { return 5; }";

let built = 0;

function build(folder: string, source: string): string {
  built += 1;
  const output = join(folder, `library-${built}.so`);
  buildLibrary(writeText(folder, `library-${built}.c`, source), output);
  return output;
}
