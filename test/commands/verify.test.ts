/** `verify` and `diff` as people call them: files in, a table or one JSON document and an exit status out. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { runCommandLine } from "../../src/commands/program.ts";
import { commandTable } from "../../src/commands/table.ts";
import { RULES } from "../../src/tuf/rule-table.ts";
import { fixtures, fixturesFolder, requires } from "../support/requires.ts";
import {
  ADA,
  EVE,
  GRACE,
  json,
  keyIdOfTestKey,
  replaceAt,
  sampleRoot,
  sampleTargets,
} from "../support/sample-metadata.ts";

const folder = mkdtempSync(join(tmpdir(), "verify-"));
after(() => rmSync(folder, { recursive: true }));

const delegations = {
  keys: [EVE.publicKey],
  roles: [
    {
      name: "bins",
      keyids: [keyIdOfTestKey(EVE)],
      threshold: 1,
      terminating: false,
      paths: ["*"],
      pathHashPrefixes: null,
    },
  ],
};
const FILES: Readonly<Record<string, Uint8Array>> = {
  "1.root.json": sampleRoot(),
  "2.root.json": sampleRoot({ version: 2, keys: [ADA, GRACE, EVE] }),
  "1.targets.json": sampleTargets({ delegations }),
  "1.bins.json": sampleTargets({ signers: [EVE] }),
  "3.root.json.bak": sampleRoot({ version: 3, signers: [] }),
  "notes.txt": new Uint8Array(),
};
const good = makeFolder("good", FILES);

function makeFolder(name: string, files: Readonly<Record<string, Uint8Array>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

async function run(...words: readonly string[]) {
  const shown = { out: "", error: "" };
  const surroundings = {
    version: "1.2.3",
    colour: false,
    writeOut: (text: string) => {
      shown.out += text;
    },
    writeError: (text: string) => {
      shown.error += text;
    },
  };
  const status = await runCommandLine(words, surroundings, commandTable);
  return { status, ...shown };
}

const AT = ["--at", "2026-11-21T00:00:00Z"];
const inGood = (...names: readonly string[]) => names.map((name) => join(good, name));

test("files in order: each with its counts, then the verdict", async () => {
  const names = ["1.root.json", "2.root.json", "1.targets.json", "1.bins.json"];
  const { status, out } = await run("verify", ...AT, ...inGood(...names));
  assert.equal(status, 0, out);
  assert.match(
    out,
    /2\.root\.json: accepted\n {2}version {7}2, expires 2030-01-01T00:00:00Z\n {2}own root {6}3 of 2, 3 keys\n {2}root 1 {8}2 of 2, 3 keys/,
  );
  assert.match(out, /1\.bins\.json: accepted\n.*\n {2}targets {7}1 of 1, 1 key\n/);
  assert.match(
    out,
    /\nVALID at 2026-11-21T00:00:00Z\ntrusted root: version 2, expires 2030-01-01T00:00:00Z\n$/,
  );
});

test("several documents are also listed in one table", async () => {
  const bad = makeFolder("table", { ...FILES, "2.root.json": sampleRoot({ version: 2, signers: [ADA] }) });
  const { out } = await run("verify", ...AT, "--repo", bad);
  const table = out.slice(out.indexOf("file  "), out.indexOf("NOT VALID"));
  assert.deepEqual(table.split("\n"), [
    "file               expires              signed          by the previous verdict",
    "1.root.json        2030-01-01T00:00:00Z 3 of 2, 3 keys                  accepted",
    "2.root.json        2030-01-01T00:00:00Z 1 of 2, 3 keys  1 of 2, 3 keys  REFUSED",
    "",
    "",
  ]);
  const one = await run("verify", ...AT, ...inGood("1.root.json"));
  assert.doesNotMatch(one.out, /verdict/);
});

const CEREMONY = fileURLToPath(new URL("../golden/minimal/folder/", import.meta.url));
const MADE = ["1.root.json", "1.bins.json"].map((name) => join(CEREMONY, "metadata", name));

test("--ceremony calls signers by their holders, and by the key's name where it has none", async () => {
  const { status, out } = await run("verify", ...AT, ...MADE, "--ceremony", CEREMONY);
  assert.equal(status, 1, "without targets bins can't be verified");
  assert.match(out, / {2}signed by {5}Ada Lovelace \(root-ada\), Grace Hopper \(root-grace\), Margaret\n/);
  const { out: text } = await run("verify", "--json", ...AT, ...MADE.slice(0, 1), "--ceremony", CEREMONY);
  const Signers = z.array(z.object({ keyid: z.string().length(64), name: z.string() }));
  const File = z.object({ thresholds: z.array(z.object({ signers: Signers })) });
  const { files } = z.object({ files: z.array(File) }).parse(JSON.parse(text));
  assert.deepEqual(
    files[0]?.thresholds[0]?.signers.map(({ name }) => name),
    ["Ada Lovelace (root-ada)", "Grace Hopper (root-grace)", "Margaret Hamilton (root-admin)"],
  );
});

test("--ceremony: keys that are not its own keep their keyids", async () => {
  const { status, out } = await run("verify", ...AT, ...inGood("1.root.json"), "--ceremony", CEREMONY);
  assert.equal(status, 0);
  assert.ok(out.includes(keyIdOfTestKey(ADA).slice(0, 8)));
});

test("--ceremony: no names from a folder whose transcript does not re-execute", async () => {
  const copy = join(folder, "changed-ceremony");
  cpSync(CEREMONY, copy, { recursive: true });
  const script = join(copy, "script.yaml");
  writeFileSync(script, readFileSync(script, "utf8").replace("Ada Lovelace", "Eve Lovelace"));
  const { status, error } = await run("verify", ...AT, ...MADE, "--ceremony", copy);
  assert.equal(status, 1);
  assert.match(error, /verify\/ceremony/);
});

test("--repo takes every numbered root of a folder, --from with --dir what is newer and hangs below", async () => {
  const repo = await run("verify", ...AT, "--repo", good);
  assert.equal(repo.status, 0, repo.out);
  assert.match(repo.out, /version 2/);
  assert.doesNotMatch(repo.out, /^1\.targets\.json/m);
  const from = await run("verify", ...AT, "--from", join(good, "1.root.json"), "--dir", good);
  assert.equal(from.status, 0, from.out);
  const accepted = from.out.match(/^\S+: accepted$/gm);
  assert.deepEqual(accepted, [
    "1.root.json: accepted",
    "2.root.json: accepted",
    "1.bins.json: accepted",
    "1.targets.json: accepted",
  ]);
});

test("--repo says what it did not judge, and that its chain has no beginning", async () => {
  const broken = makeFolder("broken-below", { ...FILES, "1.targets.json": new TextEncoder().encode("{") });
  const { status, out } = await run("verify", ...AT, "--repo", broken);
  assert.equal(status, 0, out);
  assert.match(out, /\nnot judged: 1\.bins\.json, 1\.targets\.json; --from and --dir do\n$/);
  assert.doesNotMatch(out, /begins/);
  const given = await run("verify", ...AT, "--repo", broken, join(broken, "1.targets.json"));
  assert.equal(given.status, 1);
  assert.match(given.out, /\nnot judged: 1\.bins\.json; /);

  const later = makeFolder("later", { "2.root.json": sampleRoot({ version: 2 }) });
  const second = await run("verify", ...AT, "--repo", later);
  assert.match(second.out, /\nthe chain begins at version 2: nothing says who trusts that one\n$/);
  const { notJudged, beginsAt } = JSON.parse((await run("verify", ...AT, "--json", "--repo", broken)).out);
  assert.deepEqual([notJudged, beginsAt], [["1.bins.json", "1.targets.json"], null]);
  assert.equal(JSON.parse((await run("verify", ...AT, "--json", "--repo", later)).out).beginsAt, 2);
});

test("what is not valid is told by rule and section, with exit status 1", async () => {
  const bad = makeFolder("bad", { ...FILES, "2.root.json": sampleRoot({ version: 2, signers: [ADA] }) });
  const { status, out } = await run("verify", ...AT, "--repo", bad);
  assert.equal(status, 1);
  assert.match(out, /2\.root\.json: REFUSED/);
  assert.match(out, /root 1 {8}1 of 2, 3 keys: not enough/);
  assert.match(out, /ERROR {9}threshold\/own \(§5\.3\.4\)/);
  assert.match(out, /NOT VALID at .*\ntrusted root: version 1,/);
});

test("expiry is measured at --at, and an expired last root is not valid", async () => {
  const { status, out } = await run("verify", "--at", "2030-01-01T00:00:00Z", "--repo", good);
  assert.equal(status, 1);
  assert.match(out, /ERROR {9}chain\/expired \(§5\.3\.10\)/);
});

test("a file whose name has another number than its version is refused", async () => {
  const wrong = makeFolder("wrong", { "7.root.json": sampleRoot() });
  const { status, out } = await run("verify", ...AT, "--repo", wrong);
  assert.equal(status, 1);
  assert.match(out, /chain\/file-name/);
});

test("--json gives everything in one document", async () => {
  const { status, out } = await run("verify", ...AT, "--json", "--second-opinion", "--repo", good);
  assert.equal(status, 0);
  const Signer = z.object({ keyid: z.string(), name: z.null() });
  const Threshold = z.object({ authority: z.string(), valid: z.number(), signers: z.array(Signer) });
  const File = z.object({
    file: z.string(),
    accepted: z.boolean(),
    version: z.number(),
    thresholds: z.array(Threshold),
  });
  const document = z.object({ valid: z.literal(true), files: z.array(File) }).parse(JSON.parse(out));
  const thresholds = document.files[1]?.thresholds.map(({ authority, valid }) => [authority, valid]);
  assert.deepEqual(thresholds, [
    ["own root", 3],
    ["root 1", 2],
  ]);
});

test("--rules prints every rule with its section", async () => {
  const { status, out } = await run("verify", "--rules");
  assert.equal(status, 0);
  for (const rule of RULES) assert.ok(out.includes(`${rule.id} (${rule.section}): reading`), rule.id);
});

const misuses: readonly (readonly [code: string, words: readonly string[]])[] = [
  ["verify/no-root", ["verify"]],
  ["verify/no-root", ["verify", join(good, "1.targets.json")]],
  ["verify/no-trusted-root", ["verify", "--dir", good]],
  ["verify/time", ["verify", "--at", "tomorrow", "--repo", good]],
  ["verify/no-ceremony", ["verify", "--ceremony", good, "--repo", good]],
  ["verify/number", ["verify", "--max-root-bytes", "1e9", "--repo", good]],
  ["metadata/unreadable", ["verify", join(folder, "none.json")]],
  ["metadata/unreadable", ["verify", "--repo", join(folder, "none")]],
  ["metadata/unreadable", ["verify", folder]],
];
for (const [code, words] of misuses) {
  test(`${code}: ${words.length - 1} words`, async () => {
    const { status, error } = await run(...words);
    assert.equal(status, 2);
    assert.match(error, new RegExp(code));
  });
}

test("a document can't act on the terminal, and no line is wider than 80 columns", async () => {
  const evil = "\u001b[2J\u202e\u200b\u0007evil".repeat(20);
  const edit = (signed: Parameters<typeof replaceAt>[0]) => {
    const role = json(`{"keyids": [${JSON.stringify(evil)}], "threshold": 1}`);
    const named = replaceAt(signed, ["roles", evil], role);
    return replaceAt(replaceAt(named, [evil], evil), ["expires"], evil);
  };
  const path = makeFolder("evil", {
    "1.root.json": sampleRoot({ version: 1 }),
    "2.root.json": sampleRoot({ version: 2, edit }),
  });
  for (const words of [
    ["verify", "--repo", path],
    ["diff", join(path, "1.root.json"), join(path, "2.root.json")],
  ]) {
    const { out } = await run(...words);
    assert.match(out, /evil/);
    assert.match(out, /^[\n -~§…]*$/u);
    for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
  }
});

test("diff tells the change, one sentence each", async () => {
  const { status, out } = await run("diff", ...inGood("1.root.json", "2.root.json"));
  assert.equal(status, 0);
  assert.match(out, /^- version 1 becomes 2\n/);
  assert.match(out, /- root: key [0-9a-f]{64}\s+\(ed25519\) is added\n/);
  assert.equal(
    (await run("diff", ...inGood("1.root.json", "1.root.json"))).out,
    "- nothing changed in what is signed\n",
  );
  assert.equal((await run("diff", ...inGood("1.root.json", "1.targets.json"))).status, 1);
});

test("what is no document is told why, by verify and by diff", async () => {
  const path = makeFolder("no-documents", {
    "broken.json": new TextEncoder().encode('{"a":'),
    "list.json": new TextEncoder().encode("[]"),
    "bin.dat": Uint8Array.of(0xff, 0xfe),
  });
  const [broken, list, bin] = ["broken.json", "list.json", "bin.dat"].map((name) => join(path, name));
  for (const [file = "", rule] of [
    [broken, "document/json"],
    [list, "document/envelope"],
    [bin, "document/json"],
  ]) {
    const { status, error } = await run("verify", file);
    assert.equal(status, 2);
    assert.match(error, /found {5}none: "\S+" can't be read: .*; found .* \[document\/\w+\]/);
    assert.ok(error.includes(`[${rule}]`), error);
  }
  const targets = await run("verify", ...inGood("1.targets.json"));
  assert.match(targets.error, /none: "1\.targets\.json" is targets\n/);

  const { status, out } = await run("diff", broken ?? "", list ?? "");
  assert.equal(status, 1);
  const words = out.replaceAll(/\s+/g, " ");
  assert.match(
    words,
    /can't be compared - \S+broken\.json: the file is one JSON .* - \S+list\.json: the document is an/,
  );
  const { unreadable } = JSON.parse((await run("diff", "--json", broken ?? "", list ?? "")).out);
  assert.deepEqual(
    unreadable.map(({ rule }: { rule: string }) => rule),
    ["document/json", "document/envelope"],
  );
});

test("of thousands of changes people are shown the first, and programs get all", async () => {
  const unknown = Array.from({ length: 3000 }, (_, index) => `x${index}`);
  const edit = (signed: Parameters<typeof replaceAt>[0]) =>
    unknown.reduce((edited, name) => replaceAt(edited, [name], name), signed);
  const path = makeFolder("many", {
    "1.root.json": sampleRoot(),
    "2.root.json": sampleRoot({ version: 2, edit }),
  });
  const words = ["verify", ...AT, "--repo", path];
  const { out } = await run(...words);
  assert.match(out, /signed\/x1: /);
  assert.match(out, /and 28\d\d more, which --json lists/);
  assert.doesNotMatch(out, /x2999/);
  assert.match((await run(...words, "--json")).out, /x2999/);
});

test("sigstore's whole chain, as it is published", requires(fixtures), async () => {
  const repo = join(fixturesFolder, "root-chains", "sigstore-prod");
  const { status, out } = await run(
    "verify",
    "--second-opinion",
    "--at",
    "2026-06-01T00:00:00Z",
    "--repo",
    repo,
  );
  assert.equal(status, 0);
  assert.match(out, /trusted root: version 15/);
});
