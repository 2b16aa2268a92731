/** How a kit starts, and when it does not. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SmallKit } from "./small-kit.ts";

/** A program that tries what it should not be able to do, and says what came of it. */
const PROBE = `
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:inspector";
import { connect, createServer } from "node:net";
import { Worker } from "node:worker_threads";
const beside = new URL("written", import.meta.url);
const attempts = {
  connect: () => once(connect(9, "127.0.0.1"), "connect"),
  resolve: () => lookup("localhost"),
  listen: () => once(createServer().listen(0), "listening"),
  datagram: () => once(createSocket("udp4").bind(0), "listening"),
  worker: () => new Worker("", { eval: true }),
  inspector: () => open(0),
  addon: () => process.dlopen({ exports: {} }, "/none.node"),
  code: () => new Function("return 1")(),
  read: () => readFileSync("/etc/passwd"),
  write: () => { writeFileSync(beside, ""); rmSync(beside); },
  start: () => { const { error } = spawnSync("true"); if (error) throw error; },
};
const outcomes = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try { await attempt(); outcomes[name] = "done"; }
  catch (error) { outcomes[name] = error.code ?? error.name; }
}
console.log(JSON.stringify(outcomes));
process.exit();
`;

function probed(kit: SmallKit, words: readonly string[]): unknown {
  const { out, error } = kit.start(words);
  assert.equal(error, "");
  return JSON.parse(out);
}

describe("the launcher", () => {
  it("starts the kit's own runtime with what it was given, and with flags of its own", (test) => {
    const kit = new SmallKit(test);
    const { status, out, error } = kit.start(["run", "a b", "--folder", "*"]);
    assert.deepEqual([status, error], [0, ""]);
    const [started = ""] = out.split("\n");
    assert.match(started, /^STARTED --permission .* --frozen-intrinsics /);
    assert.ok(started.endsWith(`${kit.folder}/app/cli.js run a b --folder *`), started);
  });

  it("lets the program write and start others only where it acts, and have no network, addon or debugger ever", (test) => {
    const kit = new SmallKit(test, {
      runtime: `#!/bin/sh\nunset LD_LIBRARY_PATH # the small kit's library is none\nexec '${process.execPath}' "$@"\n`,
      program: PROBE,
    });
    const denied = "ERR_ACCESS_DENIED";
    const never = {
      connect: denied,
      resolve: denied,
      listen: denied,
      datagram: denied,
      worker: denied,
      inspector: denied,
      addon: "ERR_DLOPEN_DISABLED",
      code: "EvalError",
    };
    for (const words of [["--version"], ["verify", "1.root.json"], ["diff"], ["audit"], ["check"]]) {
      const expected = { ...never, read: "done", write: denied, start: denied };
      assert.deepEqual(probed(kit, words), expected, words.join(" "));
    }
    for (const words of [["run"], ["sign"], ["preflight"], ["kit", "verify"]]) {
      const expected = { ...never, read: "done", write: "done", start: "done" };
      assert.deepEqual(probed(kit, words), expected, words.join(" "));
    }
  });

  it("lets nothing of the environment in but the terminal's kind, NO_COLOR and who came by ssh", (test) => {
    const { out } = new SmallKit(test).start(["--version"], {
      PATH: process.env["PATH"],
      HOME: "/home/ada",
      NODE_OPTIONS: "--import=/tmp/evil.mjs",
      NODE_PATH: "/tmp",
      LD_LIBRARY_PATH: "/tmp",
      LD_PRELOAD: "",
      SOFTHSM2_CONF: "/tmp/x",
      OPENSSL_CONF: "/tmp/y",
      PKCS11_PIN: "secret",
      TERM: "xterm; rm",
      NO_COLOR: "yes",
      SSH_CONNECTION: "10.0.0.1 22 10.0.0.2 22",
    });
    const names = [...out.matchAll(/^([A-Z_0-9]+)=/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => !["PWD", "_", "OLDPWD", "SHLVL"].includes(name));
    assert.deepEqual(names.toSorted(), ["LD_LIBRARY_PATH", "NO_COLOR", "PATH", "SSH_CONNECTION", "TERM"]);
    assert.match(out, /^LD_LIBRARY_PATH=\/\S+\/lib$/m);
    assert.match(out, /^TERM=xterm; rm$/m);
    assert.match(out, /^PATH=\/usr\/local\/sbin:/m);
    assert.doesNotMatch(out, /evil|secret/);
  });

  it("forbids core dumps, and files that others could read", (test) => {
    const { out } = new SmallKit(test).start(["--version"]);
    assert.deepEqual(out.trimEnd().split("\n").slice(-2), ["0", "0077"]);
  });

  it("is found by a relative path, from another folder, and through a link", (test) => {
    const kit = new SmallKit(test);
    for (const [cwd, path] of [
      [kit.folder, "./tuf-ceremony"],
      ["/", join(kit.folder, "tuf-ceremony")],
      [join(kit.folder, "app"), "../tuf-ceremony"],
    ] as const) {
      const { stdout } = spawnSync(path, ["--version"], { cwd, encoding: "utf8" });
      assert.match(stdout, /^STARTED .*\/app\/cli\.js --version\n/);
    }
    const elsewhere = join(kit.folder, "..", "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(join(kit.folder, "tuf-ceremony"), join(elsewhere, "tuf-ceremony"));
    const { stdout } = spawnSync(join(elsewhere, "tuf-ceremony"), ["--version"], { encoding: "utf8" });
    assert.match(stdout, /^STARTED .*\/app\/cli\.js --version\n/);
  });
});

describe("a kit that is not as it was built", () => {
  it("whichever byte of whichever file is another one: nothing of it is started for a ceremony", (test) => {
    const kit = new SmallKit(test);
    // The launcher itself is what looks: of it, and of the archive, sha256sum says so before.
    for (const path of [...kit.files, "SHA256SUMS"].filter((each) => each !== "tuf-ceremony")) {
      const file = join(kit.folder, path);
      const bytes = readFileSync(file);
      const step = path === "SHA256SUMS" ? 7 : 1;
      for (let at = 0; at < bytes.length; at += step) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        // sha256sum takes digests in upper case, too; the program does not (kit/sums).
        if (path === "SHA256SUMS" && changed.toString().toLowerCase() === bytes.toString()) continue;
        writeFileSync(file, changed);
        const { status, out, error } = kit.start(["run", "script.yaml"]);
        assert.deepEqual([status, out], [2, ""], `${path}, byte ${at}`);
        assert.match(
          error,
          /^tuf-ceremony: refused \[kit\/damaged\]\n {2}expected .*\n {2}found .*\n {2}remedy /,
        );
      }
      writeFileSync(file, bytes);
    }
    assert.equal(kit.start(["run", "script.yaml"]).status, 0);
  });

  it("a file that is missing, or can't be run: it says so", (test) => {
    const kit = new SmallKit(test);
    chmodSync(join(kit.folder, "runtime/node"), 0o644);
    assert.match(
      kit.start(["--version"]).error,
      /\[kit\/noexec\][\s\S]*Copy the archive to the machine's disk or memory/,
    );
    rmSync(join(kit.folder, "app/cli.js"));
    chmodSync(join(kit.folder, "runtime/node"), 0o755);
    assert.match(kit.start(["run"]).error, /\[kit\/damaged\][\s\S]*app\/cli\.js/);
    rmSync(join(kit.folder, "runtime/node"));
    assert.match(kit.start(["--version"]).error, /\[kit\/damaged\]/);
  });

  it("another kind of machine: it says so", (test) => {
    const kit = new SmallKit(test);
    const folder = join(kit.folder, "..", "bin");
    mkdirSync(folder);
    writeFileSync(join(folder, "uname"), "#!/bin/sh\necho Linux aarch64\n");
    chmodSync(join(folder, "uname"), 0o755);
    const { status, error } = kit.start(["--version"], { PATH: `${folder}:${process.env["PATH"]}` });
    assert.equal(status, 2);
    assert.match(error, /\[kit\/machine\]\n {2}expected {2}Linux x86_64\n {2}found {5}Linux aarch64\n/);
  });
});
