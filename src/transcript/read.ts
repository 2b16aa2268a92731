/**
 * Reading a transcript: bytes to lines, each in its one spelling, each with the digest of everything before it.
 *
 * Nothing is said here about what the lines mean (ceremony/execution.ts). A file of any length is read line by line;
 * only one line is held at a time.
 */
import { createHash } from "node:crypto";
import { isSha256Hex, isUtcSecond, type Sha256Hex } from "../tuf/types.ts";
import { canonicalText, type Line, type LineBody, type LineType } from "./line.ts";

/** Longer than any line that a ceremony writes. */
export const MAX_LINE_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface TranscriptProblem {
  readonly code: string;
  /** 1 for the first line. */
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

export type ReadLine =
  | { readonly ok: true; readonly line: Line; readonly sizeBytes: number }
  | { readonly ok: false; readonly problem: TranscriptProblem };

const MEMBERS: Readonly<Record<LineType, readonly string[]>> = {
  session: ["session", "rehearsal", "tool", "kit", "script", "inputs", "cut", "abandons"],
  begin: ["step", "revision"],
  action: ["id", "kind", "request"],
  outcome: ["id", "outcome"],
  end: ["step", "facts"],
  amend: ["script", "inputs"],
  seal: ["reason"],
};
const FRAME = ["seq", "prev", "time", "type"];

export class TranscriptReader {
  readonly #hash = createHash("sha256");
  #seq = 0;
  #sizeBytes = 0;

  /** SHA-256 of all bytes read so far. */
  get head(): Sha256Hex {
    return this.#hash.copy().digest("hex") as Sha256Hex; // a SHA-256 in hex by construction
  }

  get lines(): number {
    return this.#seq;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Take the bytes of one line with its line feed. */
  read(bytes: Uint8Array): ReadLine {
    const number = this.#seq + 1;
    const refuse = (code: string, expected: string, found: string): ReadLine => ({
      ok: false,
      problem: { code: `transcript/${code}`, line: number, expected, found: found.slice(0, 500) },
    });
    if (bytes.length > MAX_LINE_BYTES)
      return refuse("too-long", `at most ${MAX_LINE_BYTES} bytes`, String(bytes.length));
    if (bytes.at(-1) !== LINE_FEED)
      return refuse("torn", "a line feed at the end of the line", "a line without one");
    let text: string;
    let data: unknown;
    try {
      text = utf8.decode(bytes.subarray(0, -1));
      data = JSON.parse(text);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError)
        return refuse("not-json", "a JSON object", "other bytes");
      throw error;
    }
    const shape = shapeProblem(data);
    if (shape !== null) return refuse("shape", "a line as docs/formats.md describes it", shape);
    if (spellingOf(data) !== text) return refuse("spelling", "RFC 8785 canonical JSON", "another spelling");
    const line = data as Line; // its frame was just checked; the execution compares or checks the rest
    if (line.seq !== number) return refuse("seq", String(number), String(line.seq));
    const { head } = this;
    if (line.prev !== head) return refuse("prev", head, line.prev);
    this.#hash.update(bytes);
    this.#seq = number;
    this.#sizeBytes += bytes.length;
    return { ok: true, line, sizeBytes: bytes.length };
  }
}

/** The lines of a transcript with their line feeds; the last one may lack it. */
export function* splitLines(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, start);
    const after = end === -1 ? bytes.length : end + 1;
    yield bytes.subarray(start, after);
    start = after;
  }
}

/** Null where there is no canonical text: RFC 8785 has none for a lone surrogate. */
function spellingOf(data: unknown): string | null {
  try {
    return canonicalText(data);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function shapeProblem(data: unknown): string | null {
  if (!isRecord(data)) return "no object";
  const { seq, prev, time, type } = data;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq)) return "a seq that is no integer";
  if (typeof prev !== "string" || !isSha256Hex(prev)) return "a prev that is no SHA-256";
  if (typeof time !== "string" || !isUtcSecond(time)) return "a time that is no UTC second";
  if (typeof type !== "string" || !Object.hasOwn(MEMBERS, type)) return "an unknown type";
  const members = MEMBERS[type as LineType]; // just looked up
  if (Object.keys(data).length !== FRAME.length + members.length) return `other members than ${type} has`;
  const lacking = members.find((member) => !Object.hasOwn(data, member));
  if (lacking !== undefined) return `no ${lacking}`;
  return bodyProblem(data as Record<string, unknown> & { type: LineType });
}

/** What the execution would use before it compares: digests of files, numbers, lists. */
function bodyProblem(data: Record<string, unknown> & { type: LineType }): string | null {
  switch (data.type) {
    case "session":
      if (!isCount(data["session"]) || !isCount(data["cut"])) return "a session or cut that is no count";
      if (typeof data["rehearsal"] !== "boolean" || typeof data["tool"] !== "string")
        return "rehearsal or tool";
      if (!isNullOr(data["kit"], (kit) => isSha256Hex(kit))) return "a kit that is no SHA-256";
      if (!isNullOr(data["abandons"], () => true)) return "abandons";
      return scriptProblem(data);
    case "amend":
      return scriptProblem(data);
    case "begin":
      return typeof data["step"] === "string" && isCount(data["revision"]) ? null : "step or revision";
    case "action":
      return typeof data["id"] === "string" && typeof data["kind"] === "string" ? null : "id or kind";
    case "outcome":
      return typeof data["id"] === "string" && isRecord(data["outcome"]) ? null : "id or outcome";
    case "end":
      return typeof data["step"] === "string" && Array.isArray(data["facts"]) ? null : "step or facts";
    case "seal":
      return typeof data["reason"] === "string" ? null : "reason";
    default:
      return data.type satisfies never;
  }
}

function scriptProblem(data: Record<string, unknown>): string | null {
  const { script, inputs } = data;
  if (!isFileDigest(script)) return "a script that is no file digest";
  return Array.isArray(inputs) && inputs.every(isFileDigest) ? null : "inputs that are no file digests";
}

function isFileDigest(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 3) return false;
  const { path, sizeBytes, sha256 } = value;
  return typeof path === "string" && isCount(sizeBytes) && typeof sha256 === "string" && isSha256Hex(sha256);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isNullOr(value: unknown, test: (text: string) => boolean): boolean {
  return value === null || (typeof value === "string" && test(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a live session appends: the body in its frame. */
export function frameLine(body: LineBody, frame: { seq: number; prev: Sha256Hex; time: Line["time"] }): Line {
  return { ...body, ...frame };
}
