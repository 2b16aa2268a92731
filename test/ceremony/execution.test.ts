/** Which line may stand where: the lines of a whole ceremony may, and every way in which one may not has its code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { Execution } from "../../src/ceremony/execution.ts";
import type { LineProblem } from "../../src/ceremony/expectation.ts";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import { folderPlans } from "../../src/live/folder-plans.ts";
import type { Line, LineBody } from "../../src/transcript/line.ts";
import { splitLines, TranscriptReader } from "../../src/transcript/read.ts";
import { ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { edit, exampleText } from "../support/scripts.ts";

/** A ceremony that was left in the middle of a step, then amended, and finished. */
let folder: CeremonyFolder;
let lines: readonly Line[];
const minimal = exampleText("minimal");

before(async () => {
  const ceremony = new ExceptionalCeremony(scriptOf(minimal));
  await ceremony.session([{ step: "clock", prompt: "clock", does: "leaves" }]);
  await ceremony.session([{ step: "beacon", prompt: "beacon", does: "amend" }]);
  await ceremony.amended(scriptOf(edit(minimal, "First root of", "The root of")));
  await ceremony.finished();
  folder = new CeremonyFolder(ceremony.folder);
  const reader = new TranscriptReader();
  lines = [...splitLines(readFileSync(folder.transcriptPath))].map((bytes) => {
    const read = reader.read(bytes);
    assert.ok(read.ok);
    return read.line;
  });
});

/** An execution that was fed the lines before this one. */
function until(index: number): Execution {
  const execution = new Execution(folderPlans(folder));
  for (const line of lines.slice(0, index)) assert.equal(execution.accept(line), null);
  return execution;
}

/** Where the first such line stands, and that line. */
function first<T extends Line["type"]>(
  type: T,
  isIt: (line: Extract<Line, { type: T }>) => boolean = () => true,
): { readonly index: number; readonly line: Extract<Line, { type: T }> } {
  for (const [index, line] of lines.entries()) {
    if (isOfType(line, type) && isIt(line)) return { index, line };
  }
  return assert.fail(`no ${type}`);
}

function isOfType<T extends Line["type"]>(line: Line, type: T): line is Extract<Line, { type: T }> {
  return line.type === type;
}

/** Feeds `body` in the place of that line. */
function instead(
  { index, line }: { readonly index: number; readonly line: Line },
  body: LineBody,
): LineProblem | null {
  return until(index).accept({ ...body, time: line.time, prev: line.prev });
}

const OTHER = sha256Hex("another");

const REFUSED: Readonly<Record<string, readonly [code: string, feed: () => LineProblem | null]>> = {
  "a begin before any session": [
    "no-session",
    () => instead({ index: 0, line: lines[0] ?? assert.fail() }, first("begin").line),
  ],
  "a first session with another number": [
    "session-number",
    () => instead(first("session"), { ...first("session").line, session: 2 }),
  ],
  "a first session that abandons a step": [
    "abandons",
    () => instead(first("session"), { ...first("session").line, abandons: "one-time" }),
  ],
  "a first script under another name": [
    "script",
    () => {
      const { index, line } = first("session");
      return instead({ index, line }, { ...line, script: { ...line.script, path: "script-2.yaml" } });
    },
  ],
  "a first script that is not in the folder": [
    "script",
    () => {
      const { index, line } = first("session");
      return instead({ index, line }, { ...line, script: { ...line.script, sha256: OTHER } });
    },
  ],
  "a first session without its inputs": [
    "script",
    () => instead(first("session"), { ...first("session").line, inputs: [] }),
  ],
  "a later session by another script": [
    "script",
    () => {
      const { index, line } = first("session", ({ session }) => session === 2);
      return instead({ index, line }, { ...line, script: { ...line.script, sha256: OTHER } });
    },
  ],
  "a later session without the inputs": [
    "script",
    () => {
      const second = first("session", ({ session }) => session === 2);
      return instead(second, { ...second.line, inputs: [] });
    },
  ],
  "a rehearsal that goes on with a ceremony": [
    "rehearsal",
    () => {
      const second = first("session", ({ session }) => session === 2);
      return instead(second, { ...second.line, rehearsal: true });
    },
  ],
  "the same session again": [
    "session-number",
    () =>
      instead(
        first("session", ({ session }) => session === 2),
        first("session").line,
      ),
  ],
  "a line after a seal": [
    "no-session",
    () =>
      instead(
        first("session", ({ session }) => session === 2),
        first("begin").line,
      ),
  ],
  "a step that is not next": [
    "begin",
    () => instead(first("begin"), { ...first("begin").line, step: "verify" }),
  ],
  "a step that there is not": [
    "begin",
    () => instead(first("begin"), { ...first("begin").line, step: "constructor" }),
  ],
  "a step within a step": ["begin", () => instead(first("action"), first("begin").line)],
  "a revision that there is not": [
    "revision",
    () => instead(first("begin"), { ...first("begin").line, revision: 2 }),
  ],
  "revision zero": ["revision", () => instead(first("begin"), { ...first("begin").line, revision: 0 })],
  "an action before a step": ["action", () => instead(first("begin"), first("action").line)],
  "an action of another kind": [
    "action",
    () => instead(first("action"), { ...first("action").line, kind: "clock" }),
  ],
  "an action with another id": [
    "action",
    () => instead(first("action"), { ...first("action").line, id: "preflight.2" }),
  ],
  "an action with another request": [
    "action",
    () => instead(first("action"), { ...first("action").line, request: { a: 1 } }),
  ],
  "an action twice": ["action", () => instead(first("outcome"), first("action").line)],
  "an outcome before its action": ["outcome", () => instead(first("action"), first("outcome").line)],
  "an outcome of another action": [
    "outcome",
    () => instead(first("outcome"), { ...first("outcome").line, id: "clock" }),
  ],
  "an outcome that is none": [
    "outcome",
    () =>
      instead(first("outcome"), {
        ...first("outcome").line,
        outcome: { ok: true, value: { ended: true } },
      }),
  ],
  "an end in the middle": ["end", () => instead(first("action"), first("end").line)],
  "the end of another step": ["end", () => instead(first("end"), { ...first("end").line, step: "verify" })],
  "facts that the step does not end with": [
    "facts",
    () => instead(first("end"), { ...first("end").line, facts: [{ fact: "done" }] }),
  ],
  "no facts": ["facts", () => instead(first("end"), { ...first("end").line, facts: [] })],
  "an amendment that nobody asked for": ["amend", () => instead(first("begin"), first("amend").line)],
  "an amendment under the wrong name": [
    "amend",
    () => {
      const { index, line } = first("amend");
      return instead({ index, line }, { ...line, script: { ...line.script, path: "script-3.yaml" } });
    },
  ],
  "an amendment that is not in the folder": [
    "script",
    () => {
      const { index, line } = first("amend");
      return instead({ index, line }, { ...line, script: { ...line.script, sha256: OTHER } });
    },
  ],
  "an amendment that is another ceremony's": [
    "amendment",
    () => {
      const { index, line } = first("amend");
      const plan = until(index).state?.plan ?? assert.fail();
      const other = { ...plan, script: { ...plan.script, ceremony: "another-2026" } };
      const ours = folderPlans(folder);
      const execution = new Execution((script, ...rest) =>
        script.path === "script-2.yaml" ? { plan: other } : ours(script, ...rest),
      );
      for (const before of lines.slice(0, index)) assert.equal(execution.accept(before), null);
      return execution.accept(line);
    },
  ],
  "a step while an amendment is due": ["begin", () => instead(first("amend"), first("begin").line)],
  "a seal that says finished in the middle": [
    "seal",
    () => instead(first("begin"), { type: "seal", reason: "finished" }),
  ],
  "a seal that says waiting in the middle": [
    "seal",
    () => instead(first("begin"), { type: "seal", reason: "waiting" }),
  ],
  "a seal that says aborted in the middle": [
    "seal",
    () => instead(first("begin"), { type: "seal", reason: "aborted" }),
  ],
  "a file that was written before": [
    "written-twice",
    () => {
      const { index } = first("action", ({ kind }) => kind === "write");
      const execution = until(index + 1);
      const expected = execution.expect();
      assert.ok(expected.awaits === "outcome" && expected.action.kind === "write");
      execution.files.set(expected.action.request.path, expected.action.request);
      return execution.accept(lines[index + 1] ?? assert.fail());
    },
  ],
  "anything after the end": ["line-after-end", () => until(lines.length).accept(lines[0] ?? assert.fail())],
};

describe("a line that may not stand there", () => {
  for (const [what, [code, feed]] of Object.entries(REFUSED)) {
    it(`${what}: ${code}`, () => {
      const found = feed();
      assert.equal(found?.code, `transcript/${code}`);
      assert.ok(found.expected !== "" && found.expected.length <= 500 && found.found.length <= 500);
    });
  }
});

describe("the lines of a whole ceremony", () => {
  it("are what is expected, one after the other", () => {
    const execution = new Execution(folderPlans(folder));
    for (const line of lines) {
      const expected = execution.expect();
      const isBreak = line.type === "session" || (line.type === "seal" && line.reason === "paused");
      if (!isBreak) assert.equal(expected.awaits, line.type);
      if (expected.awaits === "begin" && line.type === "begin") assert.equal(line.step, expected.step);
      if (expected.awaits === "session") assert.equal(line.type, "session");
      assert.equal(execution.accept(line), null);
    }
    assert.deepEqual(execution.expect(), { awaits: "nothing", reason: "finished" });
    assert.deepEqual(
      [execution.lastSeal, execution.sessionOpen, execution.openStep],
      ["finished", false, null],
    );
    assert.deepEqual(
      [...execution.files.keys()].sort(),
      folder.list().filter((path) => path !== "transcript.jsonl"),
    );
  });

  it("may break off behind any of them, and a pause may be sealed there", () => {
    for (let index = 1; index < lines.length; index += 1) {
      const last = lines[index - 1] ?? assert.fail();
      const crashed = until(index);
      const { session, abandons } = crashed.expectSession();
      const opening = [...lines.slice(0, index)]
        .reverse()
        .find((line) => line.type === "session" || line.type === "amend");
      assert.ok(opening?.type === "session" || opening?.type === "amend");
      const { script, inputs } = opening;
      const body = {
        type: "session",
        session,
        abandons,
        script,
        inputs,
        rehearsal: false,
        tool: "",
        kit: null,
        cut: 0,
      } as const;
      const isOver = lines.length === index;
      assert.equal(crashed.accept({ ...body, time: last.time, prev: OTHER }) === null, !isOver);
      const paused = until(index);
      const isOpen = paused.sessionOpen;
      const sealed = paused.accept({ type: "seal", reason: "paused", time: last.time, prev: OTHER });
      assert.equal(sealed === null, isOpen);
      if (!isOpen) continue;
      assert.equal(paused.accept({ ...body, time: last.time, prev: OTHER }), null);
      const expected = paused.expect();
      assert.ok(expected.awaits === "begin" && expected.step === `head/${session}`, "the head comes first");
    }
  });

  it("an open step goes on in the next session after the head, on its recorded outcomes", () => {
    const { index } = first("session", ({ session }) => session === 2);
    const execution = until(index);
    assert.equal(execution.openStep?.step.ref, "clock");
    assert.equal(execution.accept(lines[index] ?? assert.fail()), null);
    assert.equal(execution.openStep, null);
    const end = first("end", ({ step }) => step === "head/2");
    const after = until(end.index + 1);
    assert.equal(after.openStep?.step.ref, "clock");
    assert.equal(after.expect().awaits, "outcome");
  });
});
