import assert from "node:assert/strict";
import { test } from "node:test";
import { offerToSetClock } from "../../src/live/offer-clock.ts";
import type { UtcSecond } from "../../src/tuf/types.ts";
import { scriptedTerminal } from "../support/scripted-terminal.ts";
import { loadScript, planOf, time } from "./ceremony-harness.ts";

const { script } = planOf(loadScript("minimal.yaml"));
const UNSET = time("1970-01-01T00:00:10Z");

test("a clock inside the script's window is not asked about", async () => {
  const { terminal, close } = scriptedTerminal([]);
  const set = async () => assert.fail("nobody asked for that");
  assert.equal(await offerToSetClock(terminal, { script, clock: () => script.window.from, set }), true);
  close();
});

test("an unset clock is set to the typed time before anything is recorded", async () => {
  let now: UtcSecond = UNSET;
  const { terminal, close } = scriptedTerminal(["set", "2026-12-04 16:30", "show", "set"]);
  const set = async (typed: UtcSecond) => {
    now = typed;
  };
  assert.equal(await offerToSetClock(terminal, { script, clock: () => now, set }), true);
  assert.equal(now, "2026-12-04T16:30:00Z");
  close();
});

for (const [word, goesOn] of [
  ["keep", true],
  ["leave", false],
] as const) {
  test(`${word}: the clock stays as it is`, async () => {
    const { terminal, close } = scriptedTerminal([word]);
    const set = async () => assert.fail("nobody asked for that");
    assert.equal(await offerToSetClock(terminal, { script, clock: () => UNSET, set }), goesOn);
    close();
  });
}

for (const typed of ["13:45", "2026-13-45 10:00"]) {
  test(`${typed} is no time: it is said, and asked again`, async () => {
    let now: UtcSecond = UNSET;
    const answers = ["set", typed, "show", "set", "set", "2026-12-04 16:30", "show", "set"];
    const { terminal, shown, close } = scriptedTerminal(answers);
    const set = async (right: UtcSecond) => {
      now = right;
    };
    assert.equal(await offerToSetClock(terminal, { script, clock: () => now, set }), true);
    assert.equal(now, "2026-12-04T16:30:00Z");
    assert.match(shown(), /That was no date and time\./);
    assert.doesNotMatch(shown(), /part of the public record/);
    close();
  });
}

for (const [where, before] of [
  ["the choice", []],
  ["the time", ["set"]],
] as const) {
  test(`Ctrl-C at ${where} pauses: resume asks the same again, and leave is a word`, async () => {
    // A letter before it: the scripted terminal takes an empty line for a new prompt.
    const answers = [...before, "s\u0003", "resume", "s\u0003", "leave"];
    const { terminal, shown, close } = scriptedTerminal(answers);
    const set = async () => assert.fail("nobody asked for that");
    assert.equal(await offerToSetClock(terminal, { script, clock: () => UNSET, set }), false);
    assert.equal(shown().match(/This session has not begun/g)?.length, 2);
    close();
  });
}
