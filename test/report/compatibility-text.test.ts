/** The compatibility report in words, and the tables in docs/clients.md, which are those in the code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { reportDocuments, reportPlan } from "../../src/ceremony/compatibility-report.ts";
import { renderClientTables, tellCompatibility } from "../../src/report/compatibility-text.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { CLIENTS } from "../../src/tuf/clients.ts";
import { reportCompatibility } from "../../src/tuf/compatibility.ts";
import { composeRoot } from "../../src/tuf/compose.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import { isUtcSecond, SCHEMES, type Scheme } from "../../src/tuf/types.ts";
import { exampleText, planOf } from "../support/scripts.ts";
import { makeTestKey } from "../support/test-keys.ts";

const docs = readFileSync(new URL("../../docs/clients.md", import.meta.url), "utf8");

test("docs/clients.md has every client and every limit as the code has them", () => {
  const tables = renderClientTables();
  assert.ok(
    docs.includes(`\n\`\`\`\n${tables}\`\`\`\n`),
    `docs/clients.md is out of date: put this in\n${tables}`,
  );
});

test("docs/clients.md has the table of schemes that the report gives", () => {
  const head = `| scheme | ${CLIENTS.map(({ name, versions }) => `${name} ${versions}`).join(" | ")} |`;
  const rows = SCHEMES.map((scheme) => `| \`${scheme}\` | ${takenBy(scheme).join(" | ")} |`);
  const table = [head, `|${"---|".repeat(CLIENTS.length + 1)}`, ...rows].join("\n");
  assert.ok(docs.includes(`\n${table}\n`), `docs/clients.md is out of date: put this in\n${table}`);
});

/** How each client takes a root of one key; rust-tuf, one whose spec_version it reads. */
function takenBy(scheme: Scheme): readonly string[] {
  const { publicKey } = makeTestKey(scheme);
  const role = { keyids: [keyIdOf(keyObject(publicKey))], threshold: 1 };
  const expires = "2030-01-01T00:00:00Z";
  assert.ok(isUtcSecond(expires));
  return CLIENTS.map(({ id }) => {
    const signed = composeRoot({
      version: 1,
      expires,
      rehearsal: false,
      keys: [publicKey],
      roles: { root: role, targets: role, snapshot: role, timestamp: role },
      ...(id === "rust-tuf" ? { specVersion: "1.0" } : {}),
    });
    const root = readDocument(serializeDocument(signed, [], "indented"));
    assert.ok(root.kind !== "unreadable");
    const { reads, reasons } =
      reportCompatibility(new Map([["root", root]])).find(({ client }) => client === id) ?? {};
    if (reads === true) return "reads";
    return reasons?.some(({ effect }) => effect !== "ignores-key") === true ? "refuses" : "counts none";
  });
}

test("no line of the tables is wider than 80 columns", () => {
  for (const line of renderClientTables().split("\n")) assert.ok(line.length <= 80, line);
});

const P384 = exampleText("minimal").replaceAll("scheme: ed25519", "scheme: ecdsa-sha2-nistp384");

test("a plan with keys on P-384: each client once, the keys by their names, nothing wider than 80 columns", () => {
  const lines = tellCompatibility(reportPlan(planOf(P384)));
  const text = lines.join("\n");
  for (const { name, versions } of CLIENTS) assert.equal(text.split(`\n  ${name} ${versions} `).length, 2);
  assert.match(text, /\n {2}tuf-js 6\.0\.2 +reads\n/);
  assert.match(text, /\n {2}tuf-js 1\.1\.7 to 6\.0\.0 +DOES NOT READ\n/);
  assert.match(text, /\n {2}tough 0\.24\.0 +DOES NOT READ\n/);
  assert.match(
    text.replaceAll(/\n +/g, " "),
    /root: counts 0 of 2 signatures that root must have; not those of root-/,
  );
  assert.ok(text.includes('root-ada ("ecdsa", "ecdsa-sha2-nistp384")'));
  for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
});

test("a plan's keys that are not made yet have names and no keyids", () => {
  const { clients } = reportPlan(planOf(P384));
  const sights = clients.flatMap(({ reasons }) => reasons.flatMap((reason) => reason.sights));
  const ofAda = sights.filter(({ key }) => key === "root-ada");
  assert.ok(ofAda.length > 0 && ofAda.every(({ where }) => where === null));
  const ofOnline = sights.filter(({ key }) => key === "online");
  assert.ok(ofOnline.length > 0 && ofOnline.every(({ where }) => /keys\/[0-9a-f]{64}/.test(where ?? "")));
});

test("Ed25519 on devices: sizes of what is signed, and which devices can't take them", () => {
  const report = reportPlan(planOf(exampleText("pep458-bootstrap")));
  const bins = report.ed25519.find(({ document }) => document === "bins");
  const root = report.ed25519.find(({ document }) => document === "root");
  assert.ok((bins?.payloadBytes ?? 0) > 3_000_000);
  const fits = (found: typeof bins) => new Map(found?.devices.map(({ device, fits }) => [device, fits]));
  for (const device of ["yubihsm2", "yubikey"]) {
    assert.equal(fits(bins).get(device), false);
    assert.equal(fits(root).get(device), true);
  }
  for (const device of ["softhsm", "luna7"]) assert.equal(fits(bins).get(device), true);
  assert.equal(fits(bins).has("tpm2"), false);
  const text = tellCompatibility(report).join("\n");
  assert.match(text, /yubihsm2 takes 3,134 bytes, yubikey takes 3,072 bytes; no limit is known for/);
  assert.match(text, /\n {2}bins +3,\d{3},\d{3} bytes {2}TOO LONG for yubihsm2, yubikey\n/);
  assert.match(text, /\n {2}root +\d,\d{3} bytes {2}fits all\n/);
});

test("other people's names do no harm", () => {
  const evil = "\u001b[2J\u202e";
  const signed = {
    _type: "root",
    spec_version: "1.0.31",
    version: 1,
    expires: "2030-01-01T00:00:00Z",
    keys: { [evil]: { keytype: evil, scheme: evil, keyval: { public: `${evil}\n` } } },
    roles: { [evil]: { keyids: [evil], threshold: 1 } },
  };
  const bytes = new TextEncoder().encode(
    JSON.stringify({ signed, signatures: [{ keyid: evil, sig: evil }] }),
  );
  const root = readDocument(bytes);
  assert.ok(root.kind !== "unreadable");
  const lines = tellCompatibility(reportDocuments(new Map([["root", root]]), new Map()));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is there to find them
  assert.doesNotMatch(lines.join("\n"), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
});
