import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { lockFolder } from "../../src/machine/lock.ts";
import { isUtcSecond, type UtcSecond } from "../../src/tuf/types.ts";

const root = mkdtempSync(join(tmpdir(), "lock-"));
after(() => rmSync(root, { recursive: true }));
const since = time("2026-12-04T15:00:00Z");

function time(text: string): UtcSecond {
  assert.ok(isUtcSecond(text));
  return text;
}

/** A folder of its own for each test, so that nothing else lies beside the lock. */
function newFolder(name: string): { folder: string; lock: string; holder: string; beside: () => string[] } {
  const parent = join(root, name);
  const folder = join(parent, "ceremony");
  mkdirSync(folder, { recursive: true });
  const lock = `${folder}.lock`;
  return { folder, lock, holder: join(lock, "holder.json"), beside: () => readdirSync(parent).sort() };
}

/** Takes the lock in another process, says `got` or the error's code, and holds it until its stdin ends. */
function otherProcess(folder: string) {
  const program = `import { lockFolder } from ${JSON.stringify(import.meta.resolve("../../src/machine/lock.ts"))};
    await new Promise((resolve) => process.stdin.once("data", resolve));
    try { await lockFolder(${JSON.stringify(folder)}, "2026-12-04T15:00:00Z"); console.log("got"); }
    catch (error) { console.log(error.code ?? error); }
    process.stdin.once("end", () => process.exit());`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answer = once(child.stdout, "data").then(([line]) => String(line).trim());
  return {
    child,
    answer,
    start: () => child.stdin.write("go\n"),
    end: () => child.stdin.end(),
    exit: once(child, "exit"),
  };
}

function changeHolder(path: string, change: object): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
}

describe("the folder's lock", () => {
  it("is beside the folder, says who has it, and goes", async () => {
    const { folder, holder, beside } = newFolder("plain");
    const lock = await lockFolder(folder, since);
    const text = JSON.parse(readFileSync(holder, "utf8"));
    assert.equal(text.pid, process.pid);
    assert.equal(text.since, since);
    assert.deepEqual(readdirSync(folder), []);
    await assert.rejects(lockFolder(`${folder}/`, since), {
      code: "folder/locked",
      exit: "device",
      found: `process ${process.pid}, which has had it since 2026-12-04T15:00:00Z`,
    });
    lock.release();
    lock.release();
    assert.deepEqual(beside(), ["ceremony"]);
    (await lockFolder(folder, since)).release();
  });

  it("is one for the folder, whatever name it is called by", async () => {
    const { folder, beside } = newFolder("names");
    symlinkSync("ceremony", `${folder}-link`);
    const inside = process.cwd();
    process.chdir(folder);
    try {
      const lock = await lockFolder(".", since);
      assert.equal(lock.path, `${folder}.lock`);
      assert.deepEqual(readdirSync("."), []);
      await assert.rejects(lockFolder(`${folder}-link`, since), { code: "folder/locked" });
      lock.release();
    } finally {
      process.chdir(inside);
    }
    const byLink = await lockFolder(`${folder}-link`, since);
    await assert.rejects(lockFolder(folder, since), { code: "folder/locked" });
    byLink.release();
    assert.deepEqual(beside(), ["ceremony", "ceremony-link"]);
  });

  it("can be taken before the folder is there", async () => {
    const { folder } = newFolder("absent");
    (await lockFolder(join(folder, "not-yet"), since)).release();
  });

  it("refuses a second process, goes with the first, and is stale after a kill", async () => {
    const { folder, beside } = newFolder("processes");
    const first = otherProcess(folder);
    first.start();
    assert.equal(await first.answer, "got");
    await assert.rejects(lockFolder(folder, since), {
      code: "folder/locked",
      found: new RegExp(`process ${first.child.pid},`),
    });
    first.end();
    await first.exit;
    assert.deepEqual(beside(), ["ceremony"]);

    const second = otherProcess(folder);
    second.start();
    assert.equal(await second.answer, "got");
    second.child.kill("SIGKILL");
    await second.exit;
    assert.deepEqual(beside(), ["ceremony", "ceremony.lock"]);
    (await lockFolder(folder, since)).release();
    assert.deepEqual(beside(), ["ceremony"]);
  });

  for (const [name, change] of [
    ["from another boot", { bootId: "another" }],
    ["of a process that is gone", { pid: 2 ** 22 + 1 }],
    ["whose PID was used again", { startTime: "1" }],
  ] as const) {
    it(`replaces one ${name}`, async () => {
      const { folder, holder, beside } = newFolder(name);
      await lockFolder(folder, since);
      changeHolder(holder, change);
      const lock = await lockFolder(folder, time("2026-12-05T00:00:00Z"));
      assert.equal(JSON.parse(readFileSync(holder, "utf8")).since, "2026-12-05T00:00:00Z");
      assert.deepEqual(beside(), ["ceremony", "ceremony.lock"]);
      lock.release();
      assert.deepEqual(beside(), ["ceremony"]);
    });
  }

  it("doesn't guess: another PID namespace or an unreadable lock is refused", async () => {
    const { folder, lock, holder } = newFolder("unknown");
    await lockFolder(folder, since);
    changeHolder(holder, { pidNamespace: "pid:[1]" });
    await assert.rejects(lockFolder(folder, since), { code: "folder/locked" });
    for (const text of ["", "{}", '{"pid":"1"}', "\u0000"]) {
      writeFileSync(holder, text);
      await assert.rejects(lockFolder(folder, since), {
        code: "folder/locked",
        found: `a lock that can't be read, ${lock}`,
      });
    }
  });

  it("says what is wrong with the medium", async () => {
    await assert.rejects(lockFolder(join(root, "no", "such", "folder"), since), { code: "medium/missing" });
    await assert.rejects(lockFolder("/proc/ceremony", since), { code: /^medium\// });
  });

  it("removes only its own", async () => {
    const { folder, holder } = newFolder("replaced");
    const lock = await lockFolder(folder, since);
    changeHolder(holder, { since: "2030-01-01T00:00:00Z" });
    lock.release();
    assert.equal(existsSync(holder), true);
  });

  for (const stale of [false, true]) {
    it(`goes to one of 20 processes at once${stale ? ", where a stale one is in the way" : ""}`, async () => {
      const { folder, holder, beside } = newFolder(`race-${stale}`);
      if (stale) {
        await lockFolder(folder, since);
        changeHolder(holder, { bootId: "another" });
      }
      const processes = Array.from({ length: 20 }, () => otherProcess(folder));
      await Promise.all(processes.map(({ child }) => once(child, "spawn")));
      for (const { start } of processes) start();
      const answers = await Promise.all(processes.map(({ answer }) => answer));
      assert.deepEqual(answers.sort(), [...Array(19).fill("folder/locked"), "got"]);
      for (const { end } of processes) end();
      await Promise.all(processes.map(({ exit }) => exit));
      assert.deepEqual(beside(), ["ceremony"]);
    });
  }
});
