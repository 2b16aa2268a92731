/** A remedy is one: whoever follows it gets rid of the finding. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { checkText, edit, exampleFile, exampleText } from "../../support/scripts.ts";

const minimal = exampleText("minimal");
const revoke = exampleText("revoke");
const ROOT_KEYS = "[root-ada, root-grace, root-admin]\n    threshold: 2";

function findingOf(rule: string, text: string, files?: ReadonlyMap<string, Uint8Array>) {
  const finding = checkText(text, files).findings.find((each) => each.rule === rule);
  assert.ok(finding, rule);
  return finding;
}

function rootRemedy(keys: string, threshold: number): string {
  return findingOf("roles/root-threshold", edit(minimal, ROOT_KEYS, `[${keys}]\n    threshold: ${threshold}`))
    .remedy;
}

test("a root threshold: by what it is, and by how many keys there are", () => {
  const three = "root-ada, root-grace, root-admin";
  assert.equal(rootRemedy(three, 3), "Lower the threshold to at most 2, or add root keys until there are 4.");
  assert.equal(rootRemedy(three, 6), "Lower the threshold to at most 2, or add root keys until there are 7.");
  assert.equal(rootRemedy(three, 1), "Raise the threshold to 2.");
  assert.equal(rootRemedy("root-ada, root-grace", 2), "Add root keys until there are 3.");
  assert.equal(rootRemedy("root-ada", 1), "Raise the threshold to 2, and add root keys until there are 3.");
});

test("the previous root's threshold: no new threshold lowers it", () => {
  const lost = revoke.slice(revoke.indexOf("    keyid: 8dff"), revoke.indexOf("  root-grace-2:"));
  const { remedy } = findingOf("plan/gate", edit(revoke, lost, ""));
  assert.match(remedy, /^Name the missing keys/);
  assert.doesNotMatch(remedy, /lower/);
});

test("a number in another form: what is wrong with it", () => {
  for (const [spelling, remedy] of [
    ["03", "Write it without a zero in front."],
    ['"3"', "Write it without quotes."],
    ["three", "Write the value as expected."],
  ] as const) {
    const text = edit(minimal, ROOT_KEYS, `[root-ada, root-grace, root-admin]\n    threshold: ${spelling}`);
    assert.equal(findingOf("script/value", text).remedy, remedy, spelling);
  }
});

test("one day is a day", () => {
  const text = minimal.replaceAll("expires: 2027-12-04", "expires: 2026-12-06");
  assert.match(findingOf("expiry/soon", text).found, /, 1 day after the window's end$/);
});

test("two administrators: one of them goes", () => {
  const text = edit(minimal, "Grace Hopper, duty: holder", "Grace Hopper, duty: administrator");
  assert.match(findingOf("people/administrator", text).remedy, /one of them/);
});

test("a private key in the place of a public one is called that", () => {
  const digest = /sha256: (\w+)/.exec(minimal)?.[1] ?? "";
  for (const type of ["pkcs8", "sec1"] as const) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = Buffer.from(privateKey.export({ type, format: "pem" }));
    const { findings } = checkText(minimal, new Map([["keys/online.pem", pem]]));
    const actual = /digest (\w+)$/.exec(findings[0]?.found ?? "")?.[1] ?? "";
    const text = minimal.replaceAll(digest, actual);
    const { found, remedy } = findingOf("plan/public-key", text, new Map([["keys/online.pem", pem]]));
    assert.match(found, /^a private key \("(?:EC )?PRIVATE KEY"\) in keys\/online\.pem, beside the script$/);
    assert.match(remedy, /openssl pkey -in PRIVATE\.pem -pubout -out PUBLIC\.pem.*take the private key away/);
  }
  assert.ok(checkText(minimal, new Map([["keys/online.pem", exampleFile("keys/online.pem")]])).plan);
});
