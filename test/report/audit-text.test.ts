/** The verdict in words: every grade says what it is and no more, and other people's words do no harm. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { auditFolder, type Verdict } from "../../src/audit/audit-folder.ts";
import { tellVerdict, verdictDocument } from "../../src/report/audit-text.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { hexGroups, pgpWords } from "../../src/terminal/words.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";
import { loadScript, newFolder, runOnce } from "../live/ceremony-harness.ts";
import { utc } from "../support/sample-metadata.ts";

let good: Verdict;
before(async () => {
  const folder = newFolder();
  const { head } = await runOnce({ folder, loaded: loadScript("minimal.yaml") });
  good = await auditFolder(folder, head);
});

const told = (changes: Partial<Verdict> = {}) => `\n${tellVerdict({ ...good, ...changes }).join("\n")}\n`;
const client = { client: "tuf-js", version: "5.0.2", accepted: true, isPartial: false, known: [] };
const problem = { code: "audit/digest", where: "metadata/1.root.json", expected: "a", found: "b" };

test("it says which ceremony, every grade, the head in hex and in words, and what no software can show", () => {
  const text = told();
  assert.match(text, /\nFirst root of the example repository\nexample-2026-root, a bootstrap\n/);
  for (const group of hexGroups(good.head)) assert.ok(text.includes(group));
  for (const word of pgpWords(good.head)) assert.ok(text.includes(word));
  assert.match(text, /What no software can show/);
  assert.match(text, /made up in private/);
  assert.ok(
    !text.includes("REHEARSAL") && !text.includes("NOT AS IT MUST BE") && !text.includes("Exceptions:"),
  );
});

test("programs are told which kit the script pins", () => {
  const document = verdictDocument({ ...good, kits: [null], state: pinning() });
  assert.ok(typeof document === "object" && document !== null && "pinnedKit" in document);
  assert.equal(document.pinnedKit, KIT);
});

const KIT = `a${"b".repeat(63)}` as Sha256Hex;

/** The same ceremony, by a script that pins the kit. */
function pinning(): Verdict["state"] {
  const { state } = good;
  assert.ok(state !== null);
  const script = { ...state.plan.script, pins: { kit: KIT, modules: new Map() } };
  return Object.assign(Object.create(Object.getPrototypeOf(state)), state, {
    plan: { ...state.plan, script },
  });
}

const GRADES: readonly (readonly [what: string, changes: () => Partial<Verdict>, line: RegExp])[] = [
  ["consistent", () => ({}), /\nconsistent {2}yes: every step re-executes/],
  ["not consistent", () => ({ problems: [problem], isConsistent: false }), /\nconsistent {2}NO\n/],
  ["finished", () => ({}), /\nfinished {4}yes\n/],
  ["paused", () => ({ end: "paused" }), /\nfinished {4}NO: paused\n/],
  ["aborted", () => ({ end: "aborted" }), /\nfinished {4}NO: aborted\n/],
  ["broken off", () => ({ end: null }), /\nfinished {4}NO: the last session has no seal\n/],
  ["anchored", () => ({}), /\nanchored {4}yes: the head is the one that was given\n/],
  ["not anchored", () => ({ isAnchored: false }), /\nanchored {4}NO: the head is another one\n/],
  ["no head given", () => ({ isAnchored: null }), /\nanchored {4}not checked: .*--head/],
  [
    "a witness by a script that was given",
    () => ({
      witnesses: [{ person: "witness-1", head: good.head }],
      givenScript: good.scripts[0] ?? null,
    }),
    /\nwitnessed {3}1 of 1\n/,
  ],
  ["no script given", () => ({}), /\nscript {6}not checked, --script SHA256:\s+[0-9a-f]{64}\n/],
  [
    "the script that was given",
    () => ({ givenScript: good.scripts[0] ?? null }),
    /\nscript {6}yes: it goes by the one that was given\n/,
  ],
  [
    "the script that was given, and then amended",
    () => ({ givenScript: good.scripts[0] ?? null, scripts: [...good.scripts, KIT] }),
    /\nscript {6}yes, until it was amended; since then by\s+ab{63}\n/,
  ],
  ["another script", () => ({ givenScript: "another" }), /\nscript {6}NO: it goes by another one\n/],
  [
    "within the window",
    () => ({}),
    /\nheld {8}2026-12-04T15:\d\d:\d\dZ to 2026-12-04T15:\d\d:\d\dZ, in one session\n/,
  ],
  [
    "after the window",
    () => ({ held: { from: utc("2026-12-04T15:00:00Z"), to: utc("2031-01-01T00:00:00Z") }, sessions: 2 }),
    /, in 2 sessions; NOT all\s+within the script's window, /,
  ],
  [
    "files that are left over",
    () => ({ leftOver: ["metadata/1.root.json"] }),
    /\nconsistent {2}yes: every step re-executes; left by what broke off, and not\s+accounted for: metadata\/1.root.json\n/,
  ],
  [
    "somebody absent who had a turn",
    () => ({ attendance: { present: ["admin", "witness-1"], absent: ["ada", "grace"] } }),
    /\npresent {5}2 of 4; absent: [^;]+; absent and yet had\s+turns: [^\n]+\n/,
  ],
  ["everybody there", () => ({}), /\npresent {5}4 of 4\n/],
  [
    "somebody absent",
    () => ({ attendance: { present: ["admin", "ada"], absent: ["grace", "witness-1"] } }),
    /\npresent {5}2 of 4; absent: Grace Hopper, [^\n]+\n/,
  ],
  ["nobody asked", () => ({ attendance: null }), /\npresent {5}nobody was asked\n/],
  ["no witness", () => ({}), /\nwitnessed {3}0 of 1\n/],
  [
    "a witness of this head",
    () => ({ witnesses: [{ person: "witness-1", head: good.head }] }),
    /\nwitnessed {3}1 of 1, by keys of a script that was not checked\n/,
  ],
  [
    "a witness of an earlier head only",
    () => ({ witnesses: [{ person: "witness-1", head: good.state?.plan.scriptSha256 ?? null }] }),
    /\nwitnessed {3}0 of 1\n/,
  ],
  [
    "nothing attested",
    () => ({ attested: { keys: 1, of: 3, kept: 2, waived: ["root-ada", "root-grace"] } }),
    /\nattested {4}1 of 3 keys that devices made; 2 of 3 are said not to leave their\s+device; waived by the script: root-ada, root-grace\n/,
  ],
  ["no kit", () => ({ kits: [null] }), /\nkit {9}none, and the script pins none\n/],
  ["a kit", () => ({ kits: [KIT, null] }), /\nkit {9}ab{63},\s*none\n/],
  ["the pinned kit", () => ({ kits: [KIT], state: pinning() }), /\nkit {9}ab{63},\s+which the script pins\n/],
  [
    "another kit",
    () => ({ kits: [KIT, null], state: pinning() }),
    /\nkit {9}NO: none; the script pins\s+ab{63}\n/,
  ],
  ["a client that accepts", () => ({ clients: [client] }), /\nclient {6}tuf-js 5\.0\.2: accepts\n/],
  [
    "a client that refuses",
    () => ({ clients: [{ ...client, accepted: false }] }),
    /\nclient {6}tuf-js 5\.0\.2: refuses\n/,
  ],
  [
    "a client that read a part",
    () => ({ clients: [{ ...client, isPartial: true }] }),
    /accepts \(parsed the first 1,024\s+delegations\)/,
  ],
  ["a rehearsal", () => ({ isRehearsal: true }), /\nA REHEARSAL: nothing of it is for use\.\n/],
  ["no script", () => ({ state: null, witnesses: [] }), /\nconsistent /],
];
for (const [what, changes, line] of GRADES) {
  test(`${what}`, () => assert.match(told(changes()), line));
}

test("every problem with its place, its code, what was expected and what was found", () => {
  const problems = [problem, { ...problem, code: "audit/missing", where: "script.yaml" }];
  const text = told({ problems, isConsistent: false });
  assert.match(
    text,
    /\nNOT AS IT MUST BE: metadata\/1\.root\.json \[audit\/digest\]\n {2}expected {2}a\n {2}found {5}b\n/,
  );
  assert.match(text, /\nNOT AS IT MUST BE: script\.yaml \[audit\/missing\]\n/);
});

const EVIL = "\u001b[2J\u202e\u0007 \u{e0041}x";

test("what files and people say does no harm, and fits 80 columns", () => {
  const text = told({
    problems: [
      {
        code: "audit/unexpected",
        where: `${EVIL}${"x".repeat(300)}`,
        expected: EVIL,
        found: "王".repeat(200),
      },
    ],
    exceptions: [
      {
        step: EVIL,
        at: "beacon",
        code: EVIL,
        exception: {
          happened: `${EVIL} ${"y".repeat(200)}`,
          disposition: "retry",
          confirmedBy: [EVIL, "ada"],
        },
      },
    ],
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is there to find them
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u{e0000}-\u{e007f}]/u);
  assert.ok(text.includes("\\u{1b}[2J\\u{202e}"));
  for (const line of text.split("\n")) assert.ok(displayWidth(line) <= 80, line);
});

test("exceptions with their step, code, words, way on, and who confirmed", () => {
  const exception = {
    happened: "the bag was torn",
    disposition: "spare",
    confirmedBy: ["ada", "admin"],
  } as const;
  const text = told({
    exceptions: [{ step: "generate/root-ada", at: "generate", code: "token/gone", exception }],
  });
  assert.match(
    text.replaceAll(/\n +/g, " "),
    /generate\/root-ada \[token\/gone\] the bag was torn; spare, confirmed by ada and admin/,
  );
  assert.match(text, /\nexceptions {2}1\n/);
});

test("for programs: plain data with the head in words, the script and the documents", () => {
  const document = JSON.parse(JSON.stringify(verdictDocument(good)));
  assert.equal(document.ceremony, "example-2026-root");
  assert.equal(document.script, good.state?.plan.scriptSha256);
  assert.equal(document.words.length, 32);
  assert.equal(document.documents.length, 3);
  assert.equal("state" in document, false);
  const bare = JSON.parse(JSON.stringify(verdictDocument({ ...good, state: null })));
  assert.deepEqual([bare.ceremony, bare.script, bare.documents], [null, null, []]);
});
