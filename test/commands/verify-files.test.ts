/** Which of the files in a folder are the chain, which hang below it, and which are nobody's. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { judgeFiles, type VerifyInput } from "../../src/commands/verify-files.ts";
import { CLIENT_LIMITS } from "../../src/tuf/chain.ts";
import { ADA, EVE, GRACE, LINUS, sampleRoot, sampleTargets, utc } from "../support/sample-metadata.ts";

type Files = Readonly<Record<string, Uint8Array>>;

const parent = mkdtempSync(join(tmpdir(), "verify-files-"));
after(() => rmSync(parent, { recursive: true }));

const OPTIONS = {
  at: utc("2026-11-21T00:00:00Z"),
  secondOpinion: null,
  limits: CLIENT_LIMITS,
  rehearsal: false,
};
/** Keys that nobody trusts have signed it. */
const foreign = sampleRoot({ keys: [EVE], threshold: 1 });
const second = sampleRoot({ version: 2, keys: [ADA, GRACE, EVE] });

function makeFolder(files: Files): string {
  const folder = mkdtempSync(join(parent, "folder-"));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

function judge(input: Partial<VerifyInput>) {
  const { isValid, files } = judgeFiles(
    { files: [], from: null, folder: null, repository: null, ...input },
    OPTIONS,
  );
  const rules = files.flatMap(({ name, findings }) => findings.map(({ rule }) => `${name}: ${rule}`));
  const trusted = files.filter(({ isAccepted, document }) => isAccepted && document.kind === "root");
  return { isValid, rules, trusted: trusted.map(({ name }) => name), names: files.map(({ name }) => name) };
}

function judgeFrom(root: Uint8Array, files: Files) {
  const from = join(makeFolder({ "trusted.json": root }), "trusted.json");
  return judge({ from, folder: makeFolder(files) });
}

describe("the root that is trusted already", () => {
  it("is where trust starts, or nothing is: no root of the folder takes its place", () => {
    const files = { "1.root.json": foreign, "1.targets.json": sampleTargets({ signers: [EVE] }) };
    for (const [from, rule] of [
      [sampleTargets(), "trusted.json: chain/not-root"],
      [new TextEncoder().encode("{"), "trusted.json: document/json"],
    ] as const) {
      const { isValid, rules, trusted } = judgeFrom(from, files);
      assert.deepEqual([isValid, trusted], [false, []]);
      assert.ok(rules.includes(rule), rules.join());
    }
  });
});

describe("links", () => {
  it("to somewhere else are said, not followed and not passed over", () => {
    const elsewhere = makeFolder({ "2.root.json": second });
    const linked = makeFolder({ "1.root.json": sampleRoot() });
    symlinkSync(join(elsewhere, "2.root.json"), join(linked, "2.root.json"));
    const expected = { code: "metadata/link", exit: "usage", found: /2\.root\.json/ };
    assert.throws(() => judge({ repository: linked }), expected);
    assert.throws(() => judge({ from: join(linked, "1.root.json"), folder: linked }), expected);
    symlinkSync(join(elsewhere, "nothing"), join(elsewhere, "3.root.json"));
    assert.throws(() => judge({ repository: elsewhere }), { code: "metadata/unreadable" });
  });

  it("within the folder are what they point to", () => {
    const linked = makeFolder({ "1.root.json": sampleRoot(), "two.json": second });
    symlinkSync("two.json", join(linked, "2.root.json"));
    const { isValid, trusted } = judge({ repository: linked });
    assert.deepEqual([isValid, trusted], [true, ["1.root.json", "2.root.json"]]);
  });

  it("to a folder, and folders, are no metadata", () => {
    const linked = makeFolder({ "1.root.json": sampleRoot() });
    mkdirSync(join(linked, "keys"));
    symlinkSync("keys", join(linked, "2.root.json"));
    assert.deepEqual(judge({ repository: linked }).names, ["1.root.json"]);
  });
});

describe("names", () => {
  it("decide in a folder: a root under another name is no root", () => {
    for (const name of ["targets.json", "2.%72oot.json", "initial.json"]) {
      const { trusted } = judgeFrom(sampleRoot(), { [name]: second });
      assert.deepEqual(trusted, ["trusted.json"], name);
    }
    const { rules, isValid } = judgeFrom(sampleRoot(), { "targets.json": second });
    assert.ok(rules.includes("targets.json: trust/type"), rules.join());
    assert.equal(isValid, false);
  });

  it("don't decide of files that were named: they may be called anything", () => {
    const folder = makeFolder({ "first.json": sampleRoot(), "then.json": second });
    const { trusted } = judge({ files: [join(folder, "first.json"), join(folder, "then.json")] });
    assert.deepEqual(trusted, ["first.json", "then.json"]);
  });

  it("of roots make what lies there a successor that is none", () => {
    const folder = makeFolder({ "1.root.json": sampleRoot(), "2.root.json": sampleTargets({ version: 2 }) });
    const files = ["1.root.json", "2.root.json"].map((name) => join(folder, name));
    for (const input of [{ files }, { repository: folder }]) {
      const { rules } = judge(input);
      assert.ok(rules.includes("2.root.json: chain/not-root"), rules.join());
    }
  });

  it("with another version's number: the root is refused, and not trusted for the next", () => {
    const third = sampleRoot({ version: 3, keys: [ADA, GRACE, EVE] });
    const folder = makeFolder({ "1.root.json": sampleRoot(), "5.root.json": second, "3.root.json": third });
    const { trusted, rules } = judge({
      files: ["1.root.json", "5.root.json", "3.root.json"].map((name) => join(folder, name)),
    });
    assert.deepEqual(trusted, ["1.root.json"]);
    assert.ok(rules.includes("5.root.json: chain/file-name"), rules.join());
    assert.ok(rules.includes("3.root.json: chain/version"), rules.join());
  });
});

describe("what nobody delegates to", () => {
  const targets = sampleTargets();

  it("is left over in a folder, whatever it is, and decides nothing", () => {
    const { isValid, rules } = judgeFrom(sampleRoot(), {
      "1.targets.json": targets,
      "1.old.json": sampleTargets({ signers: [LINUS] }),
      "package.json": new TextEncoder().encode("{}"),
      "initial-root.json": sampleRoot(),
    });
    assert.equal(isValid, true);
    assert.deepEqual(
      rules.filter((rule) => rule.endsWith("trust/left-over")).toSorted(),
      ["1.old.json", "initial-root.json", "package.json"].map((name) => `${name}: trust/left-over`),
    );
  });

  it("is refused where targets are not there, or refused: then nobody knows whose it is", () => {
    const bins = { "1.bins.json": sampleTargets({ signers: [EVE] }) };
    for (const files of [bins, { ...bins, "1.targets.json": sampleTargets({ signers: [EVE] }) }]) {
      const { isValid, rules } = judgeFrom(sampleRoot(), files);
      assert.equal(isValid, false);
      assert.ok(rules.includes("1.bins.json: trust/no-delegator"), rules.join());
    }
  });

  it("is refused where it was named", () => {
    const folder = makeFolder({ "1.root.json": sampleRoot(), "1.old.json": targets });
    const { isValid, rules } = judge({
      files: ["1.root.json", "1.old.json"].map((name) => join(folder, name)),
    });
    assert.equal(isValid, false);
    assert.ok(rules.includes("1.old.json: trust/no-delegator"), rules.join());
  });
});

describe("of several files of one role", () => {
  const old = sampleTargets({ version: 1, expires: utc("2020-01-01T00:00:00Z") });
  const files = { "1.targets.json": old, "2.targets.json": sampleTargets({ version: 2 }) };

  it("the one with the highest number is read in a consistent snapshot", () => {
    const { isValid, names } = judgeFrom(sampleRoot(), { ...files, "targets.json": old });
    assert.deepEqual([isValid, names], [true, ["trusted.json", "2.targets.json"]]);
  });

  it("the one without a number is read without", () => {
    const root = sampleRoot({ edit: (signed) => new Map([...signed, ["consistent_snapshot", false]]) });
    const current = sampleTargets({ version: 9 });
    const { isValid, names } = judgeFrom(root, { ...files, "targets.json": current });
    assert.deepEqual([isValid, names], [true, ["trusted.json", "targets.json"]]);
    assert.deepEqual(judgeFrom(root, files).names, ["trusted.json", "2.targets.json"]);
  });
});
