/** The ceremony folder on disk: what is written stays, nothing leads out of it, and an unfinished begin is taken up. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, test } from "node:test";
import fc from "fast-check";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { CeremonyError } from "../../src/errors.ts";
import { beginFolder, CeremonyFolder } from "../../src/live/ceremony-folder.ts";

const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-folder-"));
after(() => rmSync(base, { recursive: true }));
let count = 0;

function newRoot(): string {
  count += 1;
  return join(base, String(count));
}

function newFolder(): CeremonyFolder {
  const root = newRoot();
  mkdirSync(root);
  return new CeremonyFolder(root);
}

const hasCode = (code: string) => (error: unknown) => error instanceof CeremonyError && error.code === code;
const bytes = (text: string) => new TextEncoder().encode(text);
const once = { replacing: false };

const OUTSIDE = [
  "",
  ".",
  "..",
  "/etc/passwd",
  "../x",
  "a/../../x",
  "a/..",
  "a//b",
  "a/",
  ".hidden",
  "a/.hidden",
  "a\\b",
  "a b",
  "a\u0000b",
  "a\n",
  "ä",
  "metadata/1.root.json\u202e",
];
for (const path of OUTSIDE) {
  test(`${JSON.stringify(path)} is no path of a folder: not read, not written, not looked for`, async () => {
    const folder = newFolder();
    assert.throws(() => folder.resolve(path), hasCode("folder/path"));
    assert.throws(() => folder.read(path), hasCode("folder/path"));
    assert.throws(() => folder.lines(path), hasCode("folder/path"));
    assert.throws(() => folder.has(path), hasCode("folder/path"));
    await assert.rejects(folder.write(path, bytes("x"), once), hasCode("folder/path"));
    assert.deepEqual(folder.list(), []);
  });
}

test("whatever path resolves stays inside", () => {
  const folder = new CeremonyFolder("/ceremony");
  const parts = fc.array(fc.constantFrom("a", "..", ".", "", "...", "-", "_.", "x.y"), { minLength: 1 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        parts.map((some) => some.join("/")),
      ),
      (path) => {
        let resolved: string;
        try {
          resolved = folder.resolve(path);
        } catch (error) {
          assert.ok(hasCode("folder/path")(error));
          return;
        }
        assert.ok(resolved.startsWith("/ceremony/") && !resolved.split("/").includes(".."));
      },
    ),
  );
});

describe("a file", () => {
  it("is written with its folders, readable by everybody, read back and listed", async () => {
    const folder = newFolder();
    await folder.write("inputs/keys/online.pem", bytes("a key"), once);
    await folder.write("metadata/1.root.json", bytes("{}"), once);
    assert.deepEqual(folder.list(), ["inputs/keys/online.pem", "metadata/1.root.json"]);
    assert.deepEqual(Buffer.from(folder.read("inputs/keys/online.pem")).toString(), "a key");
    assert.equal(statSync(folder.resolve("metadata/1.root.json")).mode & 0o777, 0o644);
    assert.deepEqual([folder.has("metadata/1.root.json"), folder.has("metadata/2.root.json")], [true, false]);
    assert.deepEqual(folder.digest("x", bytes("{}")), { path: "x", sizeBytes: 2, sha256: sha256Hex("{}") });
  });

  it("is never overwritten, but for what a killed attempt left of it", async () => {
    const folder = newFolder();
    await folder.write("metadata/1.root.json", bytes("first"), once);
    await assert.rejects(
      folder.write("metadata/1.root.json", bytes("other"), once),
      hasCode("medium/exists"),
    );
    assert.deepEqual(Buffer.from(folder.read("metadata/1.root.json")).toString(), "first");
    await folder.write("metadata/1.root.json", bytes("whole"), { replacing: true });
    assert.deepEqual(Buffer.from(folder.read("metadata/1.root.json")).toString(), "whole");
  });

  it("is not read through a link, nor where it is a folder", () => {
    const folder = newFolder();
    writeFileSync(join(base, "secret"), "secret");
    symlinkSync(join(base, "secret"), join(folder.root, "link"));
    mkdirSync(join(folder.root, "metadata"));
    for (const path of ["link", "metadata"]) {
      assert.throws(() => folder.read(path), hasCode("folder/not-a-file"));
      assert.throws(() => folder.lines(path), hasCode("folder/not-a-file"));
    }
    assert.deepEqual(folder.list(), ["link"]);
  });

  it("in the place of a folder that must be made is refused, and stays", async () => {
    const folder = newFolder();
    await folder.write("metadata", bytes("x"), once);
    await assert.rejects(folder.write("metadata/1.root.json", bytes("{}"), once), CeremonyError);
    assert.deepEqual(folder.list(), ["metadata"]);
  });
});

describe("whether a ceremony has begun", () => {
  it("is whether there is anything by the transcript's name", () => {
    const folder = newFolder();
    assert.equal(folder.hasTranscript, false);
    symlinkSync("nothing", folder.transcriptPath);
    assert.equal(folder.hasTranscript, true);
    assert.equal(new CeremonyFolder(newRoot()).hasTranscript, false);
    writeFileSync(join(base, "plain"), "");
    assert.equal(new CeremonyFolder(join(base, "plain")).hasTranscript, false);
  });

  it("can't be said of a folder that can't be looked into", () => {
    symlinkSync("loop", join(base, "loop"));
    assert.throws(() => new CeremonyFolder(join(base, "loop")).hasTranscript, hasCode("folder/unreadable"));
  });
});

describe("beginning", () => {
  const script = bytes("ceremony: x\n");
  const inputs = new Map([["keys/online.pem", bytes("a public key")]]);
  const WHOLE = ["inputs/keys/online.pem", "script.yaml"];

  it("makes the folder with the script and its inputs", async () => {
    const folder = await beginFolder(newRoot(), script, inputs);
    assert.deepEqual(folder.list(), WHOLE);
    assert.deepEqual(Buffer.from(folder.read("script.yaml")), Buffer.from(script));
  });

  it("takes up a begin that was killed anywhere: any beginning of a file, zeros where a block was lost", async () => {
    const root = newRoot();
    await beginFolder(root, script, inputs);
    for (const leave of [
      () => truncateSync(join(root, "script.yaml"), 0),
      () => truncateSync(join(root, "script.yaml"), 5),
      () => writeFileSync(join(root, "script.yaml"), new Uint8Array(script.length)),
      () => rmSync(join(root, "script.yaml")),
      () => rmSync(join(root, "inputs"), { recursive: true }),
      () => writeFileSync(join(root, "inputs/keys/online.pem"), "a pub\0\0\0\0"),
      () => writeFileSync(join(root, "transcript.jsonl"), ""),
    ]) {
      leave();
      const folder = await beginFolder(root, script, inputs);
      assert.deepEqual(
        folder.list().filter((path) => path !== "transcript.jsonl"),
        WHOLE,
      );
      assert.deepEqual(Buffer.from(folder.read("script.yaml")), Buffer.from(script));
      assert.equal(readFileSync(join(root, "inputs/keys/online.pem"), "utf8"), "a public key");
    }
  });

  for (const [what, put] of [
    ["somebody's file", (root: string) => writeFileSync(join(root, "holiday.jpg"), "")],
    ["a hidden file", (root: string) => writeFileSync(join(root, ".DS_Store"), "")],
    ["another script", (root: string) => writeFileSync(join(root, "script.yaml"), "ceremony: y\n")],
    ["a longer script", (root: string) => writeFileSync(join(root, "script.yaml"), "ceremony: x\n# more\n")],
    ["another input", (root: string) => writeFileSync(join(root, "input.pem"), "")],
    ["metadata", (root: string) => writeFileSync(join(root, "1.root.json"), "{}")],
  ] as const) {
    it(`refuses a folder with ${what}, and touches nothing`, async () => {
      const { root } = newFolder();
      put(root);
      const before = new CeremonyFolder(root).list();
      await assert.rejects(beginFolder(root, script, inputs), hasCode("folder/not-ours"));
      assert.deepEqual(new CeremonyFolder(root).list(), before);
    });
  }

  it("refuses a script that is a link, and leaves alone what it leads to", async () => {
    const { root } = newFolder();
    const target = `${root}-target`;
    writeFileSync(target, script);
    symlinkSync(target, join(root, "script.yaml"));
    await assert.rejects(beginFolder(root, script, inputs), hasCode("folder/not-a-file"));
    assert.ok(existsSync(target));
  });
});
