import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEVICES } from "../../src/ceremony/devices/index.ts";
import { SOFTHSM } from "../../src/ceremony/devices/softhsm.ts";
import { readTokenInfo } from "../../src/keystore/pkcs11/token-info.ts";
import { reportToken } from "../../src/report/token-report.ts";
import { inspectToken, tellModules } from "../../src/report/token-text.ts";

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

  it("a URI stands whole on a line of its own, to be copied", () => {
    const info = readTokenInfo({
      label: "a label of thirty-two characters",
      manufacturerID: "SoftHSM project, of which there is one",
      serialNumber: "0123456789abcdef",
      model: "SoftHSM v2 model",
      flags: 0,
      minPinLen: 4,
      maxPinLen: 255,
      firmwareVersion: { major: 2, minor: 6 },
    });
    const key = {
      label: "example-root root-ada of a long name",
      id: "ab".repeat(20),
      scheme: null,
      material: null,
      hasPublic: false,
      attributes: null,
    };
    const keys = { keys: [key], more: 0 };
    const token = reportToken({ info, mechanisms: [], keys }, SOFTHSM, new Map());
    const [reported] = token.keys ?? [];
    assert.ok(reported);
    const lines = inspectToken(token, SOFTHSM, true);
    for (const uri of [token.uri, reported.uri]) {
      assert.ok(uri.length > 80);
      assert.equal(lines.filter((line) => line.trim() === uri).length, 1, lines.join("\n"));
    }
  });
});
