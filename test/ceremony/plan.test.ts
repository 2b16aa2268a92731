import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { writeEnrolment } from "../../src/ceremony/enrolment.ts";
import { planCeremony } from "../../src/ceremony/plan.ts";
import { possessionMessage } from "../../src/ceremony/possession.ts";
import { readScript } from "../../src/ceremony/read-script.ts";
import { PLAN_RULES } from "../../src/ceremony/script-rules/plan-rules.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { exampleKey } from "../support/example-keys.ts";
import { checkText, edit, exampleFile, exampleText, lineOf, planOf } from "../support/scripts.ts";
import { makeTestKey } from "../support/test-keys.ts";

const minimal = exampleText("minimal");
const renew = exampleText("renew");
const rotate = exampleText("rotate");
const revoke = exampleText("revoke");

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const bytes = (text: string) => new TextEncoder().encode(text);
const cut = (text: string, from: string, to: string) => text.slice(text.indexOf(from), text.indexOf(to));

/** A script whose key `name` is pinned to another file; with that file. */
function pinned(
  text: string,
  path: string,
  content: Uint8Array,
): readonly [string, ReadonlyMap<string, Uint8Array>] {
  const before = sha256(exampleFile(path));
  return [text.replaceAll(before, sha256(content)), new Map([[path, content]])];
}

/** minimal.yaml with Grace elsewhere, and her enrolment. */
function enrolled(
  changes: { ceremony?: string; key?: string; holder?: string; proof?: string; append?: string } = {},
): readonly [string, ReadonlyMap<string, Uint8Array>] {
  const grace = exampleKey("root-grace");
  const what = { ceremony: "example-2026-root", key: "root-grace", holder: "grace", ...changes };
  const proof = changes.proof ?? grace.sign(possessionMessage("example-2026-root", "root-grace"));
  const file =
    new TextDecoder().decode(writeEnrolment(what, grace.publicKey, proof)) + (changes.append ?? "");
  const text = edit(
    minimal,
    "{ holder: grace, scheme: ed25519, store: file }",
    `{ holder: grace, enrolled: { file: grace.json, sha256: ${sha256(bytes(file))} } }`,
  );
  return [text, new Map([["grace.json", bytes(file)]])];
}

test("a bootstrap makes version 1 of everything, delegated roles first and root last", () => {
  const plan = planOf(minimal);
  assert.equal(plan.kind, "bootstrap");
  assert.deepEqual(
    plan.documents.map(({ path, version, style }) => [path, version, style]),
    [
      ["metadata/1.bins.json", 1, "compact"],
      ["metadata/1.targets.json", 1, "indented"],
      ["metadata/1.root.json", 1, "indented"],
    ],
  );
  assert.deepEqual(
    plan.documents.map(({ gates }) => gates.map(({ authority }) => authority)),
    [["delegation"], ["new-root"], ["new-root"]],
  );
});

test("a renewal keeps the root keys, needs both thresholds and makes the next versions", () => {
  const plan = planOf(renew);
  assert.equal(plan.kind, "renewal");
  assert.deepEqual(
    plan.documents.map(({ version }) => version),
    [2, 2, 2],
  );
  const root = plan.documents.find(({ role }) => role === "root");
  assert.deepEqual(
    root?.gates.map(({ authority, threshold }) => [authority, threshold]),
    [
      ["new-root", 2],
      ["previous-root", 2],
    ],
  );
  assert.ok(!plan.steps.some(({ kind }) => kind === "generate"));
});

test("in a rotation the leaving key signs for the previous root, in no role of the new one", () => {
  const plan = planOf(rotate);
  assert.equal(plan.kind, "rotation");
  assert.deepEqual(
    plan.documents.map(({ role }) => role),
    ["root"],
  );
  const [root] = plan.documents;
  assert.ok(root?.signers.includes("root-grace"));
  const [own, before] = root?.gates ?? [];
  assert.ok(!own?.keys.some(({ name }) => name === "root-grace"));
  assert.ok(before?.keys.some(({ name }) => name === "root-grace"));
  assert.deepEqual(plan.keys.get("root-grace")?.roles, []);
});

test("a revoked key is counted by the previous root and signs nothing", () => {
  const plan = planOf(revoke);
  assert.equal(plan.kind, "revocation");
  const before = plan.documents[0]?.gates[1];
  const grace = keyIdOf(keyObject(exampleKey("root-grace").publicKey));
  assert.deepEqual(
    before?.keys.find(({ keyid }) => keyid === grace),
    { name: null, keyid: grace },
  );
  assert.deepEqual(plan.documents[0]?.signers, ["root-ada", "root-admin", "root-grace-2"]);
});

test("a holder elsewhere is asked before the others sign and collected from after", () => {
  const plan = planOf(...enrolled());
  assert.deepEqual(plan.keys.get("root-grace")?.known, exampleKey("root-grace").publicKey);
  assert.deepEqual(
    plan.steps
      .filter(({ kind }) => ["confirm", "request", "sign", "collect"].includes(kind))
      .map(({ ref }) => ref),
    [
      "confirm/root-grace",
      "confirm/online",
      "request/root/root-grace",
      "sign/root/root-ada",
      "sign/root/root-admin",
      "collect/root/root-grace",
    ],
  );
});

test("the same script and files give the same plan", () => {
  assert.deepEqual(planOf(renew), planOf(renew));
});

interface Case {
  readonly rule: string;
  readonly script: readonly [text: string, files?: ReadonlyMap<string, Uint8Array>];
  /** Words of the line where the finding must stand. */
  readonly at: string;
}

const otherKey = makeTestKey("ed25519");
const targets = new TextDecoder().decode(exampleFile("previous/1.targets.json"));
const BINS_1 = cut(rotate, "  bins-1:\n", "  online:");
const longYubi = minimal
  .replace(
    /\{ holder: ada, .*\}/,
    '{ holder: ada, scheme: ed25519, store: hsm, device: yubikey, serial: "1", spares: ["2"], attestation: waived }',
  )
  .replace("{ holder: grace, scheme: ed25519,", "{ holder: grace, scheme: rsassa-pss-sha256,")
  .replace("{ holder: admin, scheme: ed25519,", "{ holder: admin, scheme: rsassa-pss-sha256,");
const longTargets = longYubi.replace(
  "targets-1: { scheme: ed25519",
  "targets-1: { scheme: rsassa-pss-sha256",
);

const cases: readonly Case[] = [
  {
    rule: "plan/input-digest",
    script: [minimal, new Map([["keys/online.pem", bytes("other")]])],
    at: "    sha256:",
  },
  {
    rule: "plan/previous-root",
    script: [edit(renew, cut(renew, "  root:\n    file", "  targets:\n    file"), "")],
    at: "previous:",
  },
  {
    rule: "plan/previous",
    script: pinned(renew, "previous/1.targets.json", bytes(targets.replace('"version": 1', '"version": 2'))),
    at: "  targets:\n    file",
  },
  {
    rule: "plan/previous",
    script: pinned(renew, "previous/1.root.json", bytes("{}")),
    at: "  root:\n    file",
  },
  {
    rule: "plan/previous-incomplete",
    script: [edit(renew, cut(renew, "  bins:\n    file", "window:"), "")],
    at: "  bins:\n    keys",
  },
  {
    rule: "plan/previous-incomplete",
    script: [edit(renew, cut(renew, "  targets:\n    file", "window:"), "")],
    at: "  targets:\n    keys",
  },
  {
    rule: "plan/previous-role",
    script: [edit(renew, "  bins:\n    file", "  snapshot:\n    file")],
    at: "  snapshot:\n",
  },
  { rule: "plan/keyid", script: [renew.replace("keyid: fe866", "keyid: fe867")], at: "keyid: fe867" },
  {
    rule: "plan/keyid",
    script: [edit(minimal, "{ holder: ada, scheme: ed25519,", "{ holder: ada, scheme: ed25519, keyid: abc,")],
    at: "root-ada:",
  },
  {
    rule: "plan/scheme",
    script: [renew.replace("scheme: ed25519", "scheme: ecdsa-sha2-nistp256")],
    at: "scheme: ecdsa-sha2-nistp256\n    store",
  },
  {
    rule: "plan/scheme",
    script: [edit(minimal, "    scheme: ecdsa-sha2-nistp256", "    scheme: ed25519")],
    at: "    scheme: ed25519",
  },
  { rule: "plan/public-key", script: pinned(minimal, "keys/online.pem", bytes("-----")), at: "    public:" },
  {
    rule: "plan/same-key",
    script: [
      edit(
        renew,
        cut(renew, "    keyid: e594", "  root-admin:\n"),
        "    keyid: fe866ae438efaf57d890d28e3c812cba130ebd518152fabb9278dc9969e95a22\n",
      ),
    ],
    at: "  root-grace:\n",
  },
  {
    rule: "plan/gate",
    script: [edit(revoke, cut(revoke, "    keyid: 8dff", "  root-grace-2:"), "")],
    at: "  root:\n    file",
  },
  {
    rule: "plan/expires-needed",
    script: [edit(rotate, "    threshold: 2\n    expires: 2027-12-14T00:00:00Z\n", "    threshold: 2\n")],
    at: "  root:\n    keys",
  },
  {
    rule: "plan/expires-needed",
    script: [edit(rotate, BINS_1, "  bins-1: { holder: ada, scheme: ed25519, store: file }\n")],
    at: "  targets:\n    keys",
  },
  {
    rule: "plan/expires-needed",
    script: [edit(rotate, "count: 16,", "count: 32,")],
    at: "  bins:\n    keys",
  },
  {
    rule: "plan/expires-needed",
    script: [edit(rotate, "hash_bins:", 'paths: ["x/*"]\n    hash_bins:')],
    at: "  targets:\n    keys",
  },
  {
    rule: "plan/nothing",
    script: [
      edit(
        edit(
          edit(rotate, "    expires: 2027-12-14T00:00:00Z\n", ""),
          "root-ada, root-admin, root-barbara",
          "root-ada, root-admin, root-grace",
        ),
        "  root-barbara: { holder: barbara, scheme: ed25519, store: file }\n",
        "",
      ),
    ],
    at: "roles:",
  },
  {
    rule: "plan/delegation-leaves",
    script: [
      renew
        .replace("    delegates: [bins]\n", "")
        .replace(cut(renew, "  bins:\n    keys", "  snapshot:"), "")
        .replace("  bins-2: { scheme: ed25519, store: one-time }\n", "")
        .replace(cut(renew, "  bins:\n    file", "window:"), ""),
    ],
    at: "  targets:\n    keys",
  },
  {
    rule: "plan/expires-earlier",
    script: [
      edit(renew, "    threshold: 2\n    expires: 2027-12-11", "    threshold: 2\n    expires: 2027-12-03"),
    ],
    at: "expires: 2027-12-03",
  },
  { rule: "plan/payload", script: [longTargets], at: "  root-ada:" },
  { rule: "plan/enrolment", script: enrolled({ ceremony: "another" }), at: "  root-grace:" },
  { rule: "plan/enrolment", script: enrolled({ key: "root-ada" }), at: "  root-grace:" },
  { rule: "plan/enrolment", script: enrolled({ holder: "ada" }), at: "  root-grace:" },
  { rule: "plan/enrolment", script: enrolled({ proof: "00".repeat(64) }), at: "  root-grace:" },
  {
    rule: "plan/enrolment",
    script: enrolled({ proof: otherKey.sign(possessionMessage("example-2026-root", "root-grace")) }),
    at: "  root-grace:",
  },
  { rule: "plan/enrolment", script: enrolled({ append: "{}" }), at: "  root-grace:" },
];

for (const { rule, script, at } of cases) {
  test(`${rule}: ${at.split("\n", 1)[0]?.trim()}`, () => {
    const { plan, findings } = checkText(...script);
    const found = findings.find((finding) => finding.rule === rule);
    assert.ok(found, JSON.stringify(findings, null, 1));
    assert.equal(
      plan === null,
      findings.some(({ severity }) => severity === "error"),
    );
    if (found.severity === "error") assert.equal(plan, null);
    const [before, ...rest] = script[0].split(at);
    assert.ok(rest.length > 0, at);
    assert.equal(found.line, (before ?? "").split("\n").length);
  });
}

test("plan/input-missing: a file that was not read is reported where it is named", () => {
  const { script, sha256: digest, places } = readScript(bytes(minimal));
  assert.ok(script);
  const { plan, findings } = planCeremony(script, digest, places, new Map());
  assert.equal(plan, null);
  assert.deepEqual(
    findings.map(({ rule, line }) => [rule, line]),
    [["plan/input-missing", lineOf(minimal, "public: keys/online.pem")]],
  );
});

test("every rule about plans has a case", () => {
  const covered = new Set([...cases.map(({ rule }) => rule), "plan/input-missing"]);
  assert.deepEqual(
    PLAN_RULES.map(({ id }) => id).filter((id) => !covered.has(id)),
    [],
  );
});
