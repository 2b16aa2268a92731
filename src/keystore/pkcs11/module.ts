/**
 * Loading a PKCS#11 module, in the child process only: whatever the library does on loading, it does it there.
 *
 * The library's path, digest and environment come from the machine file and the script.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { quote } from "../../tuf/quote.ts";
import { type Cryptoki, loadAddon } from "./addon.ts";
import { codeOf, situationOf } from "./codes.ts";
import { OS_LOCKING_OK } from "./cryptoki.ts";
import type { ModuleConfig } from "./protocol.ts";
import { TokenFailure } from "./situations.ts";

/** A library that was loaded and initialised. */
export interface LoadedModule {
  readonly cryptoki: Cryptoki;
  /** Tokens that came, went or were initialised meanwhile are only seen after this. Ends every session. */
  restart(): void;
}

export function loadModule(config: ModuleConfig): LoadedModule {
  checkFile(config);
  const cryptoki = loadAddon();
  try {
    cryptoki.load(config.module);
  } catch (error) {
    // The object is not used again: after a failed load, C_Initialize would crash.
    const reason = error instanceof Error ? error.message : "";
    throw new TokenFailure({ situation: "module/not-pkcs11", found: quote(reason, 200) });
  }
  initialise(cryptoki, config);
  return {
    cryptoki,
    restart: () => {
      call("C_Finalize", () => cryptoki.C_Finalize());
      initialise(cryptoki, config);
    },
  };
}

/** Runs one PKCS#11 call; its error becomes the situation that its number stands for. */
export function call<T>(name: string, perform: () => T): T {
  try {
    return perform();
  } catch (error) {
    throw translate(name, error);
  }
}

/** Anything else than a PKCS#11 return value is a bug of ours and passes as it is. */
export function translate(name: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  return new TokenFailure({
    situation: situationOf(code),
    found: "a refusal by the token",
    call: name,
    code,
  });
}

function initialise(cryptoki: Cryptoki, config: ModuleConfig): void {
  // The addon drops the last character of the library parameters.
  const parameters = config.initString === undefined ? {} : { libraryParameters: `${config.initString} ` };
  try {
    cryptoki.C_Initialize({ flags: OS_LOCKING_OK, ...parameters });
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    const situation = situationOf(code);
    throw new TokenFailure({
      situation: situation === "token/read-only" ? situation : "module/failed",
      found: "a module that refuses to start",
      call: "C_Initialize",
      code,
    });
  }
}

function checkFile(config: ModuleConfig): void {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(config.module);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new TokenFailure({ situation: "module/missing", found: `${quote(config.module)} (${reason})` });
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (config.sha256 !== undefined && config.sha256 !== sha256) {
    throw new TokenFailure({
      situation: "module/changed",
      found: `SHA-256 ${sha256} instead of ${config.sha256}`,
    });
  }
}
