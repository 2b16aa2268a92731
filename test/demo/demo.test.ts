/** `tuf-ceremony demo` as a whole process: what it says, what it leaves, and its exit status. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { runDemo } from "../../src/demo/run-demo.ts";
import { pkcs11Addon, requires, softhsm } from "../support/requires.ts";

const PROGRAM = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

interface Shown {
  readonly status: number;
  readonly text: string;
}

function newParent(context: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), "tuf-ceremony-demo-test-"));
  context.after(() => rmSync(parent, { recursive: true, force: true }));
  return parent;
}

async function show(parent: string, ...words: readonly string[]): Promise<Shown> {
  const env = { ...process.env, TMPDIR: parent, NO_COLOR: "1" };
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, "demo", ...words],
      { env },
      (_error, stdout, stderr) => {
        resolve({ status: child.exitCode ?? -1, text: `${stdout}${stderr}` });
      },
    );
  });
}

/** The folder that the demonstration names, and that it is the one which is there. */
function madeFolder(parent: string, { text }: Shown): string {
  const [name = "", ...others] = readdirSync(parent);
  assert.deepEqual(others, []);
  assert.ok(text.includes(`folder    ${join(parent, name)}`), text);
  return join(parent, name);
}

function checkFinished(shown: Shown, folder: string): void {
  const { status, text } = shown;
  assert.equal(status, 0, text);
  for (const line of [
    /^consistent +yes/m,
    /^finished +yes/m,
    /^anchored +yes/m,
    /^exceptions +0$/m,
    /^client +tuf-js .*: accepts/m,
    /^VALID at 2026-12-04T15:/m,
    /^All is as it should be\.$/m,
  ]) {
    assert.match(text, line);
  }
  for (const name of ["1.root.json", "1.targets.json", "1.bins.json"]) {
    const bytes = readFileSync(join(folder, "ceremony", "metadata", name));
    const size = bytes.length.toLocaleString("en");
    assert.ok(text.includes(`metadata/${name}: accepted, ${size} bytes`), text);
    assert.ok(text.includes(`SHA-256 ${sha256Hex(bytes)}`), text);
  }
  const bins: unknown = JSON.parse(readFileSync(join(folder, "ceremony", "metadata", "1.bins.json"), "utf8"));
  assert.equal(JSON.stringify(bins).match(/"name":"bin-n-/g)?.length, 16384);
  const head = sha256Hex(readFileSync(join(folder, "ceremony", "transcript.jsonl")));
  assert.ok(text.includes(`npx tuf-ceremony audit ${join(folder, "ceremony")} \\\n    --head ${head}`), text);
}

test("the whole ceremony on two SoftHSM tokens", requires(softhsm, pkcs11Addon), async (context) => {
  const parent = newParent(context);
  const shown = await show(parent);
  const folder = madeFolder(parent, shown);
  checkFinished(shown, folder);
  assert.match(shown.text, /tokens +real PKCS#11 tokens: two of SoftHSM \(/);
  assert.equal(
    readdirSync(join(folder, "tokens"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
      .length,
    2,
  );
  const transcript = readFileSync(join(folder, "ceremony", "transcript.jsonl"), "utf8");
  assert.match(transcript, /"manufacturer":"SoftHSM project"/);
  assert.match(transcript, /"rehearsal":false/);
});

test("the whole ceremony without SoftHSM, and it says so", async (context) => {
  const parent = newParent(context);
  let text = "";
  const options = { parent, softhsmModules: [join(parent, "no-such-module.so")], tool: "test", kit: null };
  const { isGood } = await runDemo({
    ...options,
    write: (piece) => {
      text += piece;
    },
  });
  const shown = { status: isGood ? 0 : 1, text };
  checkFinished(shown, madeFolder(parent, shown));
  assert.match(shown.text, /tokens +NONE: SoftHSM is not installed/);
  assert.match(shown.text, /Software keys in memory take the place of the two PKCS#11 tokens\./);
});

test("a module that is named and not there is an error, and nothing is made", async (context) => {
  const parent = newParent(context);
  const { status, text } = await show(parent, "--folder", parent, "--softhsm", join(parent, "nothere.so"));
  assert.equal(status, 2, text);
  assert.match(text, /cli\/option\]\n {2}expected {2}--softhsm: .*\n {2}found {5}"\S+nothere\.so"/);
  assert.deepEqual(readdirSync(parent), []);
});

test(
  "a module that is no PKCS#11 library: not finished, exit status 1",
  requires(pkcs11Addon),
  async (context) => {
    const modules = newParent(context);
    const module = join(modules, "module.so");
    writeFileSync(module, "no library");
    const parent = newParent(context);
    const { status, text } = await show(parent, "--softhsm", module);
    assert.equal(status, 1, text);
    assert.match(
      text,
      /The ceremony did not get to its end: it is aborted\.\n.*generate\/root-ada.*: module\/not-pkcs11/,
    );
    assert.doesNotMatch(text, /All is as it should be/);
  },
);
