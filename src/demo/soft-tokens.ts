/** Whether this machine has SoftHSM, whose tokens are files and need no device. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { locateFile } from "../locate.ts";

/** Where a kit and distributions put SoftHSM's PKCS#11 module. */
export const SOFTHSM_MODULES: readonly string[] = [
  locateFile("../modules/softhsm/libsofthsm2.so"),
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

export interface SoftTokens {
  /** Null: there is none, and software keys in memory take the tokens' place. */
  readonly module: string | null;
  /** In lines, for people. */
  readonly describe: readonly string[];
}

export function findSoftTokens(modules: readonly string[]): SoftTokens {
  const module = modules.find((path) => existsSync(path));
  if (module === undefined) return withoutTokens("SoftHSM is not installed (`npm run setup` installs it)");
  if (!isAddonBuilt()) return withoutTokens("the PKCS#11 addon is not built (it needs a C++ compiler)");
  return { module, describe: [`real PKCS#11 tokens: two of SoftHSM (${module})`] };
}

function withoutTokens(why: string): SoftTokens {
  return {
    module: null,
    describe: [`NONE: ${why}.`, "Software keys in memory take the place of the two PKCS#11 tokens."],
  };
}

/** `npm ci` builds it where there is a compiler; a kit has it. */
function isAddonBuilt(): boolean {
  if (existsSync(locateFile("pkcs11.node"))) return true;
  try {
    createRequire(import.meta.url).resolve("pkcs11js/build/Release/pkcs11.node");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return false;
    throw error;
  }
}
