/** The machine file: what it says, and all of its mistakes at once. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CeremonyError } from "../../src/errors.ts";
import { EMPTY_MACHINE, readMachineFile } from "../../src/live/machine-file.ts";

const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-machine-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, "machine.yaml");

function read(text: string | Uint8Array) {
  writeFileSync(path, text);
  return readMachineFile(path);
}

function refusal(work: () => unknown): CeremonyError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CeremonyError, String(error));
    return error;
  }
  return assert.fail("nothing was refused");
}

test("modules by device, with their init string and environment, and media by holder", () => {
  const { modules, media } = read(`
modules:
  softhsm: { module: /usr/lib/softhsm/libsofthsm2.so, env: { SOFTHSM2_CONF: /run/ceremony/softhsm2.conf } }
  yubihsm2: { module: /usr/lib/yubihsm_pkcs11.so, init: "connector=yhusb://" }
media:
  grace: [/media/grace-1, /media/grace-2]
`);
  assert.deepEqual(
    [...modules],
    [
      [
        "softhsm",
        {
          module: "/usr/lib/softhsm/libsofthsm2.so",
          initString: undefined,
          env: { SOFTHSM2_CONF: "/run/ceremony/softhsm2.conf" },
        },
      ],
      ["yubihsm2", { module: "/usr/lib/yubihsm_pkcs11.so", initString: "connector=yhusb://", env: {} }],
    ],
  );
  assert.deepEqual([...media], [["grace", ["/media/grace-1", "/media/grace-2"]]]);
});

test("nothing in it is nothing to say", () => {
  for (const text of ["", "# only a comment\n", "---\n", "{}", "modules: {}\nmedia: {}\n"])
    assert.deepEqual(read(text), EMPTY_MACHINE);
});

test("a device or holder may be called like what every object has", () => {
  const { modules, media } = read(
    "modules: { constructor: { module: /a.so } }\nmedia: { toString: [/a, /b] }\n",
  );
  assert.deepEqual([[...modules.keys()], [...media.keys()]], [["constructor"], ["toString"]]);
  assert.equal(read("{}").modules.get("constructor"), undefined);
});

const WRONG: readonly (readonly [what: string, text: string, code: string, names: RegExp])[] = [
  ["a text", "modules", "shape", /the whole file: fields \(name: value\)/],
  ["a list", "- modules", "shape", /the whole file: fields \(name: value\)/],
  [
    "an unknown field",
    "medias: {}",
    "shape",
    /the whole file: no field is called medias \(did you mean media\?\)/,
  ],
  ["a PIN", "modules: { a: { module: /a.so, pin: 1234 } }", "shape", /modules\.a: .*pin/],
  ["a module without a path", "modules: { a: {} }", "shape", /modules\.a\.module/],
  ["a module that is a path", "modules: { a: /a.so }", "shape", /modules\.a/],
  ["a relative path", "modules: { a: { module: a.so } }", "shape", /modules\.a\.module: an absolute path/],
  [
    "an init string that is a number",
    "modules: { a: { module: /a.so, init: 1 } }",
    "shape",
    /modules\.a\.init/,
  ],
  [
    "a variable that no shell knows",
    "modules: { a: { module: /a.so, env: { A-B: x } } }",
    "shape",
    /modules\.a\.env\.A-B/,
  ],
  [
    "a variable that is a number",
    "modules: { a: { module: /a.so, env: { A: 1 } } }",
    "shape",
    /modules\.a\.env\.A/,
  ],
  ["one medium", "media: { grace: [/a] }", "shape", /media\.grace: two folders on two media/],
  ["three media", "media: { grace: [/a, /b, /c] }", "shape", /media\.grace: two folders on two media/],
  ["a medium that is a text", "media: { grace: /a }", "shape", /media\.grace: two folders on two media/],
  ["a relative medium", "media: { grace: [/a, b] }", "shape", /media\.grace\.1: an absolute path/],
  ["no YAML", "modules: [", "not-yaml", /./],
  ["a field twice", "media: {}\nmedia: {}\n", "not-yaml", /unique/],
  ["a tab", "modules:\n\ta: b\n", "not-yaml", /[Tt]ab/],
  ["two documents", "media: {}\n---\nmedia: {}\n", "not-yaml", /document/],
  ["an alias", "media: { a: &a [/a, /b], b: *a }", "not-yaml", /alias/],
];
for (const [what, text, code, names] of WRONG) {
  test(`${what}: machine/${code}`, () => {
    const error = refusal(() => read(text));
    assert.deepEqual([error.code, error.exit], [`machine/${code}`, "usage"]);
    assert.match(error.found, names);
    assert.ok(error.found.includes("machine.yaml"));
    assert.match(error.remedy, /--help/);
  });
}

test("no mistake in the library's words", () => {
  for (const [, text, code] of WRONG) {
    if (code === "shape")
      assert.doesNotMatch(refusal(() => read(text)).found, /Invalid|expected|array|[Kk]ey:/);
  }
});

test("every mistake at once", () => {
  const { found } = refusal(() =>
    read("modules: { a: { module: a.so }, b: { pin: 1 } }\nmedia: { grace: [/a], ada: x }\nother: 1\n"),
  );
  for (const name of ["modules.a.module", "modules.b.module", "media.grace", "media.ada", "other"])
    assert.ok(found.includes(name), `${name} in ${found}`);
});

test("what the file says can't act on a terminal", () => {
  for (const text of ['"\\e[2J": 1\n', 'media: { "\\e]0;x\\a": 1 }\n', "\u001b[2J: [\n"]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is there to find them
    assert.doesNotMatch(refusal(() => read(text)).message, /[\u0000-\u001f\u007f]/);
  }
});

test("a file that can't be read: machine/unreadable", () => {
  for (const [at, errno] of [
    [join(folder, "nothing"), "ENOENT"],
    [folder, "EISDIR"],
    [join(path, "below"), "ENOTDIR"],
  ] as const) {
    const error = refusal(() => readMachineFile(at));
    assert.deepEqual([error.code, error.exit], ["machine/unreadable", "usage"]);
    assert.ok(error.found.includes(errno));
  }
});
