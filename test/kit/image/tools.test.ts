import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { requireTools, runTool } from "../../../src/kit/image/tools.ts";
import { start } from "../../commands/command-line.ts";
import { SmallKit } from "../small-kit.ts";

describe("the tools that an image is built by", () => {
  it("that are missing are named by their packages, with what to type", (test) => {
    assert.throws(() => requireTools([newFolder(test)]), {
      code: "kit/tools",
      message: /mmdebstrap, squashfs-tools, xorriso, mtools/,
    });
  });

  it("are run by root only", (test) => {
    const folder = newFolder(test);
    for (const name of ["mmdebstrap", "mksquashfs", "xorriso", "mformat", "mmd", "mcopy"])
      writeFileSync(join(folder, name), "", { mode: 0o755 });
    assert.throws(() => requireTools([folder], 1000), { code: "kit/image-user", message: /user 1000/ });
    requireTools([folder], 0);
  });

  it("get nothing of this machine's environment but a proxy, and one umask, time zone and date", async (test) => {
    const work = newFolder(test);
    const told = { ...process.env };
    test.after(() => {
      process.env = told;
      process.umask(0o022);
    });
    process.env = {
      ...told,
      https_proxy: "http://proxy.example",
      LANG: "de_DE.UTF-8",
      LD_PRELOAD: "",
      TZ: "Asia/Kathmandu",
    };
    process.umask(0o077);
    await runTool(work, "sh", ["-c", "{ env; umask; pwd; cat; } > said"]);
    const said = readFileSync(join(work, "said"), "utf8");
    for (const line of [
      "https_proxy=http://proxy.example",
      "TZ=UTC",
      "LC_ALL=C",
      "SOURCE_DATE_EPOCH=1604016000",
      "0022",
      work,
    ])
      assert.ok(said.split("\n").includes(line), line);
    assert.doesNotMatch(said, /LANG=|LD_PRELOAD|Kathmandu|HOME=/);
  });

  it("read a file where they are given one", async (test) => {
    const work = newFolder(test);
    writeFileSync(join(work, "in"), "content");
    await runTool(work, "sh", ["-c", "cat > out"], join(work, "in"));
    assert.equal(readFileSync(join(work, "out"), "utf8"), "content");
  });

  it("that fail are quoted, at the end of what they said", async (test) => {
    await assert.rejects(runTool(newFolder(test), "sh", ["-c", "echo no such package >&2; exit 3"]), {
      code: "kit/image",
      message: /sh to do its part[\s\S]*exit status 3: "no such package"/,
    });
  });
});

describe("kit image", () => {
  it("is not built from a kit that is not as it was built", (test) => {
    const { folder } = new SmallKit(test);
    writeFileSync(join(folder, "app/cli.js"), "");
    const { status, error } = start("kit", "image", folder, "--out", newFolder(test));
    assert.equal(status, 1, error);
    assert.match(error, /\[kit\/damaged\]/);
  });

  it("a list of sources that is not there: exit status 2, before anything is built", (test) => {
    const { folder } = new SmallKit(test);
    const words = ["--out", newFolder(test), "--sources", join(folder, "nothing.list")];
    const { status, error } = start("kit", "image", folder, ...words);
    assert.equal(status, 2, error);
    assert.match(error, /--sources: a file/);
  });
});

function newFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  test.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
