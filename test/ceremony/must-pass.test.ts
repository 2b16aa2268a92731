/** A script that says which checks of the machine must pass. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CheckResult } from "../../src/ceremony/effects.ts";
import { readScript } from "../../src/ceremony/read-script.ts";
import { newFolder, runOnce } from "../live/ceremony-harness.ts";
import { ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { exampleText } from "../support/scripts.ts";

const demanding = (ids: string) => scriptOf(`${exampleText("minimal")}\nmust_pass: [${ids}]\n`);
const passing: CheckResult = { id: "memory/swap", verdict: "pass", found: "no swap" };

describe("must_pass", () => {
  it("what passes is no obstacle", async () => {
    const ceremony = new ExceptionalCeremony(demanding("memory/swap"));
    ceremony.preflight = [passing];
    await ceremony.session();
    assert.deepEqual(await ceremony.finished(), []);
  });

  for (const [what, results] of [
    ["fails", [{ ...passing, verdict: "fail" }]],
    ["is unknown", [{ ...passing, verdict: "unknown" }]],
    ["is not there", []],
  ] as const satisfies readonly (readonly [string, readonly CheckResult[]])[])
    it(`what ${what} is looked at again until it passes`, async () => {
      const ceremony = new ExceptionalCeremony(demanding("memory/swap"));
      ceremony.preflight = results;
      const seen: unknown[] = [];
      ceremony.sees = ({ prompt, accept, data }) => {
        if (prompt === "preflight-result") seen.push([Object(accept).options, Object(data).lacking]);
        if (seen.length === 2) ceremony.preflight = [passing];
      };
      ceremony.otherwise = ({ prompt }) =>
        prompt === "preflight-result" && seen.length < 3
          ? { ok: true, value: { form: "choice", chosen: "again" } }
          : null;
      await ceremony.session();
      assert.deepEqual(await ceremony.finished(), []);
      assert.deepEqual(seen, [
        [["again"], ["memory/swap"]],
        [["again"], ["memory/swap"]],
        [["continue", "again"], undefined],
      ]);
    });

  it("nobody accepts it, but a script that no longer asks for it", async () => {
    const ceremony = new ExceptionalCeremony(demanding("memory/swap"));
    ceremony.preflight = [{ ...passing, verdict: "fail" }];
    await ceremony.session([{ step: "preflight", prompt: "preflight-result", does: "amend" }]);
    await ceremony.amended(scriptOf(exampleText("minimal")));
    assert.deepEqual(await ceremony.finished(), ["preflight exception: amend"]);
  });

  it("where nobody is there to mend it, the ceremony ends", async () => {
    const ceremony = new ExceptionalCeremony(demanding("memory/swap"));
    ceremony.preflight = [];
    const { reason } = await ceremony.session();
    assert.equal(reason, "aborted");
    assert.equal((await ceremony.audit()).end, "aborted");
  });

  it("a rehearsal only shows it", async () => {
    const end = await runOnce({
      folder: newFolder(),
      loaded: demanding("platform/secure-boot"),
      rehearsal: true,
    });
    assert.equal(end.reason, "finished");
  });

  it("a check that there is not is a mistake in the script", () => {
    const bytes = new TextEncoder().encode(`${exampleText("minimal")}\nmust_pass: [memory/swop]\n`);
    const [finding] = readScript(bytes).findings;
    assert.equal(finding?.rule, "script/value");
    assert.match(finding?.expected ?? "", /memory\/swap/);
  });
});
