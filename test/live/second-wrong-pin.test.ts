/** After the second wrong PIN the prompt lists what helps first: `again` asks for no PIN any more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AskRequest } from "../../src/ceremony/effects.ts";
import { CeremonyState } from "../../src/ceremony/state.ts";
import { NO_THIRD_PIN } from "../../src/keystore/pkcs11/situations.ts";
import { renderScreen } from "../../src/live/screens/index.ts";
import { askTerminal } from "../../src/terminal/ask.ts";
import { scriptedTerminal } from "../support/scripted-terminal.ts";
import { loadScript, planOf } from "./ceremony-harness.ts";

const PEOPLE = new Map([
  ["ada", "Ada Lovelace"],
  ["grace", "Grace Hopper"],
]);

for (const [remedy, lists] of [
  ["Before the second try.", "Type again and press Enter."],
  [NO_THIRD_PIN, "Type one of: exception, again. Then press Enter."],
] as const) {
  test(lists, async () => {
    const plan = planOf(loadScript("pep458-bootstrap.yaml", (text) => text.replace("16384", "16")));
    const state = new CeremonyState(plan, false);
    const step = plan.steps.find(({ ref }) => ref === "sign/root/root-ada");
    assert.ok(step !== undefined);
    const request: AskRequest = {
      prompt: "try-again",
      who: ["ada"],
      data: { code: "pin/wrong", expected: "the PIN of this token", found: "another one", remedy },
      accept: { form: "choice", options: ["again"] },
      dispositions: ["retry", "abort"],
    };
    const { terminal, shown, close } = scriptedTerminal(["again"]);
    const outcome = await askTerminal(terminal, request, renderScreen(request, { state, step }), PEOPLE);
    close();
    assert.deepEqual(outcome, { ok: true, value: { form: "choice", chosen: "again" } });
    assert.ok(shown().includes(lists));
  });
}
