import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CeremonyError } from "../../src/errors.ts";
import { loadCeremony } from "../../src/live/load-script.ts";
import { EXAMPLES } from "../support/scripts.ts";

const examples = fileURLToPath(new URL("../../ceremony-scripts/", import.meta.url));

function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), "load-"));
  cpSync(examples, folder, { recursive: true });
  return folder;
}

for (const name of EXAMPLES) {
  test(`${name}.yaml is loaded with its files`, () => {
    const { plan, findings, inputs } = loadCeremony(join(examples, `${name}.yaml`));
    assert.deepEqual(findings, []);
    assert.ok(plan);
    const previous = ["previous/1.bins.json", "previous/1.root.json", "previous/1.targets.json"];
    const expected = ["keys/online.pem", ...(plan.previous.size === 0 ? [] : previous)];
    assert.deepEqual([...inputs.keys()].sort(), expected);
  });
}

/** What is reported when the online key's file is changed like this. */
function reportedAfter(change: (file: string, folder: string) => void): readonly string[] {
  const folder = copied();
  change(join(folder, "keys/online.pem"), folder);
  const { plan, findings } = loadCeremony(join(folder, "minimal.yaml"));
  assert.equal(plan, null);
  return findings.map(({ rule, found }) => `${rule}: ${found}`);
}

test("a file that is missing", () => {
  assert.deepEqual(
    reportedAfter((file) => rmSync(file)),
    ["plan/input-missing: no file keys/online.pem in the script's folder"],
  );
});

test("a symbolic link that leads out of the script's folder is not followed", () => {
  const outside = join(mkdtempSync(join(tmpdir(), "outside-")), "online.pem");
  cpSync(join(examples, "keys/online.pem"), outside);
  const reported = reportedAfter((file) => {
    rmSync(file);
    symlinkSync(outside, file);
  });
  const found = "keys/online.pem, a link that leads out of the script's folder";
  assert.deepEqual(reported, [`plan/input-missing: ${found}`]);
});

test("a symbolic link inside the script's folder is", () => {
  const folder = copied();
  const file = join(folder, "keys/online.pem");
  cpSync(file, join(folder, "elsewhere.pem"));
  rmSync(file);
  symlinkSync("../elsewhere.pem", file);
  assert.ok(loadCeremony(join(folder, "minimal.yaml")).plan);
});

test("a folder, a pipe or something huge in place of a file", () => {
  for (const { change, what } of [
    { change: (file: string) => symlinkSync(".", file), what: "a folder, not a file" },
    { change: (file: string) => void execFileSync("mkfifo", [file]), what: "not a plain file" },
  ]) {
    const reported = reportedAfter((file) => {
      rmSync(file);
      change(file);
    });
    assert.deepEqual(reported, [`plan/input-missing: keys/online.pem: ${what}`]);
  }
  assert.deepEqual(
    reportedAfter((file) => truncateSync(file, 5_000_000_000)),
    ["plan/input-missing: keys/online.pem, which is larger than 16777216 bytes"],
  );
});

test("a script that is a folder or is not there: script/unreadable", () => {
  for (const path of [examples, join(examples, "no-such.yaml")]) {
    assert.throws(
      () => loadCeremony(path),
      (error) =>
        error instanceof CeremonyError && error.code === "script/unreadable" && error.exit === "usage",
    );
  }
});

test("a script of 5 GB is refused without being read", () => {
  const path = join(mkdtempSync(join(tmpdir(), "load-")), "huge.yaml");
  writeFileSync(path, "");
  truncateSync(path, 5_000_000_000);
  const { findings, script } = loadCeremony(path);
  assert.equal(script, null);
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ["script/size"],
  );
});
