/** The hold screen says what leaving means: in a ceremony, in its one-time step, in a rehearsal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { CeremonyState } from "../../src/ceremony/state.ts";
import { placeOf } from "../../src/live/screens/place.ts";
import { hold } from "../../src/terminal/hold.ts";
import { scriptedTerminal } from "../support/scripted-terminal.ts";
import { loadScript, planOf } from "./ceremony-harness.ts";

const plan = planOf(loadScript("pep458-bootstrap.yaml", (text) => text.replace("16384", "16")));

/** The screen at a step of this kind, in one line. */
async function heldAt(kind: string, rehearsal: boolean): Promise<string> {
  const state = new CeremonyState(plan, rehearsal);
  const step = plan.steps.find((planned) => planned.kind === kind);
  assert.ok(step !== undefined);
  const { terminal, shown, close } = scriptedTerminal(["leave"]);
  assert.equal(await hold(terminal, placeOf(state, step, [])), "leave");
  close();
  return stripVTControlCharacters(shown()).replaceAll(/\s+/g, " ");
}

test("a ceremony goes on from there, by the same command", async () => {
  assert.match(await heldAt("generate", false), /the same command goes on from here/);
});

test("in the one-time step the keys that are made are lost", async () => {
  const screen = await heldAt("one-time", false);
  assert.match(screen, /One-time keys that are made already are lost with it: the same command begins/);
  assert.doesNotMatch(screen, /goes on from here/);
});

for (const kind of ["generate", "one-time"]) {
  test(`a rehearsal is over when somebody leaves at ${kind}`, async () => {
    const screen = await heldAt(kind, true);
    assert.match(screen, /its keys are thrown away\. Another one begins anew, in a new folder\./);
    assert.doesNotMatch(screen, /the same command/);
  });
}
