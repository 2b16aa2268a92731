/** `tuf-ceremony preflight` with a script: has the machine file all that its keys need? */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { SCRIPTS } from "../live/ceremony-harness.ts";
import { assertRefused, start } from "./command-line.ts";

const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-preflight-"));
after(() => rmSync(base, { recursive: true }));
const machine = join(base, "machine.yaml");
const media = (holder: string) => `${holder}: [/media/${holder}-1, /media/${holder}-2]`;
const SCRIPT = ["--script", join(SCRIPTS, "minimal.yaml")];

describe("preflight with a script", () => {
  it("without a machine file: status 2, machine/lacks", () =>
    assertRefused(["preflight", ...SCRIPT], 2, "machine/lacks"));

  it("with a machine file that lacks a holder: status 2", () => {
    writeFileSync(machine, `media: { ${media("ada")}, ${media("grace")} }\n`);
    assertRefused(["preflight", ...SCRIPT, "--machine", machine], 2, "machine/lacks");
  });

  it("with all that is needed it looks at the machine", () => {
    writeFileSync(machine, `media: { ${["ada", "grace", "admin"].map(media).join(", ")} }\n`);
    const { status, out } = start("preflight", ...SCRIPT, "--machine", machine, "--json");
    assert.ok(status === 0 || status === 1);
    assert.ok(JSON.parse(out).results.length > 0);
  });
});
