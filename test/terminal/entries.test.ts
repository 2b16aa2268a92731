import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ChoiceEntry } from "../../src/terminal/choice-entry.ts";
import type { Entry, EntryView, Said } from "../../src/terminal/entry.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { KeyDecoder } from "../../src/terminal/keys.ts";
import { MESSAGE_COLUMNS } from "../../src/terminal/screen.ts";
import { TextEntry } from "../../src/terminal/text-entry.ts";
import { isPgpWord } from "../../src/terminal/words.ts";
import { WordsEntry, wordList } from "../../src/terminal/words-entry.ts";

/** Types into an entry as a terminal would, and keeps every line and message that showed. */
function type<Result>(entry: Entry<Result>, text: string): { said: Said<Result> | null; shown: string[] } {
  const shown = [entry.view().line];
  for (const key of new KeyDecoder().feed(Buffer.from(text))) {
    const said = entry.press(key);
    if (said !== null) return { said, shown };
    const { line, message } = entry.view();
    shown.push(line, message);
  }
  return { said: null, shown };
}

describe("a choice", () => {
  const choice = (): ChoiceEntry => new ChoiceEntry(["continue", "again"], ["exception", "more"]);

  for (const [name, typed, answer] of [
    ["a whole word and Enter", "continue\r", "continue"],
    ["another case", "CONTINUE\r", "continue"],
    ["a blank before and behind", " again \r", "again"],
    ["backspaces", "agg\u007f\u007fag\u0015again\r", "again"],
    ["a misfit, Enter, and again", "q1\ragain\r", "again"],
    ["a line feed for Enter", "again\n", "again"],
    ["escape sequences in between", "ag\u001b[Aai\u001bOPn\u001b]0;x\u0007\r", "again"],
    ["the marks of a bracketed paste", "\u001b[200~again\u001b[201~\r", "again"],
    ["Ctrl-D, Ctrl-Z, bad UTF-8", "\u0004\u001aagain\r", "again"],
  ] as const) {
    it(`is made by ${name}`, () => {
      assert.deepEqual(type(choice(), typed).said, { kind: "answer", answer });
    });
  }

  for (const [name, typed] of [
    ["a whole word without Enter", "continue"],
    ["a single letter and Enter", "c\r"],
    ["y", "y\r"],
    ["Enter alone", "\r\r\r"],
    ["a misfit and the rest of a word", "xagain\r"],
    ["a word and something behind it", "againx\r"],
    ["words that are not lower case look-alikes", "аgain\r"],
  ] as const) {
    it(`is not made by ${name}`, () => assert.equal(type(choice(), typed).said, null));
  }

  it("takes asides that are not listed", () => {
    assert.deepEqual(type(choice(), "exception\r").said, { kind: "aside", word: "exception" });
    assert.deepEqual(type(choice(), "more\r").said, { kind: "aside", word: "more" });
    assert.equal(type(new ChoiceEntry(["again"]), "exception\r").said, null);
    assert.doesNotMatch(choice().view().message, /exception|more/);
  });

  it("lists an aside where that is what helps, and takes it as one", () => {
    const entry = () => new ChoiceEntry(["again"], ["exception"], ["exception", "again"]);
    assert.equal(entry().view().message, "Type one of: exception, again. Then press Enter.");
    assert.deepEqual(type(entry(), "exception\r").said, { kind: "aside", word: "exception" });
    assert.deepEqual(type(entry(), "again\r").said, { kind: "answer", answer: "again" });
  });

  it("shows only beginnings of its words, whatever is typed", () => {
    const beginnings = new Set(
      ["continue", "again", "exception", "more"].flatMap((word) =>
        Array.from({ length: word.length + 1 }, (_, length) => word.slice(0, length)),
      ),
    );
    const text = fc.string({ unit: fc.constantFrom(..."continueagx0 9\u007f\r\u0015é山") });
    fc.assert(
      fc.property(text, (typed) => {
        const entry = choice();
        for (const key of new KeyDecoder().feed(Buffer.from(typed))) {
          if (entry.press(key) !== null) return;
          assert.ok(beginnings.has(entry.view().line), entry.view().line);
        }
      }),
    );
  });

  it("shows nothing of the rest once a character did not fit", () => {
    assert.deepEqual(
      new Set(type(choice(), "coagain").shown.filter((line) => !line.startsWith("T"))),
      new Set(["", "c", "co"]),
    );
  });
});

describe("what a choice says", () => {
  const DISPOSITIONS = ["retry", "pause", "abort", "postpone", "amend", "without-signer", "spare", "back"];
  const after = (options: readonly string[], typed: string): EntryView => {
    const entry = new ChoiceEntry(options, ["exception"]);
    type(entry, typed);
    return entry.view();
  };

  for (const [name, typed] of [
    ["at first", ""],
    ["at a misfit", "yes"],
    ["after a misfit", "yes\r"],
    ["after a beginning", "ab\r"],
  ] as const) {
    it(`fits into its line and cuts no word, ${name}`, () => {
      for (const options of [["ok"], ["retry", "abort"], DISPOSITIONS.slice(0, 6), DISPOSITIONS]) {
        const { message } = after(options, typed);
        assert.ok(message.length <= MESSAGE_COLUMNS, message);
      }
      assert.match(after(DISPOSITIONS, typed).message, /the words above/);
      assert.match(after(["retry", "abort"], typed).message, /retry, abort/);
    });
  }

  for (const [name, typed, says] of [
    ["a word that is none", "yes\r", /^That was none of: present, absent\. Type one of them\.$/],
    ["the same, and Enter once more", "help\r\r", /^That was none of/],
    ["a beginning", "pres\r", /^That was no whole word\. Type one of: present, absent\.$/],
  ] as const) {
    it(`says after Enter what was wrong, until something is typed: ${name}`, () => {
      const options = ["present", "absent"];
      assert.match(after(options, typed).message, says);
      assert.equal(after(options, typed).alert, true);
      assert.deepEqual(after(options, `${typed}p`), { ...after(options, "p"), alert: false });
      assert.deepEqual(after(options, `${typed}\u0015`), after(options, ""));
    });
  }

  it("says so where there is one word only", () => {
    assert.equal(after(["ready"], "yes\r").message, "That was not ready. Type ready and press Enter.");
    assert.match(after(["ready"], "read\r").message, /not the whole word/);
  });
});

describe("words", () => {
  const expected = ["topmost", "Istanbul"];
  const words = (from: "paper" | "screen", mismatches = { count: 0 }): WordsEntry =>
    new WordsEntry({ from, positions: [0, 1], expected, isWord: isPgpWord }, ["exception"], mismatches);

  for (const [name, typed, count] of [
    ["right at once", "topmost istanbul\r", 0],
    ["in any case, with many blanks", "  TOPMOST   Istanbul  \r", 0],
    ["on two lines, as from a paste", "topmost\nistanbul\n\n", 0],
    ["with a letter mended", "topp\u007fmost istanbul\r", 0],
    ["with a word taken back", "topmost aardvark \u007fistanbul\r", 0],
    ["after something that is no word", "topmost 123456 istanbul\r", 1],
    ["with the numbers that are printed before them", "1 topmost 2 istanbul\r", 0],
    ["with other ways to write these", "1. topmost 32: istanbul\r", 0],
    ["after numbers that are not printed", "0 topmost 33 istanbul\r", 2],
    ["after wrong words", "topmost aardvark\rtopmost istanbul\r", 1],
    ["after the right words in the wrong order", "istanbul topmost\rtopmost istanbul\r", 1],
    ["after one word too many", "topmost istanbul pluto \r", 1],
  ] as const) {
    it(`match when they are ${name}`, () => {
      const mismatches = { count: 0 };
      assert.deepEqual(type(words("paper", mismatches), typed).said, { kind: "answer", answer: "matched" });
      assert.equal(mismatches.count, count);
    });
  }

  it("never show from paper, whole or half", () => {
    const { shown } = type(words("paper"), "topmost ista");
    assert.deepEqual(
      shown.filter((line) => /topm|ista/i.test(line)),
      [],
    );
    assert.ok(shown.includes("√ typing..."));
  });

  it("show from the screen once they are whole", () => {
    const { shown } = type(words("screen"), "topmost ista");
    assert.ok(shown.includes("topmost typing..."));
    assert.equal(
      shown.some((line) => line.includes("ista")),
      false,
    );
  });

  it("look the same however long the entry is", () => {
    const one = type(words("screen"), "1").shown.at(-2);
    const many = type(words("screen"), "1234567890".repeat(20)).shown.at(-2);
    assert.equal(one, many);
  });

  it("point at the exception after three mismatches", () => {
    const { shown } = type(words("paper"), "x y z ");
    assert.equal(shown.filter((line) => line.includes("Or type exception")).length, 1);
    assert.deepEqual(type(words("paper"), "x y z exception ").said, { kind: "aside", word: "exception" });
  });

  it("are listed as people say them", () => {
    assert.equal(wordList([3]), "word 4");
    assert.equal(wordList([0, 1]), "words 1 and 2");
    assert.equal(wordList([28, 29, 30, 31]), "words 29 to 32");
    assert.equal(wordList([0, 1, 30, 31]), "words 1, 2, 31 and 32");
  });
});

describe("public text", () => {
  const text = (): TextEntry => new TextEntry("Bag number", ["exception"]);

  it("is asked for in one line, of which only a long label is cut", () => {
    const { message } = new TextEntry("l".repeat(100), []).view();
    assert.ok(displayWidth(message) <= MESSAGE_COLUMNS, message);
    assert.match(message, /: type it and press Enter\. It stays hidden\.$/);
  });

  for (const [name, typed, answer] of [
    ["plain", "A 123-456\r", "A 123-456"],
    ["with blanks around it", "  x \r", "x"],
    ["beyond ASCII", "Zoë 山田 👍\r", "Zoë 山田 👍"],
    ["decomposed", "Zoe\u0308\r", "Zo\u00eb"],
    ["with a whole character taken back", "a👍🏽\u007f\r", "a"],
    ["with a backslash", "a\\b\r", "a\\b"],
    ["200 characters", `${"x".repeat(200)}\r`, "x".repeat(200)],
    ["typed after a refusal", "a\u202eb\rab\r", "ab"],
  ] as const) {
    it(`is taken: ${name}`, () => assert.deepEqual(type(text(), typed).said, { kind: "answer", answer }));
  }

  for (const [name, typed] of [
    ["nothing", " \r"],
    ["201 characters", `${"x".repeat(201)}\r`],
    ["a right-to-left override", "abc\u202edef\r"],
    ["zero-width characters", "a\u200bb\r"],
    ["a tag", "a\u{e0041}\r"],
    ["only a mark", "\u0301\r"],
  ] as const) {
    it(`is refused, and not repeated: ${name}`, () => {
      const { said, shown } = type(text(), typed);
      assert.equal(said, null);
      for (const line of shown) assert.doesNotMatch(line, /xx|abc|\p{Cf}|\p{M}/u);
    });
  }

  it("shows nothing of what is typed, not even its length", () => {
    const { shown } = type(text(), "1234567890");
    assert.deepEqual(
      new Set(shown.filter((_, index) => index % 2 === 1 || index === 0)),
      new Set(["", "typing..."]),
    );
  });

  it("is not what `exception` means", () => {
    assert.deepEqual(type(text(), "exception\r").said, { kind: "aside", word: "exception" });
  });
});

describe("keys", () => {
  it("put characters together that came in pieces", () => {
    const decoder = new KeyDecoder();
    const bytes = Buffer.from("山");
    const keys = [...bytes].flatMap((byte) => [...decoder.feed(Uint8Array.of(byte))]);
    assert.deepEqual(keys, [{ kind: "character", text: "山" }]);
  });

  it("know Ctrl-C even inside an escape sequence", () => {
    assert.deepEqual(new KeyDecoder().feed(Buffer.from("\u001b[1\u0003a")), [
      { kind: "interrupt" },
      { kind: "character", text: "a" },
    ]);
  });

  it("take up text again after Escape alone", () => {
    const decoder = new KeyDecoder();
    decoder.feed(Buffer.from("\u001b"));
    decoder.endEscapeSequence();
    assert.deepEqual(decoder.feed(Buffer.from("[")), [{ kind: "character", text: "[" }]);
  });
});
