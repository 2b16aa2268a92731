import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { readScript } from "../../src/ceremony/read-script.ts";
import { FULL_SCRIPT } from "../support/full-script.ts";
import { EXAMPLES, edit, exampleText, lineOf } from "../support/scripts.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const minimal = exampleText("minimal");

/** Rules of the errors, with the places. */
function errorsIn(script: Uint8Array): readonly string[] {
  const { findings } = readScript(script);
  return findings
    .filter(({ severity }) => severity === "error")
    .map(({ rule, line, column }) => `${rule} ${line}:${column}`);
}

for (const name of EXAMPLES) {
  test(`${name}.yaml is read without a finding`, () => {
    const text = exampleText(name);
    const { script, findings, sha256 } = readScript(bytes(text));
    assert.deepEqual(findings, []);
    assert.ok(script);
    assert.equal(sha256, createHash("sha256").update(text).digest("hex"));
  });
}

test("every field is read into its place", () => {
  const { script, findings } = readScript(bytes(FULL_SCRIPT));
  assert.deepEqual(findings, []);
  assert.ok(script);
  assert.equal(script.title, "A script with every field — für alle, עם כולם, とともに");
  assert.deepEqual([...script.previous.keys()], ["root", "targets"]);
  assert.equal(script.people.get("zoe")?.name, 'Zoë "Z" 王');
  assert.match(script.people.get("witness-1")?.signsWith ?? "", /^ssh-ed25519 AAAA\S+ w$/);
  assert.deepEqual(script.keys.get("root-ada"), {
    store: "hsm",
    name: "root-ada",
    holder: "ada",
    scheme: "ecdsa-sha2-nistp256",
    device: "yubihsm2",
    serial: "0013200461",
    spares: ["0013200462", "0013200463"],
    provision: false,
    attestation: "waived",
  });
  assert.deepEqual(script.keys.get("root-linus"), {
    store: "elsewhere",
    name: "root-linus",
    holder: "linus",
    enrolled: { file: "enrolment/linus.json", sha256: "cf".repeat(32) },
  });
  assert.deepEqual(script.roles.get("bins")?.hashBins, {
    count: 256,
    name: "bin",
    keys: ["online"],
    threshold: 1,
    succinct: true,
  });
  assert.deepEqual(script.roles.get("claims")?.paths, ["claims/*", "claims/*/*"]);
  assert.equal(script.roles.get("claims")?.terminating, true);
  assert.equal(script.agenda?.length, 16);
  assert.deepEqual(script.agenda?.[6], {
    do: "instruct",
    text: "Hold the sealed bag up to the camera.",
    record: ["bag number", "seal number"],
  });
  assert.deepEqual(script.agenda?.[13], {
    do: "sign",
    role: "root",
    keys: ["root-ada", "root-grace", "old-admin"],
  });
  assert.equal(script.pins.modules.get("yubihsm2"), "3f".repeat(32));
  assert.equal(script.follow, true);
});

test("many mistakes are reported at once, in the order of the file", () => {
  const text = edit(
    edit(edit(minimal, "profile: tuf", "profle: tuf"), "duty: administrator", "duty: boss"),
    "keys: [targets-1]",
    "keys: [targets-9]",
  );
  assert.deepEqual(errorsIn(bytes(text)), [
    "script/missing-field 1:1",
    `script/unknown-field ${lineOf(text, "profle:")}:1`,
    `script/value ${lineOf(text, "duty: boss")}:49`,
    `keys/unused ${lineOf(text, "targets-1:")}:3`,
    `keys/reference ${lineOf(text, "targets-9")}:12`,
  ]);
});

test("a misspelt word gets the one that was probably meant", () => {
  const { findings } = readScript(bytes(edit(minimal, "previous: none", "previuos: none")));
  assert.ok(findings.some(({ remedy }) => remedy === 'Did you mean "previous"?'));
});

test("an unquoted serial number is not silently another one", () => {
  const text = edit(FULL_SCRIPT, '"0013200461"', "0013200461");
  const { findings } = readScript(bytes(text));
  const [finding] = findings;
  assert.equal(finding?.line, lineOf(text, "serial: 0013200461"));
  assert.match(finding?.remedy ?? "", /in quotes/);
});

test("names of 200 characters in any script are fine, one more is not", () => {
  const named = (name: string) => edit(minimal, "name: Ada Lovelace", `name: ${name}`);
  for (const letter of ["x", "é", "王", "ع", "ש", "😀", "क्"]) {
    const name = letter.repeat(200 / [...letter].length);
    assert.deepEqual(errorsIn(bytes(named(name))), [], name);
    assert.equal(errorsIn(bytes(named(`${name}${letter}`))).length, 1, name);
  }
  assert.deepEqual(errorsIn(bytes(named("نرگس\u200cها"))), []);
});

const hostile: readonly [name: string, script: Uint8Array, ...errors: string[]][] = [
  ["nothing", bytes(""), "script/value 1:1"],
  ["only a comment", bytes("# hello\n"), "script/value 1:1"],
  ["a list", bytes("- a\n"), "script/value 1:1"],
  ["a word", bytes("hello"), "script/value 1:1"],
  ["a byte order mark", bytes(`\u{feff}${minimal}`), "script/encoding 1:1"],
  ["UTF-16", new Uint8Array(Buffer.from(`\u{feff}${minimal}`, "utf16le")), "script/encoding 1:1"],
  ["a byte that is no UTF-8", Uint8Array.of(0x61, 0x3a, 0x0a, 0x62, 0xff), "script/encoding 2:2"],
  ["a tab as indentation", bytes("a:\n\tb: 1\n"), "script/yaml 2:1"],
  ["an escape sequence in a comment", bytes("# \u{1b}[2J\na: 1\n"), "script/characters 1:3"],
  ["a bidirectional override in a comment", bytes("a: 1 # \u{202e}x\n"), "script/characters 1:8"],
  ["a null character", bytes("a: \u0000\n"), "script/characters 1:4"],
  ["a line separator", bytes("a: b\u{2028}c\n"), "script/characters 1:5"],
  ["an anchor and an alias", bytes("a: &x 1\nb: *x\n"), "script/alias 1:4", "script/alias 2:4"],
  ["an anchor on a field name", bytes("&x a: 1\n"), "script/alias 1:1"],
  ["a tag", bytes("a: !!str 1\n"), "script/tag 1:4"],
  ["a tag on the document", bytes("--- !!map\na: 1\n"), "script/one-document 1:1", "script/tag 1:5"],
  ["a mark at the start", bytes(`# hello\n---\n${minimal}`), "script/one-document 2:1"],
  ["two documents", bytes("a: 1\n---\nb: 2\n"), "script/one-document 2:1"],
  ["an end mark", bytes("a: 1\n...\n"), "script/one-document 2:1"],
  ["a directive", bytes("%YAML 1.1\n---\na: 1\n"), "script/one-document 1:1"],
  ["an unclosed bracket", bytes("a: [1, 2\n"), "script/yaml 2:1"],
  ["a field name that is a list", bytes("? [a]\n: 1\n"), "script/yaml 1:3"],
];
for (const [name, script, ...errors] of hostile) {
  test(`refused: ${name}`, () => {
    assert.equal(readScript(script).script, null);
    assert.deepEqual(errorsIn(script).slice(0, errors.length), errors);
  });
}

/** Each: the text, and the one finding that it gives. */
const unYaml: readonly [name: string, text: string, place: string, said: RegExp][] = [
  ["tabs", "a: 1\nb:\n\tc: 1\n\td: 2\n\te: 3\n", "3:1", /Tabs.*Indent with spaces/],
  ["a colon in a text", "a: 1\ntitle: First root: of\nb: 1\n", "2:8", /in quotes/],
  ["no space after a colon", "a: 1\nprofile:tuf\nb: 1\n", "2:1", /space after the colon/],
  ["no space after the last colon", "a: 1\nprofile:tuf\n", "2:1", /space after the colon/],
  ["a deeper line", "a:\n  b: 1\n   c: 2\n", "2:6", /Correct the YAML/],
  ["an unclosed quotation", 'a: "b"\ntitle: "First\nb: 1\nc: d\n', "2:8", /never closed.*Close/],
  ["an unclosed single quotation", "a: 1\ntitle: 'First\nb: 1\n", "2:8", /never closed/],
  [
    "an unclosed quotation in a list",
    'a:\n  - { id: "admin, name: X }\n  - { id: b }\n',
    "2:11",
    /never closed/,
  ],
];
for (const [name, text, place, said] of unYaml) {
  test(`one finding, with its cause: ${name}`, () => {
    const { findings } = readScript(bytes(text));
    assert.deepEqual(
      findings.map(({ rule, line, column }) => `${rule} ${line}:${column}`),
      [`script/yaml ${place}`],
    );
    assert.match(`${findings[0]?.found} ${findings[0]?.remedy}`, said);
  });
}

test("a no-break space as indentation is named, and in a text it is one", () => {
  const text = edit(minimal, "  - { id: grace", " \u{a0}- { id: grace");
  const { findings } = readScript(bytes(text));
  assert.deepEqual(
    findings.map(({ rule, line, column, found }) => [rule, line, column, found]),
    [["script/characters", lineOf(text, "id: grace"), 2, 'a no-break space, "\\u{a0}"']],
  );
  assert.deepEqual(errorsIn(bytes(edit(minimal, "name: Grace Hopper", "name: Grace\u{a0}Hopper"))), []);
});

test("a text that is cut off by # is a warning, a comment is none", () => {
  const text = edit(minimal, "title: First root", "title: First #1 root");
  const { script, findings } = readScript(bytes(text));
  assert.equal(script?.title, "First");
  assert.deepEqual(
    findings.map(({ rule, severity, line, column }) => [rule, severity, line, column]),
    [["script/comment", "warning", lineOf(text, "title:"), 14]],
  );
  for (const line of [
    "title: First # of all",
    'title: "First" #1',
    "title: First ## root",
    "title: C#1 root",
  ])
    assert.deepEqual(readScript(bytes(minimal.replace(/^title: .*/m, line))).findings, [], line);
});

test("a merge key is refused where it stands", () => {
  const text = edit(minimal, "  snapshot: { keys", "  <<: { keys");
  assert.ok(errorsIn(bytes(text)).includes(`script/merge-key ${lineOf(text, "<<:")}:3`));
});

test("an alias bomb and brackets without end cost no time", () => {
  const levels = "abcdefghij".split("");
  const bomb = levels.map((name, index) => {
    const inner = index === 0 ? "lol" : `*${levels[index - 1]}`;
    return `${name}: &${name} [${Array(10).fill(inner).join(",")}]\n`;
  });
  assert.ok(errorsIn(bytes(bomb.join(""))).every((error) => error.startsWith("script/alias")));
  for (const opening of ["[", "{a: ", "- ", "? "]) {
    const [error] = errorsIn(bytes(opening.repeat(50_000)));
    assert.match(error ?? "", /^script\/(depth|yaml)/, opening);
  }
});

test("10 MB are refused before anything is parsed", () => {
  const large = bytes(`${minimal}# ${"x".repeat(10_000_000)}\n`);
  assert.deepEqual(errorsIn(large), ["script/size 1:1"]);
});

test("carriage returns are a warning: the digest covers them", () => {
  const { script, findings } = readScript(bytes(minimal.replaceAll("\n", "\r\n")));
  assert.ok(script);
  assert.deepEqual(
    findings.map(({ rule, severity, line }) => ({ rule, severity, line })),
    [{ rule: "script/line-endings", severity: "warning", line: 1 }],
  );
});

test("other people's text in a finding can't act on a terminal", () => {
  const text = edit(minimal, "name: Ada Lovelace", 'name: "\\e[2J\\u202e"');
  const [finding] = readScript(bytes(text)).findings;
  assert.equal(finding?.found, '"\\u{1b}[2J\\u{202e}"');
});
