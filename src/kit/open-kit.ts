/** A kit as a folder: the one that it is, or one that its archive is unpacked into for as long as it is looked at. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";

/** Throws `kit/archive-unreadable` for a file that is no archive with one folder. */
export async function openKit<Result>(path: string, look: (folder: string) => Result): Promise<Result> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return look(path);
  const work = mkdtempSync(join(tmpdir(), "tuf-ceremony-kit-"));
  try {
    const words = ["--extract", "--gzip", "--no-same-owner", "--directory", work, "--file", path];
    const { status } = spawnSync("tar", words, {
      stdio: "ignore",
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
    });
    const [folder, ...more] = readdirSync(work, { withFileTypes: true });
    if (status !== 0 || folder?.isDirectory() !== true || more.length > 0) throw unreadable(path);
    return look(join(work, folder.name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
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
