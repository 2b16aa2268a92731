/** The kit where there is nothing else: started by main.ts, which says where everything is. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { verifyKit } from "../../src/kit/verify-kit.ts";

const entrance = requireVariable("TUF_CEREMONY");
const kit = requireVariable("KIT");
/** Of the kit, for whoever comes by the entrance. */
const place = requireVariable("KIT_PLACE");
const archive = requireVariable("KIT_ARCHIVE");

describe("a kit that was carried to a machine with nothing on it", () => {
  it("is whole there, by its own word and by sha256sum's", () => {
    const { digest, files, problems } = verifyKit(kit);
    assert.deepEqual(problems, []);
    assert.ok(files > 100);
    const said = enter("kit", "verify", place, "--json");
    assert.equal(said.status, 0, said.stderr);
    assert.equal(JSON.parse(said.stdout).digest, digest);
    const checked = spawnSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: kit });
    assert.equal(checked.status, 0);
    assert.equal(sha256Hex(readFileSync(join(kit, "SHA256SUMS"))), digest);
  });

  it("is no larger than 60 MB, and has what it says in it", () => {
    assert.ok(statSync(archive).size < 60_000_000, `${statSync(archive).size} bytes`);
    const { components } = JSON.parse(readFileSync(join(kit, "sbom.cdx.json"), "utf8"));
    const named = new Set(components.map(({ name }: { name: string }) => name));
    for (const name of ["node", "libatomic1", "libsofthsm2", "@noble/ed25519", "pkcs11js", "yaml"])
      assert.ok(named.has(name), name);
    const listed = spawnSync("tar", ["--list", "--verbose", "--gzip", "--file", archive], {
      encoding: "utf8",
    }).stdout;
    for (const line of listed.trimEnd().split("\n"))
      assert.match(line, /^[-d]rw[-x]r-[-x]r-[-x] 0\/0 /, line);
  });

  it("rehearses unattended, and its audit says which kit it was", () => {
    const folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
    const rehearsed = enter(
      "rehearse",
      join(place, "ceremony-scripts/minimal.yaml"),
      "--unattended",
      "--folder",
      join(folder, "rehearsal"),
    );
    assert.equal(rehearsed.status, 0, rehearsed.stdout + rehearsed.stderr);
    const [first = ""] = readFileSync(join(folder, "rehearsal/transcript.jsonl"), "utf8").split("\n");
    assert.equal(JSON.parse(first).kit, verifyKit(kit).digest);
    assert.equal(enter("audit", join(folder, "rehearsal")).status, 0);
  });

  it("holds the whole demo, with the SoftHSM that it brings along", () => {
    const folder = mkdtempSync(join(tmpdir(), "demo-"));
    const { status, stdout, stderr } = enter("demo", "--folder", folder);
    assert.equal(status, 0, stdout + stderr);
    const module = join(place, "modules/softhsm/libsofthsm2.so");
    assert.ok(stdout.includes(`real PKCS#11 tokens: two of SoftHSM (${module})`), stdout);
    assert.match(stdout, /\nAll is as it should be\.\n$/);
    const [made = ""] = readdirSync(folder);
    const [first = ""] = readFileSync(join(folder, made, "ceremony/transcript.jsonl"), "utf8").split("\n");
    assert.equal(JSON.parse(first).kit, verifyKit(kit).digest);
  });

  it("where no archive can be written it says so, and leaves nothing", () => {
    const folder = mkdtempSync(join(tmpdir(), "out-"));
    const file = join(folder, "file");
    writeFileSync(file, "");
    const program = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [program, "kit", "build", "--out", file], {
      encoding: "utf8",
    });
    assert.equal(status, 3, stderr);
    assert.match(stderr, /\[medium\/\w+\]\n {2}expected {2}that the kit can be written at /);
    assert.deepEqual(readdirSync(folder), ["file"]);
  });

  it("one changed byte in any of its files: verify names it", () => {
    const copy = join(mkdtempSync(join(tmpdir(), "copy-")), "kit");
    cpSync(kit, copy, { recursive: true });
    const paths = [
      ...readFileSync(join(copy, "SHA256SUMS"), "utf8").matchAll(/^[0-9a-f]{64} {2}(.+)$/gm),
    ].map(([, path = ""]) => path);
    for (const path of paths) {
      const bytes = readFileSync(join(copy, path));
      const at = Math.floor(Math.random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
      writeFileSync(join(copy, path), bytes);
    }
    assert.deepEqual(
      verifyKit(copy).problems.map(({ path, problem }) => `${path} ${problem}`),
      paths.map((path) => `${path} changed`),
    );
    rmSync(copy, { recursive: true });
  });
});

function enter(...words: readonly string[]) {
  return spawnSync(entrance, words, { encoding: "utf8", input: "" });
}

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is set by npm run test:kit`);
  return value;
}
