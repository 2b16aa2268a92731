/**
 * Golden ceremonies: script, answers, transcript, screens, outputs and verdict. Each is held again and compared byte for
 * byte, replayed, audited, and damaged in many places, each of which the audit names.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { auditFolder, type Verdict } from "../../src/audit/audit-folder.ts";
import { CeremonyFolder, TRANSCRIPT } from "../../src/live/ceremony-folder.ts";
import { isSha256Hex, type Sha256Hex } from "../../src/tuf/types.ts";
import { compareWithGolden } from "./golden-files.ts";
import { GOLDENS, goldenPath, holdGolden } from "./hold-golden.ts";
import { replayScreens } from "./replay-screens.ts";

/** Bytes of the transcript, and of every other file, that are flipped one at a time. */
const TRANSCRIPT_FLIPS = 12;
const FILE_FLIPS = 2;

for (const name of GOLDENS) {
  const folder = goldenPath(name, "folder");

  test(`${name}: held again, it comes out the same byte for byte`, async () => {
    const different = compareWithGolden(name, await holdGolden(name));
    assert.deepEqual(
      different,
      [],
      "compare them with what lies beside as .actual; if that is right: node test/golden/accept.ts",
    );
  });

  test(`${name}: it audits as consistent, with the head that was read aloud`, async () => {
    const verdict = await auditFolder(folder, headOf(name));
    assert.deepEqual(verdict.problems, []);
    assert.equal(verdict.isAnchored, true);
  });

  test(`${name}: a replay of the transcript shows the same screens`, () => {
    const shown = readFileSync(goldenPath(name, "screens.txt"), "utf8");
    assert.equal(replayScreens(folder), withoutMessages(shown));
  });

  test(`${name}: a flipped bit is found, and its place is named`, async () => {
    for (const path of new CeremonyFolder(folder).list()) {
      const bytes = readFileSync(join(folder, path));
      const count = path === TRANSCRIPT ? TRANSCRIPT_FLIPS : FILE_FLIPS;
      for (const at of samplePositions(`${name} ${path}`, count, bytes.length)) {
        const copy = copyOf(folder);
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        writeFileSync(join(copy, path), flipped);
        assertNamed(await auditFolder(copy, headOf(name)), path, bytes, at);
      }
    }
  });
}

test("the smallest golden ceremony made the metadata that the example scripts go on from", () => {
  for (const file of ["1.root.json", "1.targets.json", "1.bins.json"]) {
    const made = readFileSync(goldenPath("minimal", "folder", "metadata", file));
    const previous = readFileSync(goldenPath("..", "..", "ceremony-scripts", "previous", file));
    assert.ok(made.equals(previous), file);
  }
});

function withoutMessages(screens: string): string {
  return screens
    .split(/^(?=\n===)/m)
    .filter((screen) => !screen.startsWith("\n=== the session is over"))
    .join("");
}

/** The file is named; of the transcript the line, or the next one, whose `prev` does not fit any more. */
function assertNamed({ problems }: Verdict, path: string, bytes: Buffer, at: number): void {
  const line = bytes.subarray(0, at).toString("latin1").split("\n").length;
  const places = path === TRANSCRIPT ? [`${path} line ${line}`, `${path} line ${line + 1}`, path] : [path];
  const named = problems.map(({ where }) => where);
  assert.ok(
    named.some((where) => places.includes(where)),
    `${path} byte ${at}, line ${line}: the audit names ${named.join(", ") || "nothing"}`,
  );
}

function headOf(name: string): Sha256Hex {
  const [head = ""] = readFileSync(goldenPath(name, "head.txt"), "utf8").split(" ");
  assert.ok(isSha256Hex(head));
  return head;
}

/** The first and the last byte, and others in between that look random and are always the same. */
function samplePositions(seed: string, count: number, length: number): readonly number[] {
  const between = Array.from({ length: count - 2 }, (_, index) => {
    const digest = createHash("sha256").update(`${seed} ${index}`).digest();
    return digest.readUInt32BE(0) % length;
  });
  return [0, ...between, length - 1];
}

function copyOf(folder: string): string {
  const copy = join(mkdtempSync(join(tmpdir(), "tuf-golden-")), "ceremony");
  cpSync(folder, copy, { recursive: true });
  return copy;
}
