import assert from "node:assert/strict";
import { test } from "node:test";
import type { CliContext, CommandEntry } from "../../src/commands/context.ts";
import { requireOption } from "../../src/commands/options.ts";
import { runCommandLine } from "../../src/commands/program.ts";
import { CeremonyError, type ExitKind, ExitStatus } from "../../src/errors.ts";

/** A command that does one thing, and counts how often its file was loaded. */
function commandThat(name: string, act: (context: CliContext, words: readonly string[]) => void) {
  const loads = { count: 0 };
  const entry: CommandEntry = {
    name,
    summary: `what ${name} is for`,
    load: async () => {
      loads.count += 1;
      return {
        define: (command, context) => {
          command.argument("[words...]").action((words: readonly string[]) => act(context, words));
        },
      };
    },
  };
  return { entry, loads };
}

async function run(words: readonly string[], table: readonly CommandEntry[]) {
  const shown = { out: "", error: "" };
  const surroundings = {
    version: "1.2.3",
    colour: false,
    writeOut: (text: string) => {
      shown.out += text;
    },
    writeError: (text: string) => {
      shown.error += text;
    },
  };
  const status = await runCommandLine(words, surroundings, table);
  return { status, ...shown };
}

const problem = {
  code: "folder/not-ours",
  exit: "device",
  expected: "a ceremony folder",
  found: "a file named \u001b[2Jevil\u202e",
  remedy: "Give another folder.",
} as const;

const refusing = commandThat("refuse", () => {
  throw new CeremonyError(problem);
}).entry;

test("a result is text for people", async () => {
  const { entry } = commandThat("look", (context, words) => {
    context.finish({ exit: "done", text: `saw ${words.join()}\n`, document: { saw: words } });
  });
  assert.deepEqual(await run(["look", "a", "b"], [entry]), { status: 0, out: "saw a,b\n", error: "" });
});

test("with --json, wherever it stands, a result is one JSON document", async () => {
  const { entry } = commandThat("look", (context) => {
    assert.ok(context.json);
    context.finish({ exit: "done", text: "text", document: { name: "\u202eÄ\u001b" } });
  });
  for (const words of [
    ["look", "--json"],
    ["--json", "look"],
    ["look", "a", "--json", "b"],
  ]) {
    const shown = await run(words, [entry]);
    assert.deepEqual(shown, { status: 0, out: '{\n  "name": "\\u202e\\u00c4\\u001b"\n}\n', error: "" });
  }
});

test("behind --, --json is a word like others", async () => {
  const { entry } = commandThat("look", (context, words) => {
    context.finish({ exit: "done", text: words.join(), document: {} });
  });
  assert.equal((await run(["look", "--", "--json"], [entry])).out, "--json");
});

for (const exit of ["done", "refused", "usage", "device", "waiting"] satisfies readonly ExitKind[]) {
  test(`a command that finishes as ${exit} exits ${ExitStatus[exit]}`, async () => {
    const { entry } = commandThat("look", (context) => context.finish({ exit, text: "", document: {} }));
    assert.equal((await run(["look"], [entry])).status, ExitStatus[exit]);
  });
}

test("a CeremonyError is shown by what was expected, found and can be done, escaped", async () => {
  const { status, out, error } = await run(["refuse"], [refusing]);
  assert.equal(status, 3);
  assert.equal(out, "");
  assert.match(error, /\[folder\/not-ours\]\n {2}expected {2}a ceremony folder\n {2}found {5}a file named /);
  assert.match(error, /\n {2}remedy {4}Give another folder\.\n$/);
  assert.ok(!error.includes("\u001b") && !error.includes("\u202e"), "nothing in it acts on the terminal");
});

test("a CeremonyError is one JSON document with --json", async () => {
  const { status, out, error } = await run(["refuse", "--json"], [refusing]);
  assert.deepEqual(
    { status, error, document: JSON.parse(out) },
    { status: 3, error: "", document: { error: problem } },
  );
});

const bugs: readonly (readonly [string, () => void])[] = [
  [
    "an Error",
    () => {
      throw new Error("PIN 123456\n    at 123456");
    },
  ],
  [
    "a TypeError with a cause",
    () => {
      throw new TypeError("123456", { cause: new Error("123456") });
    },
  ],
  [
    "a string",
    () => {
      // biome-ignore lint/style/useThrowOnlyError: what must be survived.
      throw "123456";
    },
  ],
  [
    "nothing",
    () => {
      // biome-ignore lint/style/useThrowOnlyError: what must be survived.
      throw undefined;
    },
  ],
];

for (const [name, act] of bugs) {
  for (const words of [["break"], ["break", "--json"]]) {
    test(`${name} that reaches the top of "${words.join(" ")}" is a bug, and its message stays secret`, async () => {
      const { status, out, error } = await run(words, [commandThat("break", act).entry]);
      assert.equal(status, 70);
      assert.ok(!`${out}${error}`.includes("123456"));
      assert.match(`${out}${error}`, /bug/);
    });
  }
}

test("a command that ends without a result, or with two, is a bug", async () => {
  const silent = commandThat("silent", () => undefined).entry;
  assert.equal((await run(["silent"], [silent])).status, 70);
  const twice = commandThat("twice", (context) => {
    context.finish({ exit: "done", text: "", document: {} });
    context.finish({ exit: "done", text: "", document: {} });
  }).entry;
  assert.equal((await run(["twice"], [twice])).status, 70);
});

test("only the command that is called is loaded", async () => {
  const called = commandThat("called", (context) => context.finish({ exit: "done", text: "", document: {} }));
  const other = commandThat("other", () => undefined);
  await run(["called"], [called.entry, other.entry]);
  assert.deepEqual([called.loads.count, other.loads.count], [1, 0]);
});

test("help lists every command and exits 0", async () => {
  const other = commandThat("other", () => undefined);
  const { status, out } = await run(["--help"], [refusing, other.entry]);
  assert.equal(status, 0);
  assert.match(out, /refuse .*what refuse is for\n/);
  assert.match(out, /other .*what other is for\n/);
  assert.equal(other.loads.count, 0);
});

test("help of one command shows its arguments", async () => {
  for (const words of [
    ["help", "refuse"],
    ["refuse", "--help"],
  ]) {
    const { status, out } = await run(words, [refusing]);
    assert.equal(status, 0);
    assert.match(out, /tuf-ceremony refuse \[options\] \[words\.\.\.\]/);
  }
});

const group: CommandEntry = { name: "group", summary: "several", commands: [refusing], examples: "" };

test("help of a command in a group is that command's, and nothing is run", async () => {
  for (const words of [
    ["help", "group", "refuse"],
    ["help", "group", "refuse", "a"],
    ["group", "help", "refuse"],
  ]) {
    const { status, out } = await run(words, [group]);
    assert.equal(status, 0);
    assert.match(out, /^Usage: tuf-ceremony group refuse \[options\] \[words\.\.\.\]/);
  }
  const whole = await run(["help", "group"], [group]);
  assert.match(whole.out, /^Usage: tuf-ceremony group \[options\]/);
});

test("a wrong command line is told the exact command that helps", async () => {
  const asking = commandThat("ask", () => requireOption("--key", undefined, "a key")).entry;
  const asks: CommandEntry = { ...group, commands: [asking] };
  for (const [words, remedy] of [
    [["bogus"], "tuf-ceremony --help"],
    [["help", "bogus"], "tuf-ceremony --help"],
    [["group", "bogus"], "tuf-ceremony group --help"],
    [["help", "group", "bogus"], "tuf-ceremony group --help"],
    [["group", "ask", "--nonsense"], "tuf-ceremony group ask --help"],
    [["--json", "group", "ask", "x"], "tuf-ceremony group ask --help"],
    [["group", "ask", "x"], "tuf-ceremony group ask --help"],
  ] as const) {
    const { status, out, error } = await run(words, [asks]);
    assert.equal(status, 2);
    assert.ok(`${out}${error}`.replaceAll("\\", "").includes(`See "${remedy}".`), `${out}${error}`);
  }
});

const wrongLines: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /no command/],
  [["refusal"], /unknown command 'refusal'.*Did you mean refuse\?/],
  [["nonsense", "--json"], /unknown command 'nonsense'/],
  [["refuse", "--nonsense"], /unknown option '--nonsense'/],
  [["--nonsense"], /unknown option '--nonsense'/],
  [["help", "nonsense"], /unknown command 'nonsense'/],
];

for (const [words, found] of wrongLines) {
  test(`the command line "${words.join(" ")}" is wrong: exit status 2`, async () => {
    const { status, out, error } = await run(words, [refusing]);
    assert.equal(status, 2);
    assert.match(`${out}${error}`, found);
    assert.match(`${out}${error}`, /cli\/usage/);
  });
}
