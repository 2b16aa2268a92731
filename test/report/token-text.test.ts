import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEVICES } from "../../src/ceremony/devices/index.ts";
import { tellModules } from "../../src/report/token-text.ts";

describe("modules for people", () => {
  it("under a name that is no device's: which names there are", () => {
    const report = {
      device: "opensc",
      title: null,
      evidence: null,
      module: "/usr/lib/opensc.so",
      problem: null,
    };
    const lines = tellModules([{ ...report, tokens: [] }]);
    assert.equal(lines[0], "opensc: NO DEVICE IS CALLED THAT");
    for (const name of DEVICES.keys()) assert.match(lines.join(" "), new RegExp(`\\b${name}\\b`));
    for (const line of lines) assert.ok(line.length <= 80, line);
  });
});
