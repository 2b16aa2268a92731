/**
 * A holder's own signing log: one line for each document that was about to be signed, written before it was. What it is
 * for: a key never signs two variants of the same version of the same document, whoever asks.
 *
 * JSON lines of exactly these members: `type`, `ceremony`, `keyid`, `role`, `version`, `sha256` (of the canonical bytes
 * that are signed), `time`. What identifies a document is key, role and version: a fork would come under another
 * ceremony's name. The file belongs to the holder; nothing in it is secret.
 */
import { isName } from "../ceremony/script-fields.ts";
import { isObject, object, tryParseJson } from "../tuf/json.ts";
import { serializeJson } from "../tuf/serialize.ts";
import { isSha256Hex, isUtcSecond, type JsonValue, type Sha256Hex, type UtcSecond } from "../tuf/types.ts";
import { finding, type RequestFinding } from "./request-rules.ts";

const TYPE = "tuf-ceremony signing log v1";
const LINE_FEED = 0x0a;

export interface LogEntry {
  readonly ceremony: string;
  readonly keyid: string;
  readonly role: string;
  readonly version: number;
  readonly sha256: Sha256Hex;
  readonly time: UtcSecond;
}

export interface SigningLog {
  readonly entries: readonly LogEntry[];
  /** False where the last line lacks its line feed: an editor may have dropped it. */
  readonly isTerminated: boolean;
}

/** A log that can't be read whole says nothing: the line (from 1) and what is wrong with it. */
export type LogRead =
  | { readonly ok: true; readonly log: SigningLog }
  | { readonly ok: false; readonly line: number; readonly found: string };

export function readLog(bytes: Uint8Array): LogRead {
  const entries: LogEntry[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, start);
    const after = end === -1 ? bytes.length : end;
    const entry = readEntry(bytes.subarray(start, after));
    if (typeof entry === "string") return { ok: false, line: entries.length + 1, found: entry };
    entries.push(entry);
    start = after + 1;
  }
  return { ok: true, log: { entries, isTerminated: bytes.length === 0 || bytes.at(-1) === LINE_FEED } };
}

/** With its line feed. */
export function logLine({ ceremony, keyid, role, version, sha256, time }: LogEntry): Uint8Array {
  const line = serializeJson(
    object([
      ["type", TYPE],
      ["ceremony", ceremony],
      ["keyid", keyid],
      ["role", role],
      ["version", version],
      ["sha256", sha256],
      ["time", time],
    ]),
    "compact",
  );
  return Uint8Array.of(...line, LINE_FEED);
}

/** The first entry decides: two programs that wrote at the same moment come to the same answer. */
export function judgeByLog(
  { entries }: SigningLog,
  wanted: Pick<LogEntry, "keyid" | "role" | "version" | "sha256">,
): readonly RequestFinding[] {
  const first = entries.find(
    ({ keyid, role, version }) =>
      keyid === wanted.keyid && role === wanted.role && version === wanted.version,
  );
  if (first === undefined || first.sha256 === wanted.sha256) return [];
  const found = `${first.role} version ${first.version} with the digest ${first.sha256}, signed for ${first.ceremony} at ${first.time}`;
  return [finding("log/second-variant", found)];
}

function readEntry(line: Uint8Array): LogEntry | string {
  const parsed = tryParseJson(line, { maxBytes: 4096, maxDepth: 2 });
  if (!parsed.ok) return parsed.problem.found;
  if (!isObject(parsed.value)) return "no JSON object";
  const members = parsed.value;
  const [ceremony, role] = [text(members.get("ceremony")), text(members.get("role"))];
  const [keyid, sha256] = [text(members.get("keyid")), text(members.get("sha256"))];
  const [version, time] = [members.get("version"), text(members.get("time"))];
  if (members.get("type") !== TYPE || members.size !== 7) return "other members than an entry has";
  if (!isName(ceremony) || !isName(role)) return "a ceremony or role that is no name";
  if (!isSha256Hex(keyid) || !isSha256Hex(sha256)) return "a keyid or digest that is no SHA-256";
  if (typeof version !== "number" || version < 1 || !isUtcSecond(time)) return "no version or time";
  return { ceremony, keyid, role, version, sha256, time };
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
