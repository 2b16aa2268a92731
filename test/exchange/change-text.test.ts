/** What a holder elsewhere is shown: also whose key leaves, and whether their log was looked at. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Composer } from "../../src/ceremony/composer.ts";
import { writeRequest } from "../../src/ceremony/exchange-files.ts";
import { describeRequest } from "../../src/exchange/change-text.ts";
import { reviewRequest } from "../../src/exchange/review-request.ts";
import type { PublicKey } from "../../src/tuf/types.ts";
import { loadScript, planOf, SCRIPTS, START } from "../live/ceremony-harness.ts";
import { makeTestKey } from "../support/test-keys.ts";

const base = mkdtempSync(join(tmpdir(), "change-text-"));
after(() => rmSync(base, { recursive: true }));

async function shown(script: string, key: string, log: string | null): Promise<string> {
  const plan = planOf(loadScript(script));
  const keys = new Map<string, PublicKey>();
  for (const [name, { key: planned, known }] of plan.keys) {
    keys.set(name, known ?? makeTestKey("scheme" in planned ? planned.scheme : "ed25519").publicKey);
  }
  const document = new Composer(plan, false).compose("root", keys);
  const own = keys.get(key);
  assert.ok(document !== null && own !== undefined);
  const request = join(base, `${script}.json`);
  writeFileSync(request, writeRequest(plan, document, key, own));
  const anchor = { path: join(SCRIPTS, script), onPaper: plan.scriptSha256 };
  const review = await reviewRequest({ request, script: anchor, root: null, log, at: START });
  assert.ok(review.request !== null);
  const lines = describeRequest(review, review.request).flat();
  assert.ok(lines.every((line) => line.length <= 80));
  return lines.join("\n");
}

test("a key that leaves is named, as those that stay and come", async () => {
  const text = await shown("rotate.yaml", "root-grace", null);
  assert.match(text, /root: key e594f3a2 \(ed25519\) leaves/);
  const [, legend = ""] = text.split("Whose keys these are, by your script:");
  assert.match(legend, /e594f3a2\s+root-grace of Grace Hopper, leaves/);
  assert.match(legend, /fe866ae4\s+root-ada of Ada Lovelace$/m);
  assert.match(legend, /root-barbara of Barbara Liskov, made in the ceremony/);
});

test("a key that the script does not name leaves without a name", async () => {
  const text = await shown("revoke.yaml", "root-ada", null);
  assert.match(text, /a key that your script does not name, leaves/);
});

test("a log that was not named is not called a new one", async () => {
  assert.match(
    await shown("rotate.yaml", "root-grace", null),
    /signing log\s+not looked at: name it by --log/,
  );
  assert.match(await shown("rotate.yaml", "root-grace", join(base, "none.jsonl")), /signing log\s+a new one/);
});
