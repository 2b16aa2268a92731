/** What somebody may do to a folder afterwards: to bytes, to files, to lines, and to lines with the chain made good. */
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import canonicalize from "canonicalize";

export interface Tampering {
  readonly name: string;
  /** Changes a copy of the folder. */
  readonly apply: (copy: string) => void;
}

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
type Line = { [member: string]: Json };

const TRANSCRIPT = "transcript.jsonl";

/** A copy of a folder, tampered with; gone when `look` is done. */
export async function withTampered<T>(
  folder: string,
  tampering: Tampering,
  look: (copy: string) => Promise<T>,
): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), "tuf-ceremony-tampered-"));
  try {
    const copy = join(parent, "ceremony");
    cpSync(folder, copy, { recursive: true });
    tampering.apply(copy);
    return await look(copy);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

// Files

export function fileTamperings(folder: string): readonly Tampering[] {
  const files = filesOf(folder);
  const metadata = files.filter((path) => path.startsWith("metadata/"));
  const [one, other] = metadata;
  return [
    ...files.flatMap((path) => [
      ...[0, 0.3, 0.5, 0.8, 1].map((part) => flip(path, part)),
      change(`${path} cut short`, path, (bytes) => bytes.subarray(0, -1)),
      change(`${path} longer`, path, (bytes) => Buffer.concat([bytes, Buffer.from("\n")])),
      change(`${path} emptied`, path, () => Buffer.alloc(0)),
      { name: `${path} removed`, apply: (copy: string) => rmSync(join(copy, path)) },
    ]),
    ...[
      "stray",
      "metadata/9.root.json",
      "inputs/keys/other.pem",
      "witnesses/nobody-00000000.sig",
      ".hidden",
      "script-2.yaml",
    ].map((path) => ({
      name: `${path} added`,
      apply: (copy: string) => write(copy, path, Buffer.from("{}\n")),
    })),
    ...(one === undefined || other === undefined
      ? []
      : [
          {
            name: `${one} and ${other} swapped`,
            apply: (copy: string) => {
              const bytes = readFileSync(join(copy, one));
              write(copy, one, readFileSync(join(copy, other)));
              write(copy, other, bytes);
            },
          },
        ]),
  ];
}

function flip(path: string, part: number): Tampering {
  return change(`${path} flipped at ${part}`, path, (bytes) => {
    const flipped = Buffer.from(bytes);
    const at = Math.min(bytes.length - 1, Math.floor(bytes.length * part));
    flipped.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return flipped;
  });
}

function change(name: string, path: string, edit: (bytes: Buffer) => Uint8Array): Tampering {
  return { name, apply: (copy) => write(copy, path, edit(readFileSync(join(copy, path)))) };
}

function write(copy: string, path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), bytes);
}

// Lines

function linesOf(folder: string): readonly Line[] {
  const texts = readFileSync(join(folder, TRANSCRIPT), "utf8").split("\n").slice(0, -1);
  return texts.map((text): Line => JSON.parse(text));
}

/** Lines removed, repeated, swapped: each once as it is, and once with `seq` and `prev` made good. */
export function lineTamperings(folder: string): readonly Tampering[] {
  const lines = linesOf(folder);
  return lines.flatMap((_, at) => {
    const edits: readonly (readonly [string, readonly Line[]])[] = [
      ["removed", lines.toSpliced(at, 1)],
      ["repeated", lines.toSpliced(at, 0, ...lines.slice(at, at + 1))],
      ...(at + 1 < lines.length
        ? [["swapped with the next", lines.toSpliced(at, 2, ...lines.slice(at, at + 2).reverse())] as const]
        : []),
      ["made the last", lines.slice(0, at + 1)],
    ];
    return edits.flatMap(([name, edited]) => [
      transcript(`line ${at + 1} ${name}`, () => edited),
      transcript(`line ${at + 1} ${name}, chained again`, () => chained(edited)),
    ]);
  });
}

/** Every value changed, every member removed, members added, with the chain made good: once for each kind of line and place in it. */
export function valueTamperings(folder: string): readonly Tampering[] {
  const lines = linesOf(folder);
  const seen = new Set<string>();
  return lines.flatMap((line, at) =>
    editsOf(line).flatMap(([path, edited]) => {
      const what = `${line["type"]} ${kindOf(line)} ${path}`.replace(/\d+/g, "N");
      const isFirst = !seen.has(what);
      seen.add(what);
      if (!isFirst || /^(seq|prev)\b/.test(path)) return [];
      return [transcript(`line ${at + 1} (${what}), chained again`, () => chained(lines.with(at, edited)))];
    }),
  );
}

function kindOf(line: Line): string {
  return String(line["id"] ?? line["step"] ?? "").split("/")[0] ?? "";
}

function transcript(name: string, lines: () => readonly Line[]): Tampering {
  return { name, apply: (copy) => write(copy, TRANSCRIPT, bytesOf(lines())) };
}

function bytesOf(lines: readonly Line[]): Buffer {
  return Buffer.from(lines.map((line) => `${canonicalize(line)}\n`).join(""));
}

function chained(lines: readonly Line[]): readonly Line[] {
  const hash = createHash("sha256");
  return lines.map((line, at) => {
    const good = { ...line, seq: at + 1, prev: hash.copy().digest("hex") };
    hash.update(`${canonicalize(good)}\n`);
    return good;
  });
}

/** All ways to change one thing in a line, each with the path of what was changed, and how. */
function editsOf(line: Line): readonly (readonly [string, Line])[] {
  return [
    ...Object.entries(line).flatMap(([name, member]) =>
      otherValues(member).map(([path, edited]) => [`${name}.${path}`, { ...line, [name]: edited }] as const),
    ),
    ...Object.keys(line).map((name) => {
      const { [name]: _, ...others } = line;
      return [`${name} removed`, others] as const;
    }),
    ["member added", { ...line, added: 1 }],
  ];
}

function otherValues(value: Json): readonly (readonly [string, Json])[] {
  if (Array.isArray(value)) {
    return [
      ...value.flatMap((element, at) =>
        otherValues(element).map(([path, edited]) => [`${at}.${path}`, value.with(at, edited)] as const),
      ),
      ...value.map((_, at) => [`${at} removed`, value.toSpliced(at, 1)] as const),
      ["element added", [...value, "x"]],
    ];
  }
  return value !== null && typeof value === "object" ? editsOf(value) : otherScalars(value);
}

function otherScalars(value: null | boolean | number | string): readonly (readonly [string, Json])[] {
  if (value === null)
    return [
      ["text", "x"],
      ["zero", 0],
    ];
  if (typeof value === "boolean")
    return [
      ["not", !value],
      ["null", null],
    ];
  if (typeof value === "number")
    return [
      ["more", value + 1],
      ["negative", -1],
      ["text", `${value}`],
    ];
  const last = value.at(-1) ?? "";
  const otherLast = /^[0-9a-f]+$/.test(value) ? (last === "0" ? "1" : "0") : "x";
  return [
    ["other", `${value.slice(0, -1)}${otherLast}`],
    ["longer", `${value}0`],
    ["empty", ""],
    ["null", null],
  ];
}
