/**
 * What not every machine has, and the one way in which a test may be skipped for want of it:
 *
 *     test("…", requires(softhsm, age), () => …)
 *
 * `npm test` ends with one line for each thing that was lacking (reporter.ts). Where the environment variable CI is
 * set nothing is skipped: a test file that lacks something fails. `npm run setup` installs what it can.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Resource {
  readonly isThere: boolean;
  /** Shown as the reason for skipping: what is missing, and how to get it. */
  readonly missing: string;
}

/** Options for `test`; throws where CI is set and something is lacking. */
export function requires(...resources: readonly Resource[]): { skip: string | false } {
  const lacking = resources.filter((resource) => !resource.isThere).map((resource) => resource.missing);
  if (lacking.length > 0 && process.env["CI"]) {
    throw new Error(`nothing may be skipped in CI: ${lacking.join("; ")}`);
  }
  return { skip: lacking.length === 0 ? false : lacking.join("; ") };
}

/** Published TUF metadata that nobody on this project made: beside the checkout, or where TUF_FIXTURES says. */
export const fixturesFolder: string =
  process.env["TUF_FIXTURES"] ?? fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));

export const fixtures: Resource = {
  isThere: existsSync(fixturesFolder),
  missing: "needs the published TUF metadata: set TUF_FIXTURES to its folder",
};

/** Where distributions put SoftHSM's PKCS#11 module; undefined without SoftHSM. */
export const softhsmModule: string | undefined = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
].find((path) => existsSync(path));

const setUp = "run npm run setup";

export const softhsm: Resource = {
  isThere: softhsmModule !== undefined && isProgramThere("softhsm2-util"),
  missing: `needs SoftHSM 2: ${setUp}`,
};

/** The native half of PKCS#11, that `npm ci` builds where there is a compiler. */
export const pkcs11Addon = addon("pkcs11js/build/Release/pkcs11.node", "the PKCS#11 addon");
/** The native half of node-pty. */
export const pseudoTerminal = addon("node-pty/build/Release/pty.node", "the pseudo-terminal addon");

export const age = program("age", "the age program");
/** pkcs11-tool, somebody else's reader of tokens. */
export const opensc = program("pkcs11-tool", "OpenSC");
export const tmux = program("tmux", "tmux");
/** The command line, somebody else's reader of keys and signatures. */
export const openssl = program("openssl", "the openssl program");
/** Somebody else's signer of heads, as witnesses use it. */
export const sshKeygen = program("ssh-keygen", "OpenSSH");
/** util-linux's `script`, which runs a program in a pseudo-terminal. */
export const script = program("script", "util-linux");
export const compiler = program("g++", "a C++ compiler");

export const pythonCryptography: Resource = {
  get isThere(): boolean {
    pythonIsThere ??= spawnSync("python3", ["-c", "import cryptography"], { stdio: "ignore" }).status === 0;
    return pythonIsThere;
  },
  missing: `needs Python 3 with its package cryptography: ${setUp}`,
};
let pythonIsThere: boolean | undefined;

function program(name: string, title: string): Resource {
  return { isThere: isProgramThere(name), missing: `needs ${title}: ${setUp}` };
}

function isProgramThere(name: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      // Not in this folder, or not for us to run: either way this isn't it.
      return false;
    }
  });
}

function addon(path: string, title: string): Resource {
  const [name = "", ...rest] = path.split("/");
  const folder = createRequire(import.meta.url)
    .resolve.paths(name)
    ?.find((at) => existsSync(join(at, name)));
  return {
    isThere: folder !== undefined && existsSync(join(folder, name, ...rest)),
    missing: `needs ${title}: install a C++ compiler (${setUp}), then npm run prepare`,
  };
}
