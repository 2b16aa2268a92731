/**
 * What not every machine has, and the one way in which a test may be skipped for want of it:
 *
 *     test("…", requires(softhsm, age), () => …)
 *
 * `npm test` ends with one line for each thing that was lacking (reporter.ts). Where the environment variable CI is
 * set nothing is skipped: a test file that lacks something fails. `npm run setup` installs what it can (setup.sh).
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Resource {
  readonly isThere: boolean;
  /** Shown as the reason for skipping: what is missing, and in parentheses how to get it; no semicolon. */
  readonly missing: string;
}

/** Stands between the things that one test lacks. */
export const SEPARATOR = "; ";

/** Options for `test`; throws where CI is set and something is lacking. */
export function requires(...resources: readonly Resource[]): { skip: string | false } {
  const lacking = resources.filter((resource) => !resource.isThere).map((resource) => resource.missing);
  if (lacking.length > 0 && process.env["CI"]) {
    throw new Error(`nothing may be skipped in CI: ${lacking.join(SEPARATOR)}`);
  }
  return { skip: lacking.length === 0 ? false : lacking.join(SEPARATOR) };
}

/** Published TUF metadata that nobody on this project made: beside the checkout, or where TUF_FIXTURES says. */
export const fixturesFolder: string =
  process.env["TUF_FIXTURES"] ?? fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));

export const fixtures: Resource = {
  isThere: existsSync(fixturesFolder),
  missing: "no published TUF metadata (set TUF_FIXTURES to its folder)",
};

/** Where distributions put SoftHSM's PKCS#11 module; undefined without SoftHSM. */
export const softhsmModule: string | undefined = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
].find((path) => existsSync(path));

export const softhsm: Resource = {
  isThere: softhsmModule !== undefined,
  missing: "no SoftHSM (apt-get install softhsm2)",
};

/** The native half of PKCS#11, that `npm ci` builds where there is a compiler. */
export const pkcs11Addon = addon("pkcs11js/build/Release/pkcs11.node", "PKCS#11 addon");
/** The native half of node-pty. */
export const pseudoTerminal = addon("node-pty/build/Release/pty.node", "pseudo-terminal addon");

export const age = program("age", "age", "age");
/** Somebody else's reader of tokens. */
export const opensc = program("pkcs11-tool", "pkcs11-tool", "opensc");
/** Somebody else's reader and writer of PKCS#11 URIs. */
export const p11tool = program("p11tool", "p11tool", "gnutls-bin");
/** The command line, somebody else's reader of keys and signatures. */
export const openssl = program("openssl", "openssl command", "openssl");
/** Somebody else's signer of heads, as witnesses use it. */
export const sshKeygen = program("ssh-keygen", "ssh-keygen", "openssh-client");
/** util-linux's `script`, which runs a program in a pseudo-terminal. */
export const script = program("script", "script command", "bsdutils");
/** Another clock for one process, as tuf-conformance gives it to its clients. */
export const faketime = program("faketime", "faketime", "faketime");
export const compiler = program("g++", "C++ compiler", "g++");

/** What the second auditor is made of. */
export const pythonCryptography: Resource = {
  get isThere(): boolean {
    const look = ["-c", "import cryptography, yaml"];
    isPythonThere ??= spawnSync("python3", look, { stdio: "ignore" }).status === 0;
    return isPythonThere;
  },
  missing: "no Python 3 with cryptography and yaml (apt-get install python3-cryptography python3-yaml)",
};
let isPythonThere: boolean | undefined;

/** A folder that can be written to and is on another device than the temporary folder; undefined where all are on one. */
export const otherDevice: string | undefined = ["/dev/shm", "/run", "/var/tmp", homedir()].find(
  (folder) => isFor(folder, constants.W_OK) && statSync(folder).dev !== statSync(tmpdir()).dev,
);

export const secondDevice: Resource = {
  isThere: otherDevice !== undefined,
  missing: "no folder on a second device (mount /dev/shm)",
};

function program(name: string, title: string, debianPackage: string): Resource {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return {
    isThere: folders.some((folder) => isFor(join(folder, name), constants.X_OK)),
    missing: `no ${title} (apt-get install ${debianPackage})`,
  };
}

function isFor(path: string, use: number): boolean {
  try {
    accessSync(path, use);
    return true;
  } catch {
    // Not there, or not for us: either way it can't be used.
    return false;
  }
}

function addon(path: string, title: string): Resource {
  const [name = "", ...rest] = path.split("/");
  const folder = createRequire(import.meta.url)
    .resolve.paths(name)
    ?.find((at) => existsSync(join(at, name)));
  return {
    isThere: folder !== undefined && existsSync(join(folder, name, ...rest)),
    missing: `no ${title} (apt-get install g++, then npm run prepare)`,
  };
}
