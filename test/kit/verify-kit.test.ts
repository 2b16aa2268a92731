import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { openKit } from "../../src/kit/open-kit.ts";
import { verifyKit } from "../../src/kit/verify-kit.ts";
import { start } from "../commands/command-line.ts";
import { SmallKit } from "./small-kit.ts";

describe("a kit's folder", () => {
  it("is whole, and its digest is that of SHA256SUMS", (test) => {
    const { folder, files } = new SmallKit(test);
    const digest = sha256Hex(readFileSync(join(folder, "SHA256SUMS")));
    assert.deepEqual(verifyKit(folder), { digest, files: files.length, problems: [] });
  });

  it("every kind of problem is named, with its file", (test) => {
    const { folder } = new SmallKit(test);
    writeFileSync(join(folder, "docs/holder.md"), "# for holders\n");
    rmSync(join(folder, "app/cli.js"));
    mkdirSync(join(folder, "app/node_modules"));
    writeFileSync(join(folder, "app/node_modules/evil.js"), "");
    symlinkSync("/etc", join(folder, "lib/etc"));
    assert.deepEqual(verifyKit(folder).problems, [
      { path: "app/cli.js", problem: "missing" },
      { path: "app/node_modules/evil.js", problem: "not-listed" },
      { path: "docs/holder.md", problem: "changed" },
      { path: "lib/etc", problem: "link" },
    ]);
  });

  it("without SHA256SUMS, or with one of somebody else's, it is none", (test) => {
    const { folder } = new SmallKit(test);
    const sums = join(folder, "SHA256SUMS");
    const text = readFileSync(sums, "utf8");
    for (const bad of [text.toUpperCase(), `${text}\n`, text.replace("app/cli.js", "../cli.js"), "", "\0"]) {
      writeFileSync(sums, bad);
      assert.throws(() => verifyKit(folder), { code: "kit/sums" });
    }
    rmSync(sums);
    assert.throws(() => verifyKit(folder), { code: "kit/none" });
  });
});

describe("kit verify", () => {
  it("exits 0 for a whole one, 1 for another, and 1 for another digest than that on paper", (test) => {
    const { folder } = new SmallKit(test);
    const whole = start("kit", "verify", folder, "--json");
    assert.equal(whole.status, 0, whole.error);
    const { digest } = JSON.parse(whole.out);
    assert.equal(start("kit", "verify", folder, "--digest", digest.toUpperCase()).status, 0);
    const other = start("kit", "verify", folder, "--digest", "00".repeat(32));
    assert.equal(other.status, 1);
    assert.match(other.out, /Its digest is another one than that on paper/);
    writeFileSync(join(folder, "app/cli.js"), "");
    const changed = start("kit", "verify", folder);
    assert.equal(changed.status, 1);
    assert.match(changed.out, /app\/cli\.js is not what it was when the kit was built/);
  });

  it("an archive that is none", async (test) => {
    const folder = mkdtempSync(join(tmpdir(), "no-kit-"));
    test.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "kit.tar.gz");
    for (const bytes of ["", "no archive at all\n", Buffer.from([0x1f, 0x8b, 8, 0])]) {
      writeFileSync(file, bytes);
      await assert.rejects(openKit(file, verifyKit), { code: "kit/archive-unreadable" });
    }
  });

  it("no tar at all, and no room to unpack", async (test) => {
    const folder = mkdtempSync(join(tmpdir(), "no-tar-"));
    const path = process.env["PATH"];
    test.after(() => {
      process.env["PATH"] = path;
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, "kit.tar.gz");
    writeFileSync(file, "");
    process.env["PATH"] = folder;
    await assert.rejects(openKit(file, verifyKit), { code: "kit/tar" });
    const tar = "#!/bin/sh\necho 'tar: x/node: Cannot write: No space left on device' >&2\nexit 2\n";
    writeFileSync(join(folder, "tar"), tar, { mode: 0o755 });
    await assert.rejects(openKit(file, verifyKit), { code: "medium/full" });
  });
});
