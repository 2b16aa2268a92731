import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  clipForTerminal,
  clipShown,
  displayWidth,
  escapeForTerminal,
  padShown,
} from "../../src/terminal/escape.ts";

const table: readonly [name: string, given: string, shown: string][] = [
  ["plain ASCII", "Ada Lovelace", "Ada Lovelace"],
  ["letters with accents, composed and not", "Zo\u00eb Zoe\u0308", "Zo\u00eb Zoe\u0308"],
  ["Vietnamese, decomposed", "e\u0302\u0301", "e\u0302\u0301"],
  ["Han, Hebrew, Devanagari", "山田 דוד कृष्ण", "山田 דוד कृष्ण"],
  ["escape sequence", "a\u001b[2Jb", "a\\u{1b}[2Jb"],
  ["C1 control sequence introducer", "a\u009b2Jb", "a\\u{9b}2Jb"],
  ["new line, return, tab, bell, delete", "\n\r\t\u0007\u007f", "\\u{a}\\u{d}\\u{9}\\u{7}\\u{7f}"],
  ["right-to-left override", "abc\u202egpj", "abc\\u{202e}gpj"],
  ["isolates", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
  ["Arabic letter mark", "a\u061cb", "a\\u{61c}b"],
  ["zero-width space, joiner, no-break space", "a\u200b\u200d\ufeff", "a\\u{200b}\\u{200d}\\u{feff}"],
  ["soft hyphen", "a\u00adb", "a\\u{ad}b"],
  ["line and paragraph separator", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
  ["blanks that are no space", "a\u00a0b\u3000c\u2003", "a\\u{a0}b\\u{3000}c\\u{2003}"],
  ["tag characters", "a\u{e0041}\u{e007f}", "a\\u{e0041}\\u{e007f}"],
  ["lone surrogates", "\ud800a\udc00", "\\u{d800}a\\u{dc00}"],
  ["Hangul filler", "\u3164\u115f", "\\u{3164}\\u{115f}"],
  ["variation selector", "a\ufe0f", "a\\u{fe0f}"],
  ["private use, noncharacter", "\ue000\uffff", "\\u{e000}\\u{ffff}"],
  ["mark with nothing to stand on", "\u0301a", "\\u{301}a"],
  ["a stack of marks", `a${"\u0301".repeat(5)}`, `a\u0301\u0301\u0301\\u{301}\\u{301}`],
  ["backslash", "\\u{202e}", "\\\\u{202e}"],
];
for (const [name, given, shown] of table) {
  test(`escapes for the terminal: ${name}`, () => assert.equal(escapeForTerminal(given), shown));
}

const anyText = fc.string({ unit: "binary", maxLength: 60 });

test("what is shown has nothing that acts on a terminal, and nothing is lost", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = escapeForTerminal(text);
      assert.doesNotMatch(shown, /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      const back = shown.replaceAll(/\\(?:\\|u\{([0-9a-f]+)\})/g, (_, hex: string | undefined) =>
        hex === undefined ? "\\" : String.fromCodePoint(Number.parseInt(hex, 16)),
      );
      assert.equal(back, text);
    }),
  );
});

test("a clipped text takes no more columns than it may", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 30 }), (text, columns) => {
      const clipped = clipForTerminal(text, columns);
      assert.ok(displayWidth(clipped) <= columns);
      const whole = escapeForTerminal(text);
      if (displayWidth(whole) <= columns) assert.equal(clipped, whole);
      else assert.ok(columns === 0 || clipped.endsWith("…"));
    }),
  );
});

test("names of 200 characters are clipped", () => {
  assert.equal(clipForTerminal("x".repeat(200), 20), `${"x".repeat(19)}…`);
  assert.equal(clipForTerminal("山".repeat(200), 20), `${"山".repeat(9)}…`);
  assert.equal(clipForTerminal("\u202e".repeat(200), 20), "\\u{202e}\\u{202e}…");
});

test("clips what was escaped already without escaping it again", () => {
  assert.equal(clipShown("\\u{202e} and more", 12), "\\u{202e} an…");
});

test("counts columns", () => {
  assert.equal(displayWidth("Ada"), 3);
  assert.equal(displayWidth("山田"), 4);
  assert.equal(displayWidth("e\u0302\u0301"), 1);
  assert.equal(displayWidth("👍"), 2);
  assert.equal(padShown("山", 4), "山  ");
});
