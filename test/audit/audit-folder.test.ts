/** Verdicts: each grade by itself, and problems by code and place. (test/flip changes every byte.) */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, test } from "node:test";
import { auditFolder, type Verdict } from "../../src/audit/audit-folder.ts";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { CeremonyError } from "../../src/errors.ts";
import { canonicalText } from "../../src/transcript/line.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";
import { loadScript, newFolder, runOnce } from "../live/ceremony-harness.ts";
import { ExceptionalCeremony, listExceptions, scriptOf } from "../support/exceptional-ceremony.ts";
import { exampleText } from "../support/scripts.ts";

const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-audit-"));
after(() => rmSync(base, { recursive: true }));

let finished: string;
let head: Sha256Hex;
before(async () => {
  finished = newFolder();
  ({ head } = await runOnce({ folder: finished, loaded: loadScript("minimal.yaml") }));
});
after(() => rmSync(join(finished, ".."), { recursive: true }));

/** A copy of the finished folder with something done to it. */
function changed(change: (root: string) => void): string {
  const root = mkdtempSync(join(base, "copy-"));
  cpSync(finished, root, { recursive: true });
  change(root);
  return root;
}

function linesIn(root: string): readonly string[] {
  return readFileSync(join(root, "transcript.jsonl"), "utf8").split(/(?<=\n)/);
}

function keepLines(root: string, count: number): void {
  writeFileSync(join(root, "transcript.jsonl"), linesIn(root).slice(0, count).join(""));
}

function problemsOf(verdict: Verdict): readonly string[] {
  return verdict.problems.map(({ code, where }) => `${code} ${where}`);
}

describe("a finished ceremony", () => {
  it("is consistent, and every grade says its own", async () => {
    const verdict = await auditFolder(finished, null);
    assert.deepEqual(verdict.problems, []);
    const { isConsistent, isRehearsal, end, isAnchored, attested, sessions, lines, exceptions } = verdict;
    assert.deepEqual(
      { isConsistent, isRehearsal, end, isAnchored, sessions, exceptions },
      {
        isConsistent: true,
        isRehearsal: false,
        end: "finished",
        isAnchored: null,
        sessions: 1,
        exceptions: [],
      },
    );
    assert.deepEqual(attested, { keys: 0, of: 0, kept: 0, waived: [] });
    assert.equal(lines, linesIn(finished).length);
    assert.equal(verdict.head, head);
    assert.deepEqual(verdict.witnesses, [{ person: "witness-1", head: null }]);
    assert.deepEqual(
      verdict.clients.map(({ accepted }) => accepted),
      [true],
    );
  });

  it("is anchored by its head, and not consistent with another one", async () => {
    assert.equal((await auditFolder(finished, head)).isAnchored, true);
    const other = sha256Hex("another");
    const verdict = await auditFolder(finished, other);
    assert.deepEqual([verdict.isAnchored, verdict.isConsistent], [false, false]);
    assert.deepEqual(verdict.problems, [
      { code: "audit/head", where: "transcript.jsonl", expected: other, found: head },
    ]);
  });

  it("goes by the script that was given, and is not consistent with another one", async () => {
    const script = sha256Hex(readFileSync(join(finished, "script.yaml")));
    const verdict = await auditFolder(finished, head, script);
    assert.deepEqual([verdict.givenScript, verdict.scripts, verdict.problems], [script, [script], []]);
    const other = sha256Hex("another");
    const wrong = await auditFolder(finished, head, other);
    assert.deepEqual([wrong.givenScript, wrong.isConsistent], ["another", false]);
    assert.deepEqual(wrong.problems, [
      { code: "audit/script", where: "script.yaml", expected: other, found: script },
    ]);
  });

  it("says when it was held, and who was there", async () => {
    const { held, attendance, leftOver } = await auditFolder(finished, null);
    const times = linesIn(finished).map((line) => /"time":"([^"]+)"/.exec(line)?.[1]);
    assert.deepEqual(held, { from: times[0], to: times.at(-1) });
    assert.deepEqual(attendance, { present: ["admin", "ada", "grace", "witness-1"], absent: [] });
    assert.deepEqual(leftOver, []);
  });

  it("is no other for being audited: nothing is written", async () => {
    const root = changed(() => {});
    await auditFolder(root, head);
    assert.equal(sha256Hex(readFileSync(join(root, "transcript.jsonl"))), head);
    assert.deepEqual(problemsOf(await auditFolder(root, head)), []);
  });
});

test("a file that a broken-off write may have left is named as not accounted for", async () => {
  const root = changed((at) => {
    const begun = linesIn(at).findIndex((line) => /"kind":"write".*metadata\/1\.root\.json/.test(line));
    keepLines(at, begun + 1);
    writeFileSync(join(at, "metadata/1.root.json"), "torn");
  });
  const verdict = await auditFolder(root, null);
  assert.deepEqual([verdict.problems, verdict.leftOver, verdict.end], [[], ["metadata/1.root.json"], null]);
});

test("the head of an earlier seal is told as what it is", async () => {
  const ceremony = new ExceptionalCeremony(scriptOf(exampleText("minimal")));
  const first = await ceremony.session([{ step: "beacon", prompt: "beacon", does: "leaves" }]);
  await ceremony.session();
  const [problem] = (await auditFolder(ceremony.folder, first.head)).problems;
  assert.match(problem?.found ?? "", /^[0-9a-f]{64}; the given one is that after line \d+, a seal/);
});

test("a script with errors is told by its rule, and not as another script", async () => {
  const root = changed((at) => {
    const path = join(at, "script.yaml");
    const text = readFileSync(path, "utf8").replace("threshold: 2", "threshold: 1");
    writeFileSync(path, text);
    const bytes = readFileSync(path);
    const [line = ""] = linesIn(at);
    const session = JSON.parse(line);
    session.script = { ...session.script, sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
    writeFileSync(join(at, "transcript.jsonl"), `${canonicalText(session)}\n`);
  });
  const verdict = await auditFolder(root, null);
  assert.deepEqual(problemsOf(verdict), ["transcript/script transcript.jsonl line 1"]);
  assert.match(
    verdict.problems[0]?.found ?? "",
    /^a script with errors, in line \d+, column \d+ \[[a-z0-9/-]+\]: /,
  );
});

test("folders so deep that nobody can look into them are told, and end nothing", async () => {
  const root = changed((at) => {
    // Paths that are too long for the system are made and removed by going into them.
    const deep =
      'for (let i = 0; i < 30; i++) { fs.mkdirSync("d".repeat(200)); process.chdir("d".repeat(200)); }';
    execFileSync(process.execPath, ["-e", deep], { cwd: at });
  });
  const problems = problemsOf(await auditFolder(root, null));
  execFileSync("rm", ["-rf", root]);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /^audit\/unexpected (d{200}\/)+d{200}$/);
});

const CHANGES: readonly (readonly [
  what: string,
  change: (root: string) => void,
  problems: readonly string[],
])[] = [
  ["a file more", (root) => writeFileSync(join(root, "notes.txt"), "x"), ["audit/unexpected notes.txt"]],
  [
    "a file less",
    (root) => rmSync(join(root, "metadata/1.root.json")),
    ["audit/missing metadata/1.root.json"],
  ],
  [
    "a longer file",
    (root) => writeFileSync(join(root, "metadata/1.root.json"), "\n", { flag: "a" }),
    ["audit/size metadata/1.root.json"],
  ],
  [
    "a file of the same length",
    (root) => {
      const path = join(root, "metadata/1.root.json");
      writeFileSync(path, "x".repeat(readFileSync(path).length));
    },
    ["audit/digest metadata/1.root.json"],
  ],
  [
    "a link to the same bytes",
    (root) => {
      const path = join(root, "metadata/1.root.json");
      rmSync(path);
      symlinkSync(join(finished, "metadata/1.root.json"), path);
    },
    ["audit/not-a-file metadata/1.root.json"],
  ],
  [
    "a folder whose name is no UTF-8",
    (root) => mkdirSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])])),
    ["audit/unexpected ??"],
  ],
  [
    "another script",
    (root) => writeFileSync(join(root, "script.yaml"), "x"),
    ["audit/size script.yaml", "transcript/script transcript.jsonl line 1"],
  ],
  [
    "no input",
    (root) => rmSync(join(root, "inputs"), { recursive: true }),
    ["audit/missing inputs/keys/online.pem", "transcript/script transcript.jsonl line 1"],
  ],
  [
    "a file under witnesses/ that is no signature",
    (root) => {
      mkdirSync(join(root, "witnesses"));
      writeFileSync(join(root, "witnesses/notes.txt"), "x");
    },
    ["audit/witness witnesses/notes.txt"],
  ],
  [
    "an empty transcript",
    (root) => truncateSync(join(root, "transcript.jsonl")),
    ["transcript/empty transcript.jsonl"],
  ],
  [
    "a line that is none",
    (root) => writeFileSync(join(root, "transcript.jsonl"), "{}\n"),
    ["transcript/shape transcript.jsonl line 1"],
  ],
  [
    "everything at once",
    (root) => {
      writeFileSync(join(root, "notes.txt"), "x");
      rmSync(join(root, "metadata/1.root.json"));
      writeFileSync(join(root, "metadata/1.bins.json"), "{}");
    },
    ["audit/unexpected notes.txt", "audit/size metadata/1.bins.json", "audit/missing metadata/1.root.json"],
  ],
];
describe("what is not as it must be", () => {
  for (const [what, change, problems] of CHANGES) {
    it(`${what}: ${problems.join(", ")}`, async () => {
      const verdict = await auditFolder(changed(change), null);
      assert.deepEqual(problemsOf(verdict), problems);
      assert.equal(verdict.isConsistent, false);
      assert.deepEqual(verdict.clients, [], "clients are not asked about what is not consistent");
      for (const { expected, found } of verdict.problems) assert.ok(expected !== "" && found !== "");
    });
  }

  it("a folder in the transcript's place is named once", async () => {
    const root = changed((copy) => {
      rmSync(join(copy, "transcript.jsonl"));
      mkdirSync(join(copy, "transcript.jsonl"));
    });
    assert.deepEqual(problemsOf(await auditFolder(root, null)), ["audit/not-a-file transcript.jsonl"]);
  });
});

describe("no ceremony", () => {
  for (const [what, root] of [
    ["a folder that is not there", () => join(base, "nothing")],
    ["a file", () => join(finished, "script.yaml")],
    ["a folder without a transcript", () => changed((copy) => rmSync(join(copy, "transcript.jsonl")))],
  ] as const) {
    it(`${what}: audit/no-ceremony, which is no verdict`, async () => {
      await assert.rejects(auditFolder(root(), null), (error) => {
        assert.ok(error instanceof CeremonyError);
        assert.deepEqual([error.code, error.exit], ["audit/no-ceremony", "usage"]);
        return error.remedy !== "";
      });
    });
  }
});

describe("a ceremony that goes on", () => {
  /** The line at which the first file is announced. */
  const announced = () => linesIn(finished).findIndex((line) => line.includes('"kind":"write"')) + 1;
  const metadata =
    (...roles: readonly string[]) =>
    (root: string) => {
      for (const role of ["bins", "targets", "root"])
        if (!roles.includes(role)) rmSync(join(root, `metadata/1.${role}.json`));
    };

  it("is consistent so far behind any of its lines, and not finished", async () => {
    const count = linesIn(finished).length;
    for (let kept = 1; kept < announced(); kept += 7) {
      const root = changed((copy) => {
        keepLines(copy, kept);
        metadata()(copy);
      });
      const verdict = await auditFolder(root, null);
      assert.deepEqual(problemsOf(verdict), [], `${kept} of ${count} lines`);
      assert.equal(verdict.end, null);
      assert.deepEqual(verdict.clients, []);
    }
  });

  it("may have the file that it announced when it broke off, and no other", async () => {
    const leave = (...roles: readonly string[]) =>
      changed((copy) => {
        keepLines(copy, announced());
        metadata(...roles)(copy);
      });
    assert.deepEqual(problemsOf(await auditFolder(leave("bins"), null)), []);
    assert.deepEqual(problemsOf(await auditFolder(leave("bins", "root"), null)), [
      "audit/unexpected metadata/1.root.json",
    ]);
  });

  it("that was paused says so, with the exceptions so far", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(exampleText("minimal")));
    await ceremony.session([
      { step: "beacon", prompt: "beacon", does: "retry" },
      { step: "confirm/online", prompt: "confirm-key", does: "leaves" },
    ]);
    const verdict = await ceremony.audit();
    assert.deepEqual([verdict.end, verdict.sessions, verdict.isAnchored], ["paused", 1, true]);
    assert.deepEqual(listExceptions(verdict), ["beacon exception: retry"]);
    await ceremony.session();
    await ceremony.finished();
  });

  it("that was aborted is consistent, has ended, and lists why", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(exampleText("minimal")));
    await ceremony.session([{ step: "beacon", prompt: "beacon", does: "abort" }]);
    const verdict = await ceremony.audit();
    assert.equal(verdict.end, "aborted");
    assert.deepEqual(listExceptions(verdict), ["beacon exception: abort"]);
  });

  it("as a rehearsal says so, and asks no client", async () => {
    const root = newFolder();
    await runOnce({ folder: root, loaded: loadScript("minimal.yaml"), rehearsal: true });
    const verdict = await auditFolder(root, null);
    assert.deepEqual([verdict.isConsistent, verdict.isRehearsal, verdict.clients], [true, true, []]);
  });
});
