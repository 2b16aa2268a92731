/**
 * Flip test: a finished folder is changed in one place, and the audit refuses it and names the place, with the head that
 * was read aloud and (but for the last line, which nothing after it protects) also without.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { before, describe, it } from "node:test";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { canonicalText } from "../../src/transcript/line.ts";
import { requires, sshKeygen } from "../support/requires.ts";
import { type FinishedFolder, holdRotation, holdWithHolderElsewhere } from "./finished-folders.ts";
import { Tampered } from "./tampered.ts";

const TRANSCRIPT = "transcript.jsonl";
const FLIPS_PER_LINE = 5;
const FLIPS_PER_FILE = 6;

const FOLDERS: readonly (readonly [string, () => Promise<FinishedFolder>])[] = [
  ["a ceremony with a holder elsewhere and a witness", holdWithHolderElsewhere],
  ["a rotation", holdRotation],
];

for (const [title, hold] of FOLDERS) {
  describe(title, requires(sshKeygen), () => {
    let finished: FinishedFolder;
    let tampered: Tampered;
    let lines: readonly string[];
    before(async () => {
      finished = await hold();
      tampered = new Tampered(finished);
      lines = readFileSync(tampered.at(TRANSCRIPT), "utf8").split(/(?<=\n)/);
    });

    it("is consistent as it is", async () => {
      const verdict = await auditFolder(finished.folder, finished.head);
      assert.deepEqual(verdict.problems, []);
      assert.equal(verdict.isAnchored, true);
    });

    it("flipped bytes in every line of the transcript", async (t) => {
      const bytes = readFileSync(tampered.at(TRANSCRIPT));
      let start = 0;
      let flips = 0;
      for (const [index, line] of lines.entries()) {
        const length = Buffer.byteLength(line);
        const isLast = index === lines.length - 1;
        for (const offset of positions(length, FLIPS_PER_LINE)) {
          const what = `line ${index + 1}, byte ${offset}`;
          const change = () => writeFileSync(tampered.at(TRANSCRIPT), flip(bytes, start + offset));
          if (!isLast) await tampered.refuses(what, lineNumbers(index + 1, index + 2), change);
          else await tampered.refuses(what, /^transcript\.jsonl( line |$)/, change, "head");
          flips += 1;
        }
        start += length;
      }
      t.diagnostic(`refused ${flips} flipped bytes in ${lines.length} lines`);
    });

    it("lines removed, doubled, swapped, moved", async () => {
      for (const index of lines.keys()) {
        const number = index + 1;
        const line = lines[index] ?? "";
        const next = lines[number];
        const change = (changed: readonly string[]) => () => writeLines(changed);
        if (next === undefined) {
          const shorter = change(lines.toSpliced(index, 1));
          await tampered.refuses("without the last line", /^transcript\.jsonl$/, shorter, "head");
        } else {
          await tampered.refuses(`no line ${number}`, lineNumbers(number), change(lines.toSpliced(index, 1)));
          const swapped = change(lines.toSpliced(index, 2, next, line));
          await tampered.refuses(`line ${number} after the next`, lineNumbers(number), swapped);
          const moved = change([...lines.toSpliced(index, 1), line]);
          await tampered.refuses(`line ${number} at the end`, lineNumbers(number), moved);
        }
        const doubled = change(lines.toSpliced(index, 0, line));
        await tampered.refuses(`line ${number} twice`, lineNumbers(number + 1), doubled);
      }
    });

    it("a transcript that is cut off anywhere", async () => {
      const { length } = readFileSync(tampered.at(TRANSCRIPT));
      for (const size of positions(length, 30)) {
        const change = () => truncateSync(tampered.at(TRANSCRIPT), size);
        await tampered.refuses(`cut to ${size} bytes`, /^transcript\.jsonl( line |$)/, change, "head");
      }
    });

    it("a sealed transcript that somebody appended to", async () => {
      const end = lines.length + 1;
      const bytes = readFileSync(tampered.at(TRANSCRIPT));
      const append = (text: string) => () => appendFileSync(tampered.at(TRANSCRIPT), text);
      const frame = { seq: end, prev: sha256Hex(bytes), time: "2026-12-04T22:00:00Z" };
      await tampered.refuses("a line feed", lineNumbers(end), append("\n"));
      await tampered.refuses("a torn line", lineNumbers(end), append('{"seq":'));
      await tampered.refuses("the last line again", lineNumbers(end), append(lines.at(-1) ?? ""));
      for (const body of wellFormedBodies(lines)) {
        const line = `${canonicalText({ ...body, ...frame })}\n`;
        await tampered.refuses(`a well-formed ${body["type"]}`, lineNumbers(end), append(line));
      }
    });

    it("flipped bytes in every other file", async (t) => {
      let flips = 0;
      for (const path of otherPaths()) {
        const bytes = readFileSync(tampered.at(path));
        for (const offset of positions(bytes.length, FLIPS_PER_FILE)) {
          const change = () => writeFileSync(tampered.at(path), flip(bytes, offset));
          await tampered.refuses(`${path}, byte ${offset}`, exactly(path), change);
          flips += 1;
        }
      }
      t.diagnostic(`refused ${flips} flipped bytes in other files`);
    });

    it("files removed, emptied, cut, grown, replaced, swapped", async () => {
      const paths = otherPaths();
      for (const [index, path] of paths.entries()) {
        const file = tampered.at(path);
        const otherPath = paths[(index + 1) % paths.length] ?? "";
        const other = tampered.at(otherPath);
        const content = readFileSync(file);
        const { length } = content;
        // Without a witness's signature a folder is as good as before, only less witnessed.
        const isWitness = path.startsWith("witnesses/");
        const changes: Readonly<Record<string, () => void>> = {
          ...(isWitness ? {} : { removed: () => rmSync(file) }),
          emptied: () => truncateSync(file, 0),
          "one byte shorter": () => truncateSync(file, length - 1),
          "one byte longer": () => appendFileSync(file, "\n"),
          "as long, all zeros": () => writeFileSync(file, new Uint8Array(length)),
          "with other line endings": () =>
            writeFileSync(file, readFileSync(file, "utf8").replaceAll("\n", "\r\n")),
          "another file": () => copyFileSync(other, file),
          ...(isWitness ? {} : { "a folder": () => emptyFolder(file) }),
          "a folder with a file": () => {
            emptyFolder(file);
            writeFileSync(`${file}/file`, "");
          },
          "a link to its own bytes": () => {
            renameSync(file, `${tampered.folder}-kept`);
            symlinkSync(`${tampered.folder}-kept`, file);
          },
          "a link to nothing": () => {
            rmSync(file);
            symlinkSync("nothing", file);
          },
          "a link to itself": () => {
            rmSync(file);
            symlinkSync(file, file);
          },
          "a pipe": () => {
            rmSync(file);
            execFileSync("mkfifo", [file]);
          },
          "swapped with another": () => {
            copyFileSync(file, `${tampered.folder}-kept`);
            copyFileSync(other, file);
            copyFileSync(`${tampered.folder}-kept`, other);
          },
        };
        for (const [what, change] of Object.entries(changes)) {
          // An SSH signature may end with a line feed or without, and its lines as on any system.
          if (isWitness && SAME_SIGNATURE.has(what)) continue;
          if (what === "with other line endings" && !content.includes("\n")) continue;
          const where = what === "swapped with another" ? exactly(path, otherPath) : exactly(path);
          await tampered.refuses(`${path}: ${what}`, where, change);
          rmSync(`${tampered.folder}-kept`, { force: true });
        }
      }
    });

    it("metadata written in another style", async () => {
      for (const path of otherPaths().filter((name) => /^metadata\/.*\.json$/.test(name))) {
        const parsed: unknown = JSON.parse(readFileSync(tampered.at(path), "utf8"));
        for (const indentation of [undefined, 1, 2]) {
          const text = `${JSON.stringify(parsed, null, indentation)}`;
          for (const changed of [text, `${text}\n`, ` ${text}`]) {
            if (changed === readFileSync(tampered.at(path), "utf8")) continue;
            await tampered.refuses(path, exactly(path), () => writeFileSync(tampered.at(path), changed));
          }
        }
      }
    });

    it("files and links that were added", async () => {
      const added = [
        "notes.txt",
        ".hidden",
        "transcript.jsonl.bak",
        "metadata/2.root.json",
        "metadata/root.json",
        "script-2.yaml",
        "inputs/more.json",
        "requests/more.json",
        "witnesses/more.sig",
        "witnesses/witness-1-00000000.sig",
        "export/report.html",
        "a/deep/er/file",
        "a name with \u001b[31m and \u202e in it",
        "x".repeat(255),
      ];
      for (const path of added.filter((name) => !tampered.paths.includes(name))) {
        const write = () => {
          mkdirSync(dirname(tampered.at(path)), { recursive: true });
          writeFileSync(tampered.at(path), "{}");
        };
        await tampered.refuses(`added ${path}`, exactly(path), write);
        const link = () => {
          mkdirSync(dirname(tampered.at(path)), { recursive: true });
          symlinkSync(tampered.at("script.yaml"), tampered.at(path));
        };
        await tampered.refuses(`a link ${path}`, exactly(path), link);
      }
      const folder = () => symlinkSync(tampered.at("metadata"), tampered.at("more"));
      await tampered.refuses("a link to a folder", exactly("more"), folder);
    });

    it("a transcript that is no file, or empty", async () => {
      const file = tampered.at(TRANSCRIPT);
      const changes: Readonly<Record<string, () => void>> = {
        emptied: () => truncateSync(file, 0),
        "a link": () => {
          renameSync(file, `${tampered.folder}-kept`);
          symlinkSync(`${tampered.folder}-kept`, file);
        },
        "a link to nothing": () => {
          rmSync(file);
          symlinkSync("nothing", file);
        },
        "a folder": () => emptyFolder(file),
        "a pipe": () => {
          rmSync(file);
          execFileSync("mkfifo", [file]);
        },
      };
      for (const [what, change] of Object.entries(changes)) {
        await tampered.refuses(what, /^transcript\.jsonl/, change);
        rmSync(`${tampered.folder}-kept`, { force: true });
      }
    });

    const writeLines = (changed: readonly string[]) =>
      writeFileSync(tampered.at(TRANSCRIPT), changed.join(""));
    const otherPaths = () => tampered.paths.filter((path) => path !== TRANSCRIPT);
  });
}

const SAME_SIGNATURE: ReadonlySet<string> = new Set(["one byte shorter", "with other line endings"]);

/** One body of each type of line that the transcript has. */
function wellFormedBodies(lines: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  const bodies = lines.map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
  const byType = new Map(bodies.map((body) => [body["type"], body]));
  const last = byType.get("session");
  return [...byType.values(), { ...last, session: Number(last?.["session"]) + 1 }];
}

function emptyFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

function lineNumbers(...numbers: readonly number[]): RegExp {
  return new RegExp(`^transcript\\.jsonl line (${numbers.join("|")})$`);
}

/** The places are these files, or within them. */
function exactly(...paths: readonly string[]): RegExp {
  const escaped = paths.map((path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^(${escaped.join("|")})(/.*)?$`, "u");
}

/** The first byte, the last two, and random ones between. */
function positions(length: number, count: number): ReadonlySet<number> {
  const chosen = new Set([0, length - 2, length - 1]);
  while (chosen.size < Math.min(count, length)) chosen.add(Math.floor(Math.random() * length));
  return chosen;
}

function flip(bytes: Uint8Array, offset: number): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  flipped[offset] = (flipped[offset] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
  return flipped;
}
