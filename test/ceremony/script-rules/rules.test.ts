/** Every rule about what a script says: an edit of a good script that breaks it, and where the finding must stand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readScript } from "../../../src/ceremony/read-script.ts";
import { CONTENT_RULES } from "../../../src/ceremony/script-rules/content-rules.ts";
import { SCRIPT_RULES } from "../../../src/ceremony/script-rules/rules.ts";
import { FULL_SCRIPT } from "../../support/full-script.ts";
import { edit, exampleText, lineOf } from "../../support/scripts.ts";

const ROOT = "a".repeat(64);

interface Case {
  readonly rule: string;
  readonly base: string;
  readonly edits: readonly (readonly [before: string, after: string])[];
  /** Words of the one line where the finding must stand. */
  readonly at: string;
}

const pep458 = exampleText("pep458-bootstrap");
const minimal = exampleText("minimal");
const EXPIRES = "threshold: 1\n    expires: 2027-12-04T00:00:00Z\n    delegates";
const WITNESS_KEY = /signs_with: (\S+ \S+)/.exec(minimal)?.[1] ?? "";
const WITNESS = minimal.slice(minimal.indexOf("  - id: witness-1"), minimal.indexOf("\nkeys:"));

const cases: readonly Case[] = [
  {
    rule: "script/rehearsal-name",
    base: minimal,
    edits: [["First root of", "Rehearsal for"]],
    at: "title:",
  },
  {
    rule: "people/reference",
    base: minimal,
    edits: [["{ holder: ada,", "{ holder: adam,"]],
    at: "root-ada:",
  },
  {
    rule: "people/same-name",
    base: minimal,
    edits: [["name: Grace Hopper", "name: ada lovelace"]],
    at: "id: grace",
  },
  {
    rule: "people/keyless-holder",
    base: minimal,
    edits: [["{ holder: ada,", "{ holder: admin,"]],
    at: "id: ada",
  },
  {
    rule: "pins/device",
    base: minimal,
    edits: [["\nroles:", `\npins: { modules: { softhsm: ${ROOT}, softhsn: ${ROOT} } }\nroles:`]],
    at: "pins:",
  },
  {
    rule: "pins/unused",
    base: minimal,
    edits: [["\nroles:", `\npins: { modules: { yubihsm2: ${ROOT} } }\nroles:`]],
    at: "pins:",
  },
  {
    rule: "people/same-ssh-key",
    base: minimal,
    edits: [
      [
        "{ id: ada, name: Ada Lovelace, duty: holder }",
        `{ id: ada, name: Ada Lovelace, duty: holder, signs_with: "${WITNESS_KEY} of ada" }`,
      ],
    ],
    at: "signs_with: ssh-ed25519",
  },
  { rule: "people/same-person", base: minimal, edits: [["{ id: grace,", "{ id: ada,"]], at: "Grace Hopper" },
  {
    rule: "people/administrator",
    base: minimal,
    edits: [["duty: administrator", "duty: holder"]],
    at: "people:",
  },
  {
    rule: "people/administrator",
    base: minimal,
    edits: [["name: Grace Hopper, duty: holder", "name: Grace Hopper, duty: administrator"]],
    at: "Grace Hopper",
  },
  {
    rule: "people/two",
    base: minimal,
    edits: [
      [WITNESS, ""],
      ["  - { id: ada, name: Ada Lovelace, duty: holder }\n", ""],
      ["  - { id: grace, name: Grace Hopper, duty: holder }\n", ""],
    ],
    at: "people:",
  },
  { rule: "people/witness", base: minimal, edits: [["duty: witness", "duty: holder"]], at: "people:" },
  {
    rule: "people/witness-holds-no-key",
    base: minimal,
    edits: [["{ holder: ada,", "{ holder: witness-1,"]],
    at: "root-ada:",
  },
  {
    rule: "people/ssh-key",
    base: minimal,
    edits: [["signs_with: ssh-ed25519", "signs_with: ssh-rsa"]],
    at: "signs_with:",
  },
  { rule: "keys/reference", base: minimal, edits: [["keys: [bins-1]", "keys: [bins]"]], at: "keys: [bins]" },
  {
    rule: "keys/unused",
    base: minimal,
    edits: [["  bins-1:", "  bins-2: { scheme: ed25519, store: one-time }\n  bins-1:"]],
    at: "bins-2:",
  },
  {
    rule: "keys/twice-in-role",
    base: minimal,
    edits: [["keys: [bins-1]", "keys: [bins-1, bins-1]"]],
    at: "[bins-1, bins-1]",
  },
  {
    rule: "keys/serial-twice",
    base: FULL_SCRIPT,
    edits: [['"0013200463"', '"0013200461"']],
    at: "spares:",
  },
  {
    rule: "keys/serial-constant",
    base: FULL_SCRIPT,
    edits: [
      ["device: yubihsm2", "device: nss"],
      ["device: softhsm", "device: nss"],
      ["scheme: ed25519, store: hsm", "scheme: ecdsa-sha2-nistp256, store: hsm"],
    ],
    at: "root-grace: {",
  },
  {
    rule: "keys/serial-at-ceremony",
    base: FULL_SCRIPT,
    edits: [['"0013200461"', "at-ceremony"]],
    at: "    serial: at-ceremony",
  },
  {
    rule: "keys/serial-existing",
    base: FULL_SCRIPT,
    edits: [["provision: true, ", `keyid: ${"3f".repeat(32)}, `]],
    at: "root-grace: {",
  },
  {
    rule: "keys/device",
    base: FULL_SCRIPT,
    edits: [["device: yubihsm2", "device: yubihms2"]],
    at: "device: yubihms2",
  },
  {
    rule: "keys/device-scheme",
    base: FULL_SCRIPT,
    edits: [
      ["device: softhsm", "device: nitrokey-hsm2"],
      ["serial: at-ceremony", 'serial: "DENK0103189"'],
    ],
    at: "root-grace: {",
  },
  {
    rule: "keys/provision",
    base: FULL_SCRIPT,
    edits: [["attestation: waived\n", "attestation: waived\n    provision: true\n"]],
    at: "    provision: true",
  },
  {
    rule: "keys/provision-label",
    base: FULL_SCRIPT.replaceAll("root-grace", "root-grace-with-a-name-that-is-too-long"),
    edits: [["provision: true, ", "provision: true, spares: [], "]],
    at: "root-grace-with-a-name-that-is-too-long: {",
  },
  {
    rule: "keys/provision-existing",
    base: FULL_SCRIPT,
    edits: [["provision: true, ", "provision: true, keyid: abc, "]],
    at: "root-grace: {",
  },
  {
    rule: "keys/attestation",
    base: FULL_SCRIPT,
    edits: [["attestation: waived }", `attestation: { roots: [${ROOT}] } }`]],
    at: "root-grace: {",
  },
  {
    rule: "keys/attestation-existing",
    base: FULL_SCRIPT,
    edits: [["attestation: waived\n", `attestation: { roots: [${ROOT}] }\n    keyid: abc\n`]],
    at: "    attestation: {",
  },
  {
    rule: "keys/attestation-root",
    base: FULL_SCRIPT,
    edits: [["attestation: waived\n", `attestation: { roots: [${ROOT}] }\n`]],
    at: "    attestation: {",
  },
  {
    rule: "keys/attestation-firmware",
    base: FULL_SCRIPT,
    edits: [["attestation: waived\n", `attestation: { roots: [${ROOT}], firmware: "2.3.9" }\n`]],
    at: "    attestation: {",
  },
  {
    rule: "keys/attestation-field",
    base: FULL_SCRIPT,
    edits: [["attestation: waived\n", `attestation: { roots: [${ROOT}], pin: always }\n`]],
    at: "    attestation: {",
  },
  {
    rule: "keys/attestation-open",
    base: FULL_SCRIPT,
    edits: [["    attestation: waived\n", ""]],
    at: "  root-ada:",
  },
  {
    rule: "keys/no-spare",
    base: FULL_SCRIPT,
    edits: [['    spares: ["0013200462", "0013200463"]\n', ""]],
    at: "  root-ada:",
  },
  {
    rule: "keys/p384",
    base: minimal,
    edits: [["{ holder: ada, scheme: ed25519", "{ holder: ada, scheme: ecdsa-sha2-nistp384"]],
    at: "root-ada:",
  },
  {
    rule: "keys/one-time-place",
    base: minimal,
    edits: [["keys: [bins-1]", "keys: [targets-1]"]],
    at: "keys: [targets-1]\n    threshold: 1\n    expires: 2027-12-04T00:00:00Z\n    hash",
  },
  {
    rule: "keys/one-time-signs",
    base: minimal,
    edits: [["keys: [online], threshold: 1 }\n  snapshot", "keys: [bins-1], threshold: 1 }\n  snapshot"]],
    at: "hash_bins:",
  },
  {
    rule: "keys/one-time-signs",
    base: minimal,
    edits: [["timestamp: { keys: [online]", "timestamp: { keys: [bins-1]"]],
    at: "timestamp:",
  },
  {
    rule: "keys/one-time-ended",
    base: minimal,
    edits: [
      [
        "targets-1: { scheme: ed25519, store: one-time }",
        "targets-1: { scheme: ed25519, store: one-time, keyid: a }",
      ],
    ],
    at: "keys: [targets-1]",
  },
  {
    rule: "keys/one-time-root",
    base: minimal,
    edits: [["[root-ada, root-grace, root-admin]", "[root-ada, root-grace, root-admin, bins-1]"]],
    at: "root-admin, bins-1]",
  },
  {
    rule: "keys/online-role",
    base: minimal,
    edits: [["[root-ada, root-grace, root-admin]", "[root-ada, root-grace, online]"]],
    at: "root-grace, online]",
  },
  {
    rule: "keys/online-role",
    base: pep458,
    edits: [["[bins-a, bins-b]", "[bins-a, online]"]],
    at: "[bins-a, online]",
  },
  {
    rule: "roles/top-level",
    base: minimal,
    edits: [["  timestamp: { keys: [online], threshold: 1 }\n", ""]],
    at: "roles:",
  },
  {
    rule: "roles/reference",
    base: minimal,
    edits: [["delegates: [bins]", "delegates: [bin]"]],
    at: "delegates:",
  },
  { rule: "roles/undelegated", base: minimal, edits: [["    delegates: [bins]\n", ""]], at: "  bins:" },
  {
    rule: "roles/delegates",
    base: minimal,
    edits: [["delegates: [bins]", "delegates: [bins, snapshot]"]],
    at: "delegates:",
  },
  {
    rule: "roles/field",
    base: minimal,
    edits: [["snapshot: { keys: [online],", "snapshot: { terminating: false, keys: [online],"]],
    at: "snapshot:",
  },
  {
    rule: "roles/bins-name",
    base: FULL_SCRIPT.replaceAll("claims", "bin-1"),
    edits: [],
    at: "      name: bin",
  },
  {
    rule: "roles/threshold",
    base: minimal,
    edits: [[EXPIRES, EXPIRES.replace("1", "2")]],
    at: "threshold: 2\n    expires: 2027-12-04T00:00:00Z\n    del",
  },
  {
    rule: "roles/threshold",
    base: minimal,
    edits: [["[online], threshold: 1 }\n  snap", "[online], threshold: 2 }\n  snap"]],
    at: "hash_bins:",
  },
  { rule: "roles/root-threshold", base: minimal, edits: [["threshold: 2", "threshold: 1"]], at: "ROOT" },
  {
    rule: "roles/root-threshold",
    base: minimal,
    edits: [["threshold: 2", "threshold: 3"]],
    at: "threshold: 3",
  },
  {
    rule: "roles/people",
    base: minimal,
    edits: [["{ holder: admin, scheme", "{ holder: ada, scheme"]],
    at: "keys: [root-ada,",
  },
  {
    rule: "roles/vendor",
    base: FULL_SCRIPT,
    edits: [
      ["threshold: 3,", "threshold: 2,"],
      ["device: softhsm, serial: at-ceremony, provision: true", 'device: yubikey, serial: "1234567"'],
    ],
    at: "  root: { keys: [root",
  },
  {
    rule: "roles/root-expires",
    base: minimal,
    edits: [["threshold: 2\n    expires: 2027-12-04T00:00:00Z\n", "threshold: 2\n"]],
    at: "  root:",
  },
  {
    rule: "window/order",
    base: minimal,
    edits: [["to: 2026-12-04T23:00:00Z", "to: 2026-12-04T15:00:00Z"]],
    at: "window:",
  },
  { rule: "window/length", base: minimal, edits: [["to: 2026-12-04", "to: 2026-12-12"]], at: "window:" },
  {
    rule: "expiry/after-window",
    base: minimal,
    edits: [["threshold: 2\n    expires: 2027-12-04T00", "threshold: 2\n    expires: 2026-12-04T20"]],
    at: "expires: 2026",
  },
  {
    rule: "expiry/horizon",
    base: pep458,
    edits: [
      [
        "    expires: 2027-12-04T00:00:00Z\n    delegates",
        "    expires: 2027-12-13T00:00:00Z\n    delegates",
      ],
    ],
    at: "expires: 2027-12-13",
  },
  {
    rule: "expiry/long",
    base: minimal,
    edits: [["threshold: 2\n    expires: 2027", "threshold: 2\n    expires: 2037"]],
    at: "expires: 2037",
  },
  {
    rule: "expiry/soon",
    base: minimal,
    edits: [["threshold: 2\n    expires: 2027-12-04", "threshold: 2\n    expires: 2026-12-31"]],
    at: "expires: 2026-12-31",
  },
  {
    rule: "pep458/one-time",
    base: pep458,
    edits: [["[bins-a, bins-b]\n    threshold: 2", "[bins-a, bins-b]\n    threshold: 1"]],
    at: "    threshold: 1",
  },
  { rule: "pep458/bins", base: pep458, edits: [["count: 16384", "count: 8192"]], at: "count: 8192" },
  {
    rule: "pep458/bins",
    base: pep458,
    edits: [[pep458.slice(pep458.indexOf("    hash_bins"), pep458.indexOf("  snapshot:")), ""]],
    at: "  targets:",
  },
  {
    rule: "pep458/online",
    base: pep458,
    edits: [["snapshot: { keys: [online]", "snapshot: { keys: [root-ada]"]],
    at: "snapshot:",
  },
];

for (const { rule, base, edits, at } of cases) {
  test(`${rule}: ${at.split("\n", 1)[0]}`, () => {
    const text = edits.reduce((script, [before, after]) => edit(script, before, after), base);
    const { script, findings } = readScript(new TextEncoder().encode(text));
    const line = at === "ROOT" ? lineOf(base, "threshold: 2") : lineWith(text, at);
    const found = findings.find((finding) => finding.rule === rule);
    assert.ok(found, JSON.stringify(findings, null, 1));
    assert.equal(found.line, line);
    const severity = SCRIPT_RULES.find(({ id }) => id === rule)?.severity;
    assert.equal(found.severity, severity);
    if (severity === "error") assert.equal(script, null);
    for (const text of [found.expected, found.found, found.remedy]) assert.notEqual(text.trim(), "");
  });
}

/** `words` may go on over the ends of lines; the line where they begin. */
function lineWith(text: string, words: string): number {
  const parts = text.split(words);
  assert.equal(parts.length, 2, `${JSON.stringify(words)} stands once in the script`);
  return (parts[0] ?? "").split("\n").length;
}

test("every rule about a script has a case here, or with the plan (agenda), or with the clock (check)", () => {
  const covered = new Set([...cases.map(({ rule }) => rule), "window/over"]);
  const missing = CONTENT_RULES.filter(({ id }) => !covered.has(id) && !id.startsWith("agenda/"));
  assert.deepEqual(
    missing.map(({ id }) => id),
    [],
  );
});

test("ids of rules are unique", () => {
  assert.equal(new Set(SCRIPT_RULES.map(({ id }) => id)).size, SCRIPT_RULES.length);
});

test("a pep458 script has a week beyond the year", () => {
  const text = pep458.replaceAll("expires: 2027-12-04", "expires: 2027-12-12");
  assert.deepEqual(readScript(new TextEncoder().encode(text)).findings, []);
});
