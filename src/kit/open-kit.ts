/** A kit as a folder: the one that it is, or one that its archive is unpacked into for as long as it is looked at. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";

/** Throws `kit/archive-unreadable` for a file that is no archive with one folder, `medium/full` where it does not fit. */
export async function openKit<Result>(
  path: string,
  look: (folder: string) => Result | Promise<Result>,
): Promise<Result> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return await look(path);
  const work = mkdtempSync(join(tmpdir(), "tuf-ceremony-kit-"));
  try {
    const words = ["--extract", "--gzip", "--no-same-owner", "--directory", work, "--file", path];
    const { status, error, stderr } = spawnSync("tar", words, {
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
    });
    if (error !== undefined) throw withoutTar(error);
    if (stderr.includes("No space left on device")) throw tooLarge(tmpdir());
    const [folder, ...more] = readdirSync(work, { withFileTypes: true });
    if (status !== 0 || folder?.isDirectory() !== true || more.length > 0) throw unreadable(path);
    return await look(join(work, folder.name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function withoutTar(cause: Error): CeremonyError {
  return new CeremonyError({
    code: "kit/tar",
    exit: "device",
    expected: "the program tar",
    found: "none that can be started",
    remedy: "Install it: on Debian, apt-get install tar.",
    cause,
  });
}

function tooLarge(folder: string): CeremonyError {
  return new CeremonyError({
    code: "medium/full",
    exit: "device",
    expected: "room for 200 MB, which the archive's files take",
    found: `too little in ${quote(folder)}`,
    remedy:
      "Unpack the archive where there is room, and name the folder instead. Or name another place by TMPDIR.",
  });
}

function unreadable(path: string): CeremonyError {
  return new CeremonyError({
    code: "kit/archive-unreadable",
    exit: "refused",
    expected: "the archive of a kit, with one folder in it",
    found: `${quote(path)}, which tar can't unpack as one`,
    remedy: "Copy the archive again, and compare its digest by sha256sum.",
  });
}
