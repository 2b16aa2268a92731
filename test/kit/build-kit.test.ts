/** Where a kit or an image would go that nobody can take away. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { buildKit } from "../../src/kit/build-kit.ts";
import { buildImage } from "../../src/kit/image/build-image.ts";

it("a medium that isn't mounted is missing, and no folder is made in its place", async () => {
  const parent = mkdtempSync(join(tmpdir(), "no-medium-"));
  const out = join(parent, "courier");
  const none = { version: "0.0.0", runtime: parent, modules: [] };
  await assert.rejects(buildKit(none, out), { code: "medium/missing", exit: "device" });
  const image = { kit: parent, sources: null };
  await assert.rejects(
    buildImage(image, out, () => undefined),
    { code: "medium/missing", exit: "device" },
  );
  assert.deepEqual(readdirSync(parent), []);
});
