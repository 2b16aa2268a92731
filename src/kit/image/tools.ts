/** The programs that an image is built by: are they here, and how they are run. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, closeSync, constants, openSync } from "node:fs";
import { basename, join } from "node:path";
import { CeremonyError } from "../../errors.ts";
import { quote } from "../../tuf/quote.ts";
import { FILE_TIME } from "../build-kit.ts";

/** By the Debian package that has them. */
const TOOLS = {
  mmdebstrap: ["mmdebstrap"],
  "squashfs-tools": ["mksquashfs"],
  xorriso: ["xorriso"],
  mtools: ["mformat", "mmd", "mcopy"],
} as const;

const FOLDERS = ["/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/** A builder behind a proxy needs it; nothing else of the environment reaches a tool, and so the image. */
const PASSED = ["http_proxy", "https_proxy", "no_proxy"] as const;
const LAST_CHARACTERS = 400;

/** Throws `kit/tools`, and `kit/image-user` where this is not root: files on the image have several owners. */
export function requireTools(folders: readonly string[] = FOLDERS, user = process.geteuid?.()): void {
  const isThere = (name: string) => folders.some((folder) => canRun(join(folder, name)));
  const missing = Object.entries(TOOLS).flatMap(([debian, names]) => (names.every(isThere) ? [] : [debian]));
  if (missing.length > 0) {
    throw new CeremonyError({
      code: "kit/tools",
      exit: "usage",
      expected: "a Debian 12 with the tools that images are built by",
      found: `none of ${missing.join(", ")}`,
      remedy: `As root, type: apt-get install ${missing.join(" ")}`,
    });
  }
  if (user !== 0) {
    throw new CeremonyError({
      code: "kit/image-user",
      exit: "usage",
      expected: "root, who can give the files of a system their owners",
      found: `user ${user}`,
      remedy: "Type the same as root, on a machine that does nothing else.",
    });
  }
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/**
 * Runs to the end, in a clean environment, with nothing of this machine's language, umask or time. Throws `kit/image`
 * with the last of what the tool said.
 * @param work for the tool's own temporary files
 * @param input a file
 */
export async function runTool(
  work: string,
  tool: string,
  words: readonly string[],
  input: string | null = null,
): Promise<void> {
  const stdin = input === null ? null : openSync(input, "r");
  try {
    const child = spawn("sh", ["-c", 'umask 022 && exec "$@"', "sh", tool, ...words], {
      cwd: work,
      stdio: [stdin ?? "ignore", "ignore", "pipe"],
      env: {
        ...Object.fromEntries(PASSED.flatMap((name) => passOn(name))),
        PATH: FOLDERS.join(":"),
        TMPDIR: work,
        LC_ALL: "C",
        TZ: "UTC",
        SOURCE_DATE_EPOCH: String(FILE_TIME),
        // customize.sh makes the kernel's first file system, once, when everything is there.
        INITRD: "No",
      },
    });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-LAST_CHARACTERS);
    });
    const [status] = await once(child, "close");
    if (status !== 0) throw failed(basename(tool), String(status), said);
  } finally {
    if (stdin !== null) closeSync(stdin);
  }
}

function passOn(name: string): readonly (readonly [string, string])[] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}

function failed(tool: string, status: string, said: string): CeremonyError {
  return new CeremonyError({
    code: "kit/image",
    exit: "device",
    expected: `${tool} to do its part`,
    found: `exit status ${status}: ${quote(said.trim(), LAST_CHARACTERS)}`,
    remedy: "An image is built on Debian 12, as root, with a way to Debian's packages and 2 GB of room.",
  });
}
