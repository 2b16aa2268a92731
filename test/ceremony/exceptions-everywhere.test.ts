/** An exception at every prompt that ever comes up, with every way on that it allows: never a crash, always a record. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, test } from "node:test";
import type { AnyAction, Disposition, Outcome, PromptId } from "../../src/ceremony/effects.ts";
import { Execution } from "../../src/ceremony/execution.ts";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import { folderPlans } from "../../src/live/folder-plans.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import type { Line } from "../../src/transcript/line.ts";
import { splitLines, TranscriptReader } from "../../src/transcript/read.ts";
import { newFolder, runOnce, START } from "../live/ceremony-harness.ts";
import { Devices } from "../support/devices.ts";
import { ExceptionalCeremony, listExceptions, scriptOf } from "../support/exceptional-ceremony.ts";
import { edit, exampleText } from "../support/scripts.ts";
import { THREE_OF_FIVE } from "../support/three-of-five.ts";

const minimal = exampleText("minimal");

/** Soft tokens that are initialised here, a spare, a machine that follows, instructions also at the end. */
const tokens = edit(
  edit(
    minimal,
    "root-ada: { holder: ada, scheme: ed25519, store: file }",
    "root-ada: { holder: ada, scheme: ed25519, store: hsm, device: softhsm, serial: at-ceremony, provision: true, attestation: waived }",
  ),
  "root-grace: { holder: grace, scheme: ed25519, store: file }",
  'root-grace: { holder: grace, scheme: ed25519, store: hsm, device: softhsm, serial: "77", spares: ["78"], attestation: waived }',
).concat(`follow: true
agenda:
  - preflight
  - attendance
  - script
  - clock
  - beacon
  - follow
  - instruct: Hold the bag up to the camera.
    record: [bag number]
  - generate: [root-ada, root-grace, root-admin]
  - confirm: [online]
  - lint
  - one-time
  - sign: { root: [root-ada, root-grace, root-admin] }
  - verify
  - outputs
  - instruct: Seal the bag.
`);

const ALL: readonly Disposition[] = [
  ...(["retry", "postpone", "spare", "reinitialise", "without-signer", "amend", "pause", "abort"] as const),
];

interface Place {
  readonly step: string;
  readonly prompt: PromptId;
  readonly dispositions: readonly Disposition[];
}

async function placesOf(text: string): Promise<readonly Place[]> {
  const places = new Map<string, Place>();
  await runOnce({
    folder: newFolder(),
    loaded: scriptOf(text),
    stores: new Devices(),
    people: unattendedPeople(({ prompt, dispositions }, { step }) => {
      places.set(`${step.ref} ${prompt}`, { step: step.ref, prompt, dispositions });
      return null;
    }),
  });
  return [...places.values()];
}

const amendments: readonly (readonly [before: string, after: string])[] = [
  ["expires: 2027-12-04T00:00:00Z\n  targets", "expires: 2027-12-03T00:00:00Z\n  targets"],
  ["hash_bins: { count: 16,", "hash_bins: { count: 32,"],
];

/** Hold it to its end, with one exception on the way; what the ceremony must have come to. */
async function holdWith(text: string, { step, prompt }: Place, does: Disposition): Promise<void> {
  const ceremony = new ExceptionalCeremony(scriptOf(text));
  const end = await ceremony.session([{ step, prompt, does }]);
  const listed = [`${step} exception: ${does}`];
  switch (does) {
    case "abort":
      assert.equal(end.reason, "aborted");
      assert.equal((await ceremony.audit()).end, "aborted");
      assert.deepEqual(listExceptions(await ceremony.audit()), listed);
      return;
    case "pause":
      assert.equal(end.reason, "paused");
      assert.deepEqual(listExceptions(await ceremony.audit()), listed);
      await ceremony.session();
      break;
    case "amend":
      assert.equal(end.reason, "amendment-needed");
      await ceremony.amended(scriptOf(amendments.reduce((so, [a, b]) => edit(so, a, b), text)));
      break;
    default:
  }
  assert.deepEqual(await ceremony.finished(), listed);
  const root = JSON.parse(readFileSync(join(ceremony.folder, "metadata/1.root.json"), "utf8"));
  assert.equal(root.signatures.length, does === "without-signer" ? 2 : 3);
}

const tried = new Set<string>();
for (const [name, text] of [
  ["minimal.yaml", minimal],
  ["a script with tokens, instructions and a machine that follows", tokens],
] as const) {
  describe(name, async () => {
    for (const place of await placesOf(text)) {
      // One of a kind is enough: the next holder's prompts are the same.
      const kind = `${place.step.split("/", 1)[0]} ${place.prompt} ${place.dispositions.join()}`;
      if (tried.has(kind)) continue;
      tried.add(kind);
      it(`${place.step}, ${place.prompt}: ${place.dispositions.join(", ")}`, async () => {
        for (const disposition of place.dispositions) await holdWith(text, place, disposition);
      });
    }
  });
}

test("prompts of every kind were tried", () => assert.equal(tried.size, 24));

describe("what may not be recorded as an exception", async () => {
  const folder = newFolder();
  await runOnce({
    folder,
    loaded: scriptOf(THREE_OF_FIVE),
    stores: new Devices(),
    clock: () => START,
    people: unattendedPeople(),
  });
  const lines = readLines(folder);

  /** At the first action of each kind and prompt, `forge` replaces its outcome; every replacement must be refused. */
  const refuseAll = (forge: (action: AnyAction) => readonly Outcome[]): number => {
    const seen = new Set<string>();
    let refused = 0;
    for (const [index, line] of lines.entries()) {
      if (line.type !== "outcome") continue;
      const expected = feed(folder, lines.slice(0, index)).expect();
      assert.ok(expected.awaits === "outcome");
      const { action } = expected;
      const name = action.kind === "ask" ? action.request.prompt : action.kind;
      if (seen.has(name)) continue;
      seen.add(name);
      for (const outcome of forge(action)) {
        const problem = feed(folder, lines.slice(0, index)).accept({ ...line, outcome });
        assert.equal(problem?.code, "transcript/outcome", `${name}: ${JSON.stringify(outcome)}`);
        refused += 1;
      }
    }
    return refused;
  };
  const opened = (
    disposition: Disposition,
    confirmedBy: readonly [string, string],
    happened = "it was so",
  ): Outcome => ({
    ok: false,
    code: "exception",
    expected: "an answer",
    found: "an exception",
    exception: { happened, disposition, confirmedBy },
  });

  it("a way on that the prompt does not allow", () => {
    const refused = refuseAll((action) =>
      action.kind === "ask"
        ? ALL.filter((disposition) => !action.request.dispositions.includes(disposition)).map((disposition) =>
            opened(disposition, ["admin", "ada"]),
          )
        : [],
    );
    assert.ok(refused >= 30, String(refused));
  });

  it("one person twice, somebody unknown, nobody", () => {
    const refused = refuseAll((action) =>
      action.kind === "ask"
        ? [
            opened("retry", ["admin", "admin"]),
            opened("retry", ["admin", "mallory"]),
            opened("retry", ["", "admin"]),
            { ok: false, code: "exception", expected: "an answer", found: "none" },
          ]
        : [],
    );
    assert.ok(refused >= 40, String(refused));
  });

  it("an exception at an action at which nobody was asked", () => {
    const refused = refuseAll((action) =>
      action.kind === "ask"
        ? []
        : [opened("without-signer", ["admin", "ada"]), opened("retry", ["admin", "ada"])],
    );
    assert.ok(refused >= 16, String(refused));
  });

  it("an exception that nobody has explained, or at endless length", () => {
    const refused = refuseAll((action) =>
      action.kind === "ask"
        ? ["", "x".repeat(201)].map((happened) => opened("retry", ["admin", "ada"], happened))
        : [],
    );
    assert.ok(refused >= 20, String(refused));
  });
});

function feed(folder: string, lines: readonly Line[]): Execution {
  const execution = new Execution(folderPlans(new CeremonyFolder(folder)));
  for (const line of lines) assert.equal(execution.accept(line), null);
  return execution;
}

function readLines(folder: string): readonly Line[] {
  const reader = new TranscriptReader();
  const lines: Line[] = [];
  for (const bytes of splitLines(readFileSync(join(folder, "transcript.jsonl")))) {
    const read = reader.read(bytes);
    assert.ok(read.ok);
    lines.push(read.line);
  }
  return lines;
}
