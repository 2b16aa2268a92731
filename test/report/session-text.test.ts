/** How the end of a session is told: what came of it, the head to read aloud, and the next command. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { HeldSession } from "../../src/live/hold-session.ts";
import { sessionDocument, tellSession } from "../../src/report/session-text.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { hexGroups, pgpWords } from "../../src/terminal/words.ts";
import { makeExample } from "../exchange/plans.ts";
import { newFolder, runOnce } from "../live/ceremony-harness.ts";
import { edit } from "../support/scripts.ts";

/** A ceremony that waits for Linus, whose name is as long and as odd as it may be. */
let waiting: HeldSession;
let rehearsed: HeldSession;
before(async () => {
  const { script, inputs } = makeExample((text) => edit(text, "Linus Elsewhere", `Linus ${"王".repeat(90)}`));
  const loaded = { bytes: script, inputs };
  waiting = await runOnce({ folder: newFolder(), loaded });
  rehearsed = await runOnce({ folder: newFolder(), loaded, rehearsal: true });
});

const told = (session: HeldSession, folder = "pypi-2026-root") => tellSession(session, folder).join("\n");
const as = (reason: HeldSession["reason"]): HeldSession => ({ ...waiting, reason });

test("it waits: who is missing for what, and how to take the signature in", () => {
  const text = told(waiting);
  assert.match(text, /^The ceremony waits for signatures from elsewhere\.\n/);
  assert.match(text, /\nMissing:\n {2}root: Linus 王+… \(root-linus\)\n/);
  assert.match(text, /\nNext: tuf-ceremony collect pypi-2026-root SIGNATURE-FILE/);
});

for (const [reason, title, next] of [
  ["finished", /^The ceremony is finished\.\n/, /\nNext: tuf-ceremony audit pypi-2026-root$/],
  ["paused", /^The ceremony is paused\. Everything up to here is kept\.\n/, /\nNext: the same command again/],
  ["aborted", /^The ceremony was aborted\. It can't be gone on with\.\n/, /^(?!.*\nNext)/s],
  [
    "amendment-needed",
    /^The ceremony waits for an amended script\.\n/,
    /tuf-ceremony run NEW-SCRIPT --folder/,
  ],
] as const) {
  test(`${reason}: its title and the next command`, () => {
    assert.match(told(as(reason)), title);
    assert.match(told(as(reason)), next);
    assert.ok(!told(as(reason)).includes("Missing:"));
  });
}

test("finished: every file that was written", () => {
  for (const { path } of waiting.state.plan.documents)
    assert.ok(told(as("finished")).includes(`\n  ${path}\n`));
});

test("a rehearsal is called one, and nobody is sent on with what it wrote", () => {
  const text = told(rehearsed);
  assert.match(text, /^The rehearsal is finished\.\n/);
  assert.ok(!text.includes("Next:"));
});

test("a rehearsal that was left is not gone on with: its keys are gone", () => {
  for (const reason of ["paused", "waiting", "amendment-needed"] as const) {
    const text = told({ ...rehearsed, reason });
    assert.match(text, /\nNext: rehearse again from the beginning, in a new folder\.$/);
    assert.ok(!text.includes("is kept"));
  }
});

test("however it ended, the head is there in hex and in words, in 80 columns, and a folder's name does no harm", () => {
  for (const reason of ["finished", "paused", "waiting", "aborted", "amendment-needed"] as const) {
    const text = told(as(reason), `\u001b[2J\u202e${"x".repeat(200)}`);
    for (const part of [...hexGroups(waiting.head), ...pgpWords(waiting.head)])
      assert.ok(text.includes(part));
    for (const line of text.split("\n")) assert.ok(displayWidth(line) <= 80, line);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is there to find them
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

test("for programs: why it ended, the head, its words, the session and the documents", () => {
  const document = JSON.parse(JSON.stringify(sessionDocument(waiting, "pypi-2026-root")));
  assert.deepEqual(
    { ...document, documents: document.documents.length, words: document.words.length },
    {
      folder: "pypi-2026-root",
      reason: "waiting",
      head: waiting.head,
      words: 32,
      lines: waiting.lines,
      session: 1,
      rehearsal: false,
      documents: 3,
      exceptions: [],
    },
  );
});
