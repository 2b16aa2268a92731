import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { colourLevel, paintFor } from "../../src/terminal/colour.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { digestLines, pairLines, wrapLines } from "../../src/terminal/panel.ts";
import {
  BODY_LINES,
  type Place,
  pagesOf,
  type RenderedScreen,
  renderFrame,
} from "../../src/terminal/screen.ts";
import { renderTooSmall } from "../../src/terminal/too-small.ts";
import { isSha256Hex } from "../../src/tuf/types.ts";

const PLACE: Place = {
  ceremony: "PyPI TUF root and targets key ceremony",
  rehearsal: true,
  step: { number: 7, of: 31 },
  who: ["Ada Lovelace"],
  minutesLeft: 135,
  next: { name: "Grace Hopper", bring: "yubihsm2 0013200462" },
};
const ONE_PAGE = { exception: true, pages: { page: 1, of: 1 } };

test("a frame, line by line", () => {
  const rule = "─".repeat(80);
  assert.deepEqual(
    renderFrame({ place: PLACE, title: "Insert the device." }, ["  inserted  it is in"], ONE_PAGE),
    [
      "PyPI TUF root and targets key ceremony                                 REHEARSAL",
      "Step 7 of 31 · Ada Lovelace, it is your turn               about 2 h 15 min left",
      rule,
      "Insert the device.",
      "",
      "  inserted  it is in",
      ...Array.from({ length: 12 }, () => ""),
      rule,
      "Next: Grace Hopper, with yubihsm2 0013200462",
      "type exception to record a deviation · Ctrl-C pauses",
    ],
  );
});

for (const [name, place, line] of [
  ["two people", { who: ["Ada", "Grace", "Barbara"] }, "Step 7 of 31 · Ada and 2 more, it is your turn"],
  ["nobody", { who: [] }, "Step 7 of 31"],
  ["no step", { step: null }, "Ada Lovelace, it is your turn"],
] as const) {
  test(`whose turn it is, with ${name}`, () => {
    const frame = renderFrame({ place: { ...PLACE, ...place, minutesLeft: null }, title: "" }, [], ONE_PAGE);
    assert.equal(frame[1], line);
  });
}

for (const [minutes, shown] of [
  [0, "nearly done"],
  [12, "about 12 min left"],
  [89, "about 89 min left"],
  [119, "about 2 h left"],
  [120, "about 2 h left"],
  [200, "about 3 h 15 min left"],
] as const) {
  test(`${minutes} minutes are ${shown}`, () => {
    const frame = renderFrame({ place: { ...PLACE, minutesLeft: minutes }, title: "" }, [], ONE_PAGE);
    assert.ok(frame[1]?.endsWith(` ${shown}`));
  });
}

test("no rehearsal, no mark", () => {
  const frame = renderFrame({ place: { ...PLACE, rehearsal: false }, title: "" }, [], ONE_PAGE);
  assert.equal(frame[0], PLACE.ceremony);
});

const anyName = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
  fc.string({ unit: fc.constantFrom("山", "x", "\u202e", "é", " "), minLength: 190, maxLength: 200 }),
);

test("whatever people are called, a frame has 21 lines of at most 80 columns", () => {
  fc.assert(
    fc.property(anyName, anyName, fc.boolean(), fc.nat(100_000), (name, bring, rehearsal, minutesLeft) => {
      const place = {
        ...PLACE,
        ceremony: name,
        who: [name, bring],
        rehearsal,
        minutesLeft,
        next: { name, bring },
      };
      const frame = renderFrame({ place, title: "T".repeat(100) }, ["x".repeat(100)], {
        exception: true,
        pages: { page: 10, of: 12 },
      });
      assert.equal(frame.length, 21);
      for (const line of frame) {
        assert.ok(displayWidth(line) <= 80, line);
        assert.doesNotMatch(line, /\p{C}/u);
      }
      assert.equal(frame[0]?.includes("REHEARSAL"), rehearsal);
    }),
  );
});

test("a long body goes over pages, with its blocks kept together and nothing lost", () => {
  const block = (name: string, length: number): string[] => Array.from({ length }, (_, i) => `${name}${i}`);
  const screen: RenderedScreen = {
    place: PLACE,
    title: "",
    body: [block("a", 5), block("b", 7), [], block("c", 30)],
    readAloud: ["this"],
  };
  const pages = pagesOf(screen);
  assert.deepEqual(pages[0], [...block("a", 5), "", ...block("b", 7)]);
  for (const page of pages) assert.ok(page.length <= BODY_LINES);
  assert.deepEqual(
    pages.flat().filter((line) => line !== ""),
    [...block("a", 5), ...block("b", 7), ...block("c", 30), "Read aloud:", "this"],
  );
  assert.deepEqual(pagesOf({ place: PLACE, title: "", body: [] }), [[]]);
});

test("a digest takes ten lines: sixteen groups of four digits, and 32 numbered words", () => {
  const sha256 = "e58294f2e9a227486e8b061b31cc528fd7fa3f19e58294f2e9a227486e8b061b";
  assert.ok(isSha256Hex(sha256));
  const lines = digestLines(sha256);
  assert.equal(lines.length, 10);
  assert.equal(lines[0], "  e582 94f2 e9a2 2748 6e8b 061b 31cc 528f");
  assert.equal(lines[2], "   1 topmost       2 Istanbul      3 Pluto         4 vagabond");
  assert.match(lines[9] ?? "", /^ {2}29 \w+ +30 \w+ +31 \w+ +32 \w+$/);
});

test("wraps at blanks, and anywhere where there are none", () => {
  assert.deepEqual(wrapLines("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapLines("x".repeat(10), 4), ["xxxx", "xxxx", "xx"]);
  assert.deepEqual(wrapLines("山山山", 4), ["山山", "山"]);
  assert.deepEqual(wrapLines(""), [""]);
  assert.deepEqual(
    pairLines([
      ["a", "b"],
      ["long", "y".repeat(100)],
    ]).map(displayWidth),
    [9, 80, 36],
  );
});

test("a window that is too small is told so in as much room as there is, without a broken word", () => {
  assert.deepEqual(renderTooSmall(30, 5, "waiting"), [
    "This window is too small.",
    "It must be 80 by 24;",
    "it is 30 by 5.",
    "Make it larger.",
    "Ctrl-C pauses.",
  ]);
  assert.deepEqual(renderTooSmall(30, 4, "waiting"), ["Too small: make it 80 by 24.", "Ctrl-C pauses."]);
  assert.deepEqual(renderTooSmall(10, 3, "waiting"), ["Need 80x24", "^C pauses"]);
  assert.deepEqual(renderTooSmall(10, 3, "paused"), ["Paused.", "Need 80x24", "^C leaves"]);
  assert.deepEqual(renderTooSmall(5, 1, "waiting"), ["80x24"]);
  for (const what of ["waiting", "paused"] as const) {
    for (let columns = 1; columns <= 100; columns += 1) {
      for (let rows = 1; rows <= 30; rows += 1) {
        const lines = renderTooSmall(columns, rows, what);
        assert.ok(lines.length <= rows && lines.every((line) => line.length <= columns), lines.join("|"));
      }
    }
  }
});

for (const [name, environment, isTerminal, level] of [
  ["a terminal", {}, true, 1],
  ["no terminal", {}, false, 0],
  ["a dumb terminal", { TERM: "dumb" }, true, 0],
  ["NO_COLOR", { NO_COLOR: "1" }, true, 0],
  ["an empty NO_COLOR", { NO_COLOR: "" }, true, 1],
  ["NO_COLOR against FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "3" }, true, 0],
  ["FORCE_COLOR without a terminal", { FORCE_COLOR: "1" }, false, 1],
  ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, true, 0],
] as const) {
  test(`colour with ${name}: ${level}`, () => assert.equal(colourLevel(environment, isTerminal), level));
}

test("colour changes no letter", () => {
  const paint = paintFor(1);
  const [plain, painted] = [undefined, paint].map((paint) =>
    renderFrame({ place: PLACE, title: "Title" }, ["body"], ONE_PAGE, paint).join("\n"),
  );
  assert.notEqual(plain, painted);
  assert.equal(painted?.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), ""), plain);
});
