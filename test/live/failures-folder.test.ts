/** What can be wrong with a ceremony folder when somebody wants to go on with it, and a disk that takes nothing more. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { CeremonyError } from "../../src/errors.ts";
import { type Disk, realDisk } from "../../src/machine/disk.ts";
import { ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { pseudoTerminal, requires } from "../support/requires.ts";
import { edit, exampleText } from "../support/scripts.ts";
import { TerminalSession } from "../support/terminal-session.ts";
import { newFolder, SCRIPTS } from "./ceremony-harness.ts";

const patient = { ...requires(pseudoTerminal), timeout: 120_000 };
const cli = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const minimal = exampleText("minimal");
/** With a window around the time of this machine, so that `run` has nothing to say about the clock. */
const day = 86_400_000;
const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
const today = edit(
  minimal,
  "from: 2026-12-04T15:00:00Z, to: 2026-12-04T23:00:00Z",
  `from: ${utc(Date.now() - day)}, to: ${utc(Date.now() + day)}`,
);

/** A ceremony that somebody left before root was signed. */
async function left(text = minimal): Promise<ExceptionalCeremony> {
  const ceremony = new ExceptionalCeremony(scriptOf(text));
  if (text === today) ceremony.now = Math.floor(Date.now() / 1000) - 600;
  await ceremony.session([{ step: "sign/root/root-ada", prompt: "media", does: "leaves" }]);
  return ceremony;
}

interface Wrong {
  readonly what: string;
  readonly code: string;
  /** In the message. */
  readonly names: RegExp;
  readonly do: (folder: string, lines: readonly string[]) => void;
}

function writeLines(folder: string, lines: readonly string[]): void {
  writeFileSync(join(folder, "transcript.jsonl"), lines.map((line) => `${line}\n`).join(""));
}

const WRONG: readonly Wrong[] = [
  {
    what: "a file that nobody expects",
    code: "folder/other-files",
    names: /"notes\.txt": another file/,
    do: (folder) => writeFileSync(join(folder, "notes.txt"), "see you on Friday"),
  },
  {
    what: "a file whose name acts on terminals",
    code: "folder/other-files",
    names: /\\u\{1b\}\[2J/,
    do: (folder) => writeFileSync(join(folder, "\u001b[2Jgone"), ""),
  },
  {
    what: "an input that was edited",
    code: "transcript/script",
    names: /./,
    do: (folder) => appendFileSync(join(folder, "inputs/keys/online.pem"), "\n"),
  },
  {
    what: "the script edited",
    code: "transcript/script",
    names: /./,
    do: (folder) => appendFileSync(join(folder, "script.yaml"), "# and more\n"),
  },
  {
    what: "an input replaced by a link to a copy",
    code: "transcript/script",
    names: /./,
    do: (folder) => {
      const input = join(folder, "inputs/keys/online.pem");
      copyFileSync(input, join(folder, "..", "copy.pem"));
      rmSync(input);
      symlinkSync(join(folder, "..", "copy.pem"), input);
    },
  },
  {
    what: "a line of the transcript edited",
    code: "transcript/prev",
    names: /in line 6/,
    do: (folder, lines) =>
      writeLines(
        folder,
        lines.map((line, at) => (at === 4 ? line.replace(/:0(\d)Z"/, ':5$1Z"') : line)),
      ),
  },
  {
    what: "two lines exchanged",
    code: "transcript/seq",
    names: /in line 5/,
    do: (folder, lines) => {
      const [fourth = "", fifth = ""] = lines.slice(4, 6);
      writeLines(folder, [...lines.slice(0, 4), fifth, fourth, ...lines.slice(6)]);
    },
  },
  {
    what: "a line removed",
    code: "transcript/seq",
    names: /in line 9/,
    do: (folder, lines) => writeLines(folder, lines.toSpliced(8, 1)),
  },
  {
    what: "its spelling changed",
    code: "transcript/spelling",
    names: /in line 3/,
    do: (folder, lines) =>
      writeLines(
        folder,
        lines.map((line, at) => (at === 2 ? `${line} ` : line)),
      ),
  },
  {
    what: "something that is no JSON",
    code: "transcript/not-json",
    names: /in line 4/,
    do: (folder, lines) => writeLines(folder, lines.with(3, "\u001b]0;boo\u0007")),
  },
];

describe("a folder that is not as the ceremony left it", () => {
  for (const { what, code, names, do: change } of WRONG) {
    it(`${what}: refused by run and by the audit, and not touched`, async () => {
      const ceremony = await left();
      const transcript = join(ceremony.folder, "transcript.jsonl");
      change(ceremony.folder, readFileSync(transcript, "utf8").trimEnd().split("\n"));
      const before = readFileSync(transcript);
      const error = await ceremony.session().then(
        () => assert.fail("it went on"),
        (failure: unknown) => failure,
      );
      assert.ok(error instanceof CeremonyError, String(error));
      assert.equal(error.code, code);
      assert.equal(error.exit, "refused");
      assert.match(`${error.expected} ${error.found}`, names);
      assert.notEqual(error.remedy, "");
      assert.deepEqual(readFileSync(transcript), before);
      assert.equal((await auditFolder(ceremony.folder, null)).isConsistent, false);
    });
  }

  it("a torn last line: cut, recorded, and gone on with", async () => {
    const ceremony = await left();
    appendFileSync(join(ceremony.folder, "transcript.jsonl"), '{"half":');
    await ceremony.session();
    await ceremony.finished();
    const cuts = readFileSync(join(ceremony.folder, "transcript.jsonl"), "utf8").match(/"cut":\d+/g);
    assert.deepEqual(cuts, ['"cut":0', '"cut":8']);
  });

  it("finished, sealed, and something appended: refused by both", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(minimal));
    await ceremony.session();
    await ceremony.finished();
    await assert.rejects(ceremony.session(), { code: "folder/finished", exit: "refused" });
    const transcript = join(ceremony.folder, "transcript.jsonl");
    const lines = readFileSync(transcript, "utf8").trimEnd().split("\n");
    appendFileSync(transcript, `${lines.at(-1)}\n`);
    await assert.rejects(ceremony.session(), { code: "transcript/seq", exit: "refused" });
    appendFileSync(transcript, "torn");
    assert.equal((await auditFolder(ceremony.folder, null)).isConsistent, false);
  });

  it("metadata edited after signing: the audit names the file", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(minimal));
    await ceremony.session();
    const root = join(ceremony.folder, "metadata/1.root.json");
    writeFileSync(root, readFileSync(root, "utf8").replace('"threshold": 2', '"threshold": 1'));
    const { problems } = await auditFolder(ceremony.folder, null);
    assert.deepEqual(
      problems.map(({ code, where }) => `${code} ${where}`),
      ["audit/digest metadata/1.root.json"],
    );
  });
});

describe("a disk that takes nothing more", () => {
  const fullFor = (isRefused: (path: string, opened: number) => boolean, code: string): Disk => {
    let opened = 0;
    const fail = () => {
      throw Object.assign(new Error(code), { code, errno: -28, syscall: "write" });
    };
    return {
      ...realDisk,
      createFile: (path, mode) => {
        const file = realDisk.createFile(path, mode);
        return isRefused(path, opened) ? { ...bound(file), write: fail } : file;
      },
      openFile: (path, mode) => {
        const file = realDisk.openFile(path, mode);
        const write = (bytes: Uint8Array, position: number): void => {
          opened += 1;
          if (isRefused(path, opened)) fail();
          file.write(bytes, position);
        };
        return { ...bound(file), write };
      },
    };
  };
  const bound = (file: ReturnType<Disk["openFile"]>): ReturnType<Disk["openFile"]> => ({
    isStillAt: (at, sizeBytes) => file.isStillAt(at, sizeBytes),
    readAll: () => file.readAll(),
    write: (bytes, position) => file.write(bytes, position),
    sync: () => file.sync(),
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  });

  for (const [errno, code] of [
    ["ENOSPC", "transcript/full"],
    ["EDQUOT", "transcript/full"],
    ["EROFS", "transcript/unwritable"],
    ["EIO", "transcript/unwritable"],
  ] as const) {
    it(`the transcript, ${errno}: ${code}; the same command goes on when there is room`, async () => {
      const ceremony = new ExceptionalCeremony(scriptOf(minimal));
      ceremony.disk = fullFor((path, lines) => path.endsWith("transcript.jsonl") && lines > 40, errno);
      await assert.rejects(ceremony.session(), { code, exit: "device" });
      ceremony.disk = realDisk;
      await ceremony.session();
      await ceremony.finished();
      assert.equal(ceremony.devices.log.filter((line) => line.startsWith("generate root-ada")).length, 1);
    });
  }

  it("the outputs: an exception, and written when there is room", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(minimal));
    let isFull = true;
    ceremony.disk = fullFor((path) => isFull && path.endsWith("1.targets.json"), "ENOSPC");
    await ceremony.session([
      {
        step: "outputs",
        prompt: "failure",
        does: "retry",
        happened: "the stick was full",
        before: ({ dispositions }) => {
          assert.deepEqual(dispositions, ["retry", "pause", "abort"]);
          isFull = false;
        },
      },
    ]);
    assert.deepEqual(await ceremony.finished(), ["outputs medium/full: retry"]);
    const transcript = readFileSync(join(ceremony.folder, "transcript.jsonl"), "utf8");
    assert.ok(!transcript.includes(ceremony.folder), "no path of this machine is published");
    assert.match(transcript, /at the ceremony folder\/metadata\/1\.targets\.json/);
  });

  it("outputs on a medium that can only be read: paused, and written by the next session", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(minimal));
    ceremony.disk = fullFor((path) => path.endsWith("1.root.json"), "EROFS");
    const end = await ceremony.session([{ step: "outputs", prompt: "failure", does: "pause" }]);
    assert.equal(end.reason, "paused");
    ceremony.disk = realDisk;
    await ceremony.session();
    assert.deepEqual(await ceremony.finished(), ["outputs medium/read-only: pause"]);
  });

  it("for real, by a limit on the size of files: exit 3, one clear message, and everything so far is kept", () => {
    const folder = newFolder();
    const rehearse = ["rehearse", join(SCRIPTS, "minimal.yaml"), "--unattended", "--folder", folder];
    const command = ["-c", 'ulimit -f 40; exec "$@"', "sh", process.execPath, cli, ...rehearse];
    const { status, stderr } = spawnSync("sh", command, { encoding: "utf8" });
    assert.match(
      stderr,
      /^tuf-ceremony: device \[transcript\/full\]\n {2}expected .*\n {2}found {5}EFBIG\n {2}remedy /,
    );
    assert.equal(status, 3);
    const audit = spawnSync(process.execPath, [cli, "audit", folder], { encoding: "utf8" });
    assert.equal(audit.status, 4, audit.stdout);
  });
});

describe("what people meet at the command line", () => {
  const machine = join(mkdtempSync(join(tmpdir(), "tuf-ceremony-")), "machine.yaml");
  const media = (holder: string) => `${holder}: [/media/${holder}-1, /media/${holder}-2]`;
  writeFileSync(machine, `media: { ${["ada", "grace", "admin"].map(media).join(", ")} }\n`);
  const run = (folder: string, script: string) => {
    return [process.execPath, cli, "run", script, "--folder", folder, "--machine", machine];
  };
  const scriptFile = (text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-"));
    mkdirSync(join(folder, "keys"));
    copyFileSync(join(SCRIPTS, "keys/online.pem"), join(folder, "keys/online.pem"));
    writeFileSync(join(folder, "script.yaml"), text);
    return join(folder, "script.yaml");
  };

  it("no terminal: exit 2, and no folder was begun", () => {
    const folder = newFolder();
    const [program = "", ...words] = run(folder, scriptFile(today));
    const { status, stderr } = spawnSync(program, words, { encoding: "utf8", input: "" });
    assert.equal(status, 2);
    assert.match(stderr, /\[terminal\/none\]/);
    assert.throws(() => readFileSync(folder), { code: "ENOENT" });
  });

  for (const { what, prepare, text = today, code } of [
    {
      what: "a folder with somebody's files",
      prepare: async () => {
        const folder = newFolder();
        mkdirSync(folder);
        writeFileSync(join(folder, "holiday.jpg"), "");
        return folder;
      },
      code: "folder/not-ours",
    },
    {
      what: "an unexpected file in a ceremony's folder",
      prepare: async () => {
        const { folder } = await left(today);
        writeFileSync(join(folder, "holiday.jpg"), "");
        return folder;
      },
      code: "folder/other-files",
    },
    {
      what: "another script",
      prepare: async () => (await left(today)).folder,
      text: edit(today, "First root of", "The root of"),
      code: "folder/other-script",
    },
    {
      what: "a transcript with a line removed",
      prepare: async () => {
        const { folder } = await left(today);
        const lines = readFileSync(join(folder, "transcript.jsonl"), "utf8").trimEnd().split("\n");
        writeLines(folder, lines.toSpliced(8, 1));
        return folder;
      },
      code: "transcript/seq",
    },
  ]) {
    it(`${what}: exit 1, ${code}`, patient, async () => {
      const session = await TerminalSession.start(run(await prepare(), scriptFile(text)));
      try {
        assert.equal(await session.exit, 1, session.shown);
      } finally {
        session.kill();
      }
      for (const part of [`[${code}]`, "expected  ", "found     ", "remedy    "]) {
        assert.ok(session.shown.includes(part), session.shown);
      }
    });
  }

  for (const { what, name } of [
    { what: "an escape sequence", name: '"Ada \\x1b[2J Lovelace"' },
    { what: "a bidirectional control", name: '"Ada \\u202e Lovelace"' },
    { what: "a line break", name: '"Ada\\nLovelace"' },
    { what: "201 characters", name: "x".repeat(201) },
  ]) {
    it(`${what} in a name: a finding on its line, shown harmlessly, exit 2`, async () => {
      const text = edit(minimal, "name: Ada Lovelace", `name: ${name}`);
      const script = scriptFile(text);
      const line = text.split("\n").findIndex((words) => words.includes("id: ada")) + 1;
      const { status, stdout } = spawnSync(process.execPath, [cli, "check", script], { encoding: "utf8" });
      assert.equal(status, 2, stdout);
      assert.ok(stdout.includes(`${line}:`), stdout);
      // Letters, marks, signs and blanks: nothing that acts on a terminal or turns the text around.
      assert.match(stdout, /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\n]*$/u);
    });
  }
});
