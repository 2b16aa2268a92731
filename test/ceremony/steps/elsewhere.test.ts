/** A signature from elsewhere that is waited for, put off, wrong, and at last there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { auditFolder } from "../../../src/audit/audit-folder.ts";
import { writeSignatureFile } from "../../../src/ceremony/exchange-files.ts";
import { incomingFiles } from "../../../src/live/incoming-files.ts";
import type { Asked } from "../../../src/live/people.ts";
import { clockFrom } from "../../../src/live/performer.ts";
import { opened, unattendedPeople } from "../../../src/live/unattended-people.ts";
import { exampleStores, loadScript, newFolder, planOf, runOnce } from "../../live/ceremony-harness.ts";
import { exampleKey } from "../../support/example-keys.ts";
import { edit } from "../../support/scripts.ts";

const elsewhere = loadScript("renew.yaml", (text) =>
  edit(
    text,
    "    holder: ada\n    scheme: ed25519\n    store: file\n",
    "    holder: ada\n    store: elsewhere\n",
  ),
);
const [step, role, key] = ["collect/root/root-ada", "root", "root-ada"];

test("put off and then waited for: the session ends, and a later one takes the signature in", async () => {
  const folder = newFolder();
  const clock = clockFrom(planOf(elsewhere).script.window.from);
  const hold = { folder, loaded: elsewhere, clock } as const;
  const asked: string[] = [];
  const people = unattendedPeople(({ prompt }, { step: { ref } }): Asked | null => {
    if (ref !== step) return null;
    asked.push(prompt);
    assert.ok(asked.length < 10, "it asks again and again");
    return asked.length === 1
      ? opened({ happened: "the courier is late", disposition: "postpone", confirmedBy: ["admin", "grace"] })
      : null;
  });
  const first = await runOnce({ ...hold, people, stores: exampleStores(elsewhere) });
  assert.equal(first.reason, "waiting");
  assert.deepEqual(asked, ["await-signature", "await-signature"]);

  const document = first.state.document(role);
  assert.ok(document);
  const { sha256, payload } = document;
  const file = { ceremony: planOf(elsewhere).script.ceremony, role, key, sha256 };
  const text = (signer: string): string =>
    new TextDecoder().decode(writeSignatureFile(file, exampleKey(signer).sign(payload)));
  const said: unknown[] = [];
  const second = await runOnce({
    ...hold,
    stores: exampleStores(elsewhere),
    incoming: incomingFiles([text("root-grace"), text("root-ada")]),
    people: unattendedPeople(({ prompt, data }, { step: { ref } }): Asked | null => {
      if (ref !== step || prompt !== "failure") return null;
      said.push(data);
      const exception = {
        happened: "another's signature",
        disposition: "retry",
        confirmedBy: ["admin", "grace"],
      } as const;
      return { ok: true, value: { form: "exception", exception } };
    }),
  });
  assert.equal(second.reason, "finished");
  assert.match(JSON.stringify(said), /^\[\{"code":"signature\/not-accepted"/);
  const verdict = await auditFolder(folder, second.head);
  assert.deepEqual(verdict.problems, []);
  assert.deepEqual(
    verdict.exceptions.map(({ code, exception }) => `${code}: ${exception.disposition}`),
    ["exception: postpone", "signature/not-accepted: retry"],
  );
});
