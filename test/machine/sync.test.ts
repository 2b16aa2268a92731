/** What is on the medium when `sync` says so, with and without Node's permission model. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { after, describe, it } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "sync-"));
after(() => rmSync(folder, { recursive: true }));

/** As the kit's launcher starts what acts. */
const FLAGS = [
  "--permission",
  "--allow-fs-read=*",
  "--allow-fs-write=*",
  "--allow-child-process",
  "--disable-warning=SecurityWarning",
];

/** Writes a file durably in a process of its own; `sync` is the shell script that it finds under this name. */
function writeWith(name: string, flags: readonly string[], sync: string | null) {
  const own = join(folder, name);
  mkdirSync(own);
  return writeTo(join(own, "file"), '"bytes"', flags, sync);
}

/** `content`: an expression of JavaScript. */
function writeTo(file: string, content: string, flags: readonly string[], sync: string | null) {
  const own = dirname(file);
  const [programs, calls] = [mkdtempSync(join(folder, "bin-")), join(folder, `calls-${basename(own)}`)];
  if (sync !== null) {
    writeFileSync(join(programs, "sync"), `#!/bin/sh\nreadlink "$1" >> '${calls}'\n${sync}\n`);
    chmodSync(join(programs, "sync"), 0o755);
  }
  const program = `import { writeDurably } from ${JSON.stringify(import.meta.resolve("../../src/machine/media.ts"))};
    try { await writeDurably(${JSON.stringify(file)}, Buffer.from(${content})); console.log("written"); }
    catch (error) { console.log(error.code ?? error.message); }`;
  const run = spawnSync(process.execPath, [...flags, "--input-type=module-typescript", "--eval", program], {
    encoding: "utf8",
    env: { PATH: [programs, ...(process.env["PATH"] ?? "").split(delimiter)].join(delimiter) },
  });
  return {
    said: run.stdout.trim() || run.stderr,
    synced: existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : [],
    own,
    file,
  };
}

describe("where Node refuses fsync", () => {
  it("the system's program syncs the open file, then the folder that has its name", () => {
    const { said, synced, own, file } = writeWith("program", FLAGS, 'exec /usr/bin/env -i sync "$1"');
    assert.equal(said, "written");
    assert.deepEqual(synced, [file, own]);
    assert.equal(readFileSync(file, "utf8"), "bytes");
  });

  it("the program itself will do", () => {
    assert.equal(writeWith("real", FLAGS, null).said, "written");
  });

  for (const [text, code] of [
    ["No space left on device", "medium/full"],
    ["Disk quota exceeded", "medium/full"],
    ["Read-only file system", "medium/read-only"],
    ["Input/output error", "medium/broken"],
    ["anything else", "medium/broken"],
  ] as const) {
    it(`what it fails with is what failed: ${text}`, () => {
      const failing = `echo "sync: error syncing '$1': ${text}" >&2; exit 1`;
      const { said, file } = writeWith(text.replaceAll("/", "-"), FLAGS, failing);
      assert.equal(said, code);
      assert.equal(existsSync(file), false, "nothing half-written stays");
    });
  }

  it("a program that is killed has synced nothing", () => {
    assert.equal(writeWith("killed", FLAGS, "kill -9 $$").said, "medium/broken");
  });
});

describe("where Node does it", () => {
  it("no program is asked", () => {
    const { said, synced } = writeWith("node", [], "exit 1");
    assert.deepEqual([said, synced], ["written", []]);
  });
});

/**
 * A stick that promises more than it has, as cheap ones do: a file system of 64 MB on a tmpfs of 6. Every write is taken,
 * and only fsync hears that the bytes went nowhere. Root can mount one, and not in every container.
 */
const [backing, stick] = [join(folder, "backing"), join(folder, "stick")];
const image = join(backing, "image");

function plugIn(): boolean {
  for (const path of [backing, stick]) mkdirSync(path);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", backing]).status !== 0) return false;
  writeFileSync(image, "");
  truncateSync(image, 64_000_000);
  const isMade = spawnSync("mkfs.ext4", ["-q", "-O", "^has_journal", image]).status === 0;
  if (isMade && spawnSync("mount", ["-o", "loop", image, stick]).status === 0) return true;
  execFileSync("umount", [backing]);
  return false;
}

if (plugIn()) {
  describe("a stick that promises more than it has", () => {
    after(() => {
      execFileSync("umount", [stick]);
      execFileSync("umount", [backing]);
    });

    for (const [how, flags, sync] of [
      ["by Node", [], null],
      ["by the program", FLAGS, null],
      [
        "by the program, long after the system found out",
        FLAGS,
        '/usr/bin/env -i sync; exec /usr/bin/env -i sync "$1"',
      ],
    ] as const) {
      it(`is found out by fsync: ${how}`, () => {
        const { said } = writeTo(join(stick, "file"), '"a".repeat(16_000_000)', flags, sync);
        assert.match(said, /^medium\/(full|broken)$/);
        assert.deepEqual(
          readdirSync(stick).filter((name) => name !== "lost+found"),
          [],
        );
      });
    }
  });
}
