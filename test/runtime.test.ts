import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isSupported } from "../src/runtime.ts";

const engines = "^22.22.2 || ^24.15.0 || >=26.0.0";

const versions: ReadonlyMap<string, boolean> = new Map([
  ["18.20.8", false],
  ["20.20.2", false],
  ["22.22.1", false],
  ["22.22.2", true],
  ["22.23.0", true],
  ["23.11.0", false],
  ["24.14.9", false],
  ["24.15.0", true],
  ["25.9.0", false],
  ["26.0.0", true],
  ["26.10.0", true],
  ["27.0.0-nightly20261121", true],
  ["100.0.0", true],
]);

for (const [version, supported] of versions) {
  test(`Node.js ${version} is ${supported ? "new enough" : "refused"}`, () => {
    assert.equal(isSupported(version, engines), supported);
  });
}

test("package.json uses only what isSupported understands, and this Node.js will do", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.ok(isSupported(process.versions.node, manifest.engines.node));
});

for (const bad of ["*", "22", "~22.22.2", ">22.22.2", "22.22.2", ">=26", ""]) {
  test(`engines "${bad}" are not understood`, () => {
    assert.throws(() => isSupported("26.10.0", bad), TypeError);
  });
}
