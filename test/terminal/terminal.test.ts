/** The prompts in a real pseudo-terminal: what shows, what is taken, and how the terminal is left. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pseudoTerminal, requires } from "../support/requires.ts";
import { TerminalSession } from "../support/terminal-session.ts";

const asker = fileURLToPath(new URL("programs/asker.ts", import.meta.url));

interface Started {
  readonly session: TerminalSession;
  /** What the program recorded, line by line. */
  recorded(): readonly unknown[];
  readonly recordedText: () => string;
}

async function start(context: { after(done: () => void): void }, ...more: string[]): Promise<Started> {
  const file = join(mkdtempSync(join(tmpdir(), "tuf-terminal-")), "outcomes");
  const session = await TerminalSession.start([process.execPath, asker, file, ...more]);
  context.after(() => session.kill());
  const recordedText = (): string => readFileSync(file, "utf8");
  return {
    session,
    recordedText,
    recorded: () =>
      recordedText()
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
  };
}

const CHOICE = "Type one of: right, wrong.";
const PAPER = "Type words 1 and 2 from your paper";
const SCREEN = "Type words 3 and 4 from this screen";
const TEXT = "headline: type it";
const HAPPENED = "What happened, in one line: type it";

interface Prompt {
  readonly opens: string;
  readonly answer: string;
}

/** Every question of the program in order, with its prompts and how they are answered. */
const QUESTIONS: readonly (readonly Prompt[])[] = [
  [{ opens: CHOICE, answer: "right\r" }],
  [{ opens: PAPER, answer: "topmost istanbul\r" }],
  [{ opens: "PIN of the token: ", answer: "7391\r" }],
  [{ opens: SCREEN, answer: "pluto vagabond\r" }],
  [
    { opens: TEXT, answer: "Rain in Paris\r" },
    { opens: "Type one of: show, again.", answer: "show\r" },
    { opens: "Type one of: record, again.", answer: "record\r" },
  ],
  [
    { opens: HAPPENED, answer: "It broke\r" },
    { opens: "Type one of: show, again.", answer: "show\r" },
    { opens: "Type one of: record, again.", answer: "record\r" },
    { opens: "Type one of: retry, abort.", answer: "retry\r" },
    { opens: "Type one of: admin, ada, grace.", answer: "ada\r" },
    { opens: "Type one of: admin, grace.", answer: "grace\r" },
  ],
];
const PROMPTS = QUESTIONS.flat();

const OUTCOMES = [
  { ok: true, value: { form: "choice", chosen: "right" } },
  { ok: true, value: { form: "words", mismatches: 0 } },
  { pin: "entered", length: 4 },
  { ok: true, value: { form: "words", mismatches: 0 } },
  { ok: true, value: { form: "text", fields: { headline: "Rain in Paris" } } },
  {
    ok: true,
    value: {
      form: "exception",
      exception: { happened: "It broke", disposition: "retry", confirmedBy: ["ada", "grace"] },
    },
  },
];

test(
  "everything is asked and answered, and names can't act on the terminal",
  requires(pseudoTerminal),
  async (context) => {
    const { session, recorded } = await start(context);
    for (const { opens, answer } of PROMPTS) {
      await session.next(opens);
      session.type(answer);
    }
    await session.next("the end");
    assert.equal(await session.exit, 0);
    assert.deepEqual(recorded(), OUTCOMES);
    assert.ok(session.shown.includes("Grace Hopper \\u{1b}]0;owned\\u{7}\\u{202e}"));
    assert.ok(!session.shown.includes("\u001b]") && !session.shown.includes("\u202e"));
    assert.ok(!session.shown.includes("topmost"), "words from paper never show");
  },
);

test(
  "a PIN typed early, and at every wrong prompt, never shows and is never taken",
  requires(pseudoTerminal),
  async (context) => {
    const PIN = "480716253";
    const { session, recordedText } = await start(context);
    await session.next("Question clock"); // the terminal is taken, the prompt not open yet
    for (const { opens, answer } of PROMPTS) {
      session.type(PIN); // early: right after the answer before, or while something is computed
      await session.next(opens);
      if (opens.startsWith("PIN")) {
        session.type(answer);
        continue;
      }
      session.type(`${PIN}\r`);
      if (opens === TEXT || opens === HAPPENED) {
        // Taken as the text, still hidden, and thrown away again.
        await session.next("Type one of: show, again.");
        session.type("again\r");
        await session.next(opens);
      } else await delay(20);
      session.type(answer);
    }
    await session.next("the end");
    for (const place of [session.shown, recordedText()]) {
      for (let from = 0; from + 3 <= PIN.length; from += 1) {
        assert.ok(!place.includes(PIN.slice(from, from + 3)), `found ${PIN.slice(from, from + 3)}`);
      }
    }
  },
);

test(
  "what was typed before the program took the terminal is never taken as an answer",
  requires(pseudoTerminal),
  async (context) => {
    const { session, recorded } = await start(context);
    session.type("wrong\rwrong");
    await session.next(CHOICE);
    session.type("\r");
    session.type("right\r");
    await session.next(PAPER);
    assert.deepEqual(recorded(), OUTCOMES.slice(0, 1));
  },
);

test("what is pasted beyond an answer is thrown away", requires(pseudoTerminal), async (context) => {
  const { session, recorded } = await start(context);
  await session.next(CHOICE);
  await delay(100);
  session.type("right\rtopmost istanbul\rwrong\r");
  await session.next(PAPER);
  await delay(300);
  assert.equal(recorded().length, 1);
});

test(
  "Ctrl-C holds at every prompt, and resume asks the whole question again",
  requires(pseudoTerminal),
  async (context) => {
    const { session, recorded } = await start(context);
    const answer = async (prompt: Prompt): Promise<void> => {
      await session.next(prompt.opens);
      session.type(prompt.answer);
    };
    for (const question of QUESTIONS) {
      for (const [index, prompt] of question.entries()) {
        if (prompt.opens.startsWith("PIN")) continue; // the child's own affair
        for (const before of question.slice(0, index)) await answer(before);
        await session.next(prompt.opens);
        session.type("ri\u0003");
        await session.next("The ceremony is paused.");
        await session.next("Type one of: resume, leave.");
        session.type("resume\r");
      }
      for (const prompt of question) await answer(prompt);
    }
    await session.next("the end");
    assert.deepEqual(
      recorded().map((outcome) => JSON.stringify(outcome).replace(/"mismatches":\d/, '"mismatches":0')),
      OUTCOMES.map((outcome) => JSON.stringify(outcome)),
    );
  },
);

test("the hold screen is left by a word only", requires(pseudoTerminal), async (context) => {
  const { session, recorded } = await start(context);
  await session.next(CHOICE);
  session.type("\u0003");
  await session.next("Type one of: resume, leave.");
  session.type("\u0003");
  await session.next("Type one of: resume, leave.");
  session.type("leave\r");
  await session.next("left");
  assert.equal(await session.exit, 4);
  assert.deepEqual(recorded(), [{ paused: true }]);
});

test(
  "an exception can be opened at a prompt, taken back, and recorded",
  requires(pseudoTerminal),
  async (context) => {
    const { session, recorded } = await start(context);
    const say = async (...words: readonly (readonly [opens: string, answer: string])[]): Promise<void> => {
      for (const [opens, word] of words) {
        await session.next(opens);
        session.type(`${word}\r`);
      }
    };
    const happened = [
      [CHOICE, "exception"],
      [HAPPENED, "The clock fell down"],
      ["Type one of: show, again.", "show"],
      ["Type one of: record, again.", "record"],
    ] as const;
    await say(...happened, ["Type one of: retry, abort, back.", "back"]);
    await say(...happened, ["Type one of: retry, abort, back.", "abort"]);
    await say(["Type one of: admin, ada, grace.", "admin"], ["Type one of: ada, grace.", "ada"]);
    await session.next(PAPER);
    const exception = {
      happened: "The clock fell down",
      disposition: "abort",
      confirmedBy: ["admin", "ada"],
    };
    assert.deepEqual(recorded(), [
      { ok: false, code: "exception", expected: "clock", found: "exception", exception },
    ]);
  },
);

test(
  "Ctrl-C while something is computed holds at the next prompt",
  requires(pseudoTerminal),
  async (context) => {
    const { session } = await start(context);
    await session.next(CHOICE);
    session.type("right\r");
    await session.next("Computing.");
    session.type("\u0003");
    await session.next("The ceremony is paused.");
  },
);

test("Ctrl-D, Ctrl-Z, Ctrl-S and arrow keys do nothing", requires(pseudoTerminal), async (context) => {
  const { session, recorded } = await start(context);
  await session.next(CHOICE);
  await delay(100);
  session.type("\u0004\u001a\u0013\u001c\u001b[A\u001b[D");
  await delay(100);
  session.type("right\r");
  await session.next(PAPER);
  assert.equal(recorded().length, 1);
});

test(
  "a window that is too small says so, and the prompt comes back when it is large enough",
  requires(pseudoTerminal),
  async (context) => {
    const { session } = await start(context);
    await session.next(CHOICE);
    session.type("ri");
    await session.next("> ri");
    session.resize(60, 20);
    await session.next("it is 60 by 20.");
    session.resize(100, 30);
    await session.next("> ri");
    session.type("ght\r");
    await session.next(PAPER);
  },
);

test(
  "Ctrl-C in a window that is too small says how to go on, and a second one leaves",
  requires(pseudoTerminal),
  async (context) => {
    const { session, recorded } = await start(context);
    await session.next(CHOICE);
    session.resize(40, 10);
    await session.next("it is 40 by 10.");
    session.type("\u0003");
    await session.next("or leave: press Ctrl-C again.");
    session.resize(80, 24);
    await session.next("Type one of: resume, leave.");
    session.type("resume\r");
    await session.next(CHOICE);
    session.resize(10, 3);
    await session.next("^C pauses");
    session.type("\u0003");
    await session.next("^C leaves");
    session.type("\u0003");
    await session.next("left");
    assert.equal(await session.exit, 4);
    assert.deepEqual(recorded(), [{ paused: true }]);
  },
);

for (const [how, end] of [
  ["the end of the program", "leave"],
  ["a crash", "crash"],
  ["SIGTERM", "SIGTERM"],
  ["SIGHUP", "SIGHUP"],
  ["SIGINT from outside, and leave", "SIGINT"],
] as const) {
  test(`the terminal is as it was after ${how}`, requires(pseudoTerminal), async (context) => {
    const file = join(mkdtempSync(join(tmpdir(), "tuf-terminal-")), "outcomes");
    const program = `stty -g; '${process.execPath}' '${asker}' '${file}' ${end} & echo "pid $!."; fg; stty -g; echo over`;
    const session = await TerminalSession.start(["sh", "-mc", program]);
    context.after(() => session.kill());
    await session.next(CHOICE);
    const pid = Number(/pid (\d+)\./.exec(session.shown)?.[1]);
    assert.ok(pid > 1);
    if (end === "crash") session.type("right\r");
    else if (end === "leave") session.type("\u0003");
    else process.kill(pid, end);
    if (end === "leave" || end === "SIGINT") {
      await session.next("Type one of: resume, leave.");
      session.type("leave\r");
    }
    await session.next("over");
    const modes = session.shown.match(/^[0-9a-f]+(?::[0-9a-f]+){10,}/gm);
    assert.equal(modes?.length, 2);
    assert.equal(modes?.[0], modes?.[1]);
  });
}
