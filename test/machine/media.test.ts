import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import {
  contains,
  freeSpace,
  readBack,
  realFolder,
  removeDurably,
  sameDevice,
  syncFolder,
  writeDurably,
} from "../../src/machine/media.ts";
import { isSha256Hex, type Sha256Hex } from "../../src/tuf/types.ts";

const folder = mkdtempSync(join(tmpdir(), "media-"));
after(() => rmSync(folder, { recursive: true }));
const bytes = new TextEncoder().encode("public bytes\n");

function sha256(content: Uint8Array): Sha256Hex {
  const digest = createHash("sha256").update(content).digest("hex");
  assert.ok(isSha256Hex(digest));
  return digest;
}

/** `writeDurably` in a process whose files may have `kilobytes` at most: what a full disk looks like without being root. */
function writeWithLimit(path: string, sizeBytes: number, kilobytes: number): string {
  const program = `import { writeDurably } from ${JSON.stringify(import.meta.resolve("../../src/machine/media.ts"))};
    process.on("SIGXFSZ", () => undefined);
    try { await writeDurably(${JSON.stringify(path)}, new Uint8Array(${sizeBytes})); console.log("written"); }
    catch (error) { console.log(error.code); }`;
  const run = spawnSync(
    "sh",
    [
      "-c",
      `ulimit -f ${2 * kilobytes} && exec "$0" --input-type=module-typescript --eval "$1"`,
      process.execPath,
      program,
    ],
    { encoding: "utf8" },
  );
  return run.stdout.trim() || run.stderr;
}

describe("writing durably", () => {
  it("creates, with mode 0600, and reads back", async () => {
    const path = join(folder, "new");
    await writeDurably(path, bytes);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(new Uint8Array(await readBack(path, sha256(bytes))), bytes);
  });

  it("never overwrites", async () => {
    const path = join(folder, "there");
    writeFileSync(path, "mine");
    await assert.rejects(writeDurably(path, bytes), { code: "medium/exists", exit: "device" });
    assert.equal(readFileSync(path, "utf8"), "mine");
    symlinkSync(join(folder, "nowhere"), join(folder, "link"));
    await assert.rejects(writeDurably(join(folder, "link"), bytes), { code: "medium/exists" });
    assert.equal(existsSync(join(folder, "nowhere")), false);
  });

  it("leaves nothing half-written where the space ends", () => {
    assert.equal(writeWithLimit(join(folder, "small"), 1000, 64), "written");
    assert.equal(writeWithLimit(join(folder, "large"), 200_000, 64), "medium/full");
    assert.equal(existsSync(join(folder, "large")), false);
  });

  it("says what is wrong with a medium", async () => {
    await assert.rejects(writeDurably(join(folder, "absent", "file"), bytes), { code: "medium/missing" });
    await assert.rejects(writeDurably(join(folder, "new", "file"), bytes), { code: "medium/missing" });
    await assert.rejects(writeDurably("/proc/new-file", bytes), { code: /^medium\/(missing|denied)$/ });
    await assert.rejects(writeDurably(join(folder, "x".repeat(300)), bytes), {
      code: "medium/failed",
      found: "ENAMETOOLONG",
    });
    await assert.rejects(readBack(join(folder, "absent"), sha256(bytes)), { code: "medium/missing" });
    await assert.rejects(syncFolder(join(folder, "absent")), { code: "medium/missing" });
  });

  it("refuses bytes that are not the ones written", async () => {
    const path = join(folder, "flipped");
    await writeDurably(path, bytes.with(0, 0));
    await assert.rejects(readBack(path, sha256(bytes)), { code: "medium/read-back" });
  });

  it("removes what a killed attempt left, and says whether there was anything", async () => {
    const path = join(folder, "left-over");
    await writeDurably(path, bytes);
    assert.equal(await removeDurably(path), true);
    assert.equal(await removeDurably(path), false);
    assert.equal(existsSync(path), false);
    mkdirSync(join(folder, "a-folder"));
    await assert.rejects(removeDurably(join(folder, "a-folder")), { code: /^medium\// });
  });
});

describe("looking at media", () => {
  it("measures free space as df does", async () => {
    const df = execFileSync("df", ["--output=avail", "-B1", folder], { encoding: "utf8" }).split("\n")[1];
    const difference = Number(await freeSpace(folder)) - Number(df);
    assert.ok(Math.abs(difference) < 100_000_000, `differs by ${difference} bytes`);
  });

  it("tells devices apart", async () => {
    mkdirSync(join(folder, "a"));
    mkdirSync(join(folder, "b"));
    assert.equal(await sameDevice(join(folder, "a"), join(folder, "b")), true);
    assert.equal(await sameDevice(folder, "/proc"), false);
  });

  it("finds the real folder behind links, and only folders", async () => {
    symlinkSync(join(folder, "a"), join(folder, "to-a"));
    assert.equal(await realFolder(join(folder, "to-a")), await realFolder(join(folder, "a")));
    await assert.rejects(realFolder(join(folder, "new")), { code: "medium/missing" });
    await assert.rejects(realFolder(join(folder, "absent")), { code: "medium/missing" });
  });

  it("knows what lies inside what", () => {
    assert.equal(contains("/media/a", "/media/a"), true);
    assert.equal(contains("/media/a", "/media/a/b"), true);
    assert.equal(contains("/media/a", "/media/ab"), false);
    assert.equal(contains("/", "/media"), true);
  });
});

const NOBODY = 65_534;

describe("a medium that may not be written", () => {
  it("is denied, to root too while it acts as somebody else", async () => {
    const locked = join(folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o555);
    chmodSync(folder, 0o755);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      await assert.rejects(writeDurably(join(locked, "file"), bytes), { code: "medium/denied" });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    assert.deepEqual(readdirSync(locked), []);
  });
});

/** A tmpfs of 64 KiB that only root can mount, and not in every container: real ENOSPC and EROFS. */
const tiny = join(folder, "tiny");
mkdirSync(tiny);
if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", tiny]).status === 0) {
  describe("a real small medium", () => {
    after(() => execFileSync("umount", [tiny]));
    it("is full, and later read-only", async () => {
      await assert.rejects(writeDurably(join(tiny, "large"), new Uint8Array(100_000)), {
        code: "medium/full",
      });
      assert.deepEqual(readdirSync(tiny), []);
      await writeDurably(join(tiny, "small"), bytes);
      assert.equal(await sameDevice(tiny, folder), false);
      execFileSync("mount", ["-o", "remount,ro", tiny]);
      await assert.rejects(writeDurably(join(tiny, "other"), bytes), { code: "medium/read-only" });
      await assert.rejects(removeDurably(join(tiny, "small")), { code: "medium/read-only" });
    });
  });
}
