/**
 * What a forger who computes everything after a change anew can change without an audit's notice, as long as nobody gives
 * the head from outside: exactly what docs/what-the-head-protects.md lists.
 */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { WITNESSES } from "../../src/audit/witnesses.ts";
import type { Line } from "../../src/transcript/line.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";
import { requires, sshKeygen } from "../support/requires.ts";
import { holdWithHolderElsewhere } from "./finished-folders.ts";
import { chain, leavesOf, otherValues, type Path, runAgain, withLeaf } from "./forge.ts";

const PAGE = new URL("../../docs/what-the-head-protects.md", import.meta.url);
const RANDOM_EDITS = 150;

describe("a forger with this program, but without the keys and the head", requires(sshKeygen), () => {
  let folder = "";
  let head: Sha256Hex;
  let transcript = "";
  let original = "";
  let lines: readonly Line[] = [];
  before(async () => {
    ({ folder, head } = await holdWithHolderElsewhere());
    transcript = join(folder, "transcript.jsonl");
    original = readFileSync(transcript, "utf8");
    lines = original
      .trimEnd()
      .split("\n")
      .map((line): Line => JSON.parse(line));
    // A witness's signature is over the true head; a forger leaves it out.
    rmSync(join(folder, WITNESSES), { recursive: true });
    assert.equal(chain(lines), original);
    assert.equal(runAgain(folder, lines), original);
  });

  const isConsistent = async (text: string): Promise<boolean> => {
    writeFileSync(transcript, text);
    const verdict = await auditFolder(folder, null);
    return verdict.isConsistent && text !== original;
  };

  it("changes unnoticed what the page lists, and nothing else", async (t) => {
    const changed = new Set<string>();
    let tries = 0;
    for (const { index, path, value } of oneOfEach(lines)) {
      const line = lines[index];
      const name = nameOf(lines, index, path);
      if (line === undefined) continue;
      for (const other of otherValues(value)) {
        tries += 1;
        const forged = runAgain(folder, lines.with(index, withLeaf(line, path, other)));
        if (forged === null || !(await isConsistent(forged))) continue;
        changed.add(name);
        assert.equal((await auditFolder(folder, head)).isConsistent, false, "the head shows everything");
        break;
      }
    }
    t.diagnostic(`tried ${tries} changes`);
    assert.deepEqual([...changed].toSorted(), listedMembers());
  });

  it("is noticed wherever a random line is changed and not what follows from it", async () => {
    const free = new Set(listedMembers());
    for (let edit = 0; edit < RANDOM_EDITS; edit += 1) {
      const index = Math.floor(Math.random() * lines.length);
      const line = lines[index];
      const leaf = line === undefined ? undefined : anyOf(leavesOf(line));
      const other = leaf === undefined ? undefined : anyOf(otherValues(leaf.value));
      if (line === undefined || leaf === undefined || other === undefined) continue;
      const name = nameOf(lines, index, leaf.path);
      if (free.has(name)) continue;
      const forged = chain(lines.with(index, withLeaf(line, leaf.path, other)));
      assert.equal(await isConsistent(forged), false, `line ${index + 1}, ${name}: ${String(other)}`);
    }
  });

  it("is noticed where lines are left out, doubled or swapped", async () => {
    for (let edit = 0; edit < RANDOM_EDITS / 3; edit += 1) {
      const index = Math.floor(Math.random() * (lines.length - 1));
      const [line, next] = lines.slice(index, index + 2);
      if (line === undefined || next === undefined) continue;
      for (const forged of [
        lines.toSpliced(index, 1),
        lines.toSpliced(index, 0, line),
        lines.toSpliced(index, 2, next, line),
      ]) {
        assert.equal(await isConsistent(chain(forged)), false, `at line ${index + 1}`);
      }
    }
  });
});

/** The first occurrence of each member in each kind of line, prompts told apart. */
function oneOfEach(
  lines: readonly Line[],
): readonly { readonly index: number; readonly path: Path; readonly value: unknown }[] {
  const chosen = new Map<string, { index: number; path: Path; value: unknown }>();
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    const at = before?.type === "action" ? before.id : "";
    const session = line.type === "session" ? String(line.session) : "";
    for (const { path, value } of leavesOf(line)) {
      const key = `${nameOf(lines, index, path)} ${at} ${session}`;
      if (!chosen.has(key)) chosen.set(key, { index, path, value });
    }
  }
  return [...chosen.values()];
}

/** `outcome(generate).value.swept`; the members of records that others name are one. */
function nameOf(lines: readonly Line[], index: number, path: Path): string {
  const line = lines[index];
  const before = lines[index - 1];
  const members = path.filter((name) => typeof name === "string");
  if (line === undefined || members[0] === "time") return "time";
  const recordAt = members.findIndex((name) => name === "attributes" || name === "fields");
  const known = recordAt === -1 ? members : members.slice(0, recordAt + 1);
  if (line.type !== "outcome" || before?.type !== "action") return [line.type, ...known].join(".");
  return [`outcome(${before.kind})`, ...known.slice(1)].join(".");
}

/** The first column of the page's table. */
function listedMembers(): readonly string[] {
  const rows = readFileSync(PAGE, "utf8").matchAll(/^\| (`.*?) \|/gm);
  return [...rows]
    .flatMap(([, cell = ""]) => cell.split(/, /).map((name) => name.replaceAll("`", "")))
    .toSorted();
}

function anyOf<Value>(values: readonly Value[]): Value | undefined {
  return values[Math.floor(Math.random() * values.length)];
}
