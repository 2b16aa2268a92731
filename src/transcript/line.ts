/**
 * The lines of transcript.jsonl (docs/formats.md, "The transcript").
 *
 * Every line is one RFC 8785 (JCS) object and one line feed. `prev` is the SHA-256 of all bytes before the line, so that
 * `sha256sum transcript.jsonl` is the head at any moment.
 */
import canonicalize from "canonicalize";
import type { Data, Kind, Outcome } from "../ceremony/effects.ts";
import type { Fact } from "../ceremony/facts.ts";
import type { StepRef } from "../ceremony/plan-types.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";

export interface FileDigest {
  /** Relative to the ceremony folder, `/` between the parts. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: Sha256Hex;
}

/** Why a session ended in order. A session without a seal ended by a crash. */
export type SealReason = "finished" | "paused" | "waiting" | "aborted";

export type LineBody =
  | {
      readonly type: "session";
      /** 1, 2, 3 … */
      readonly session: number;
      readonly rehearsal: boolean;
      readonly tool: string;
      /** SHA-256 of the kit this runs from, or null. */
      readonly kit: Sha256Hex | null;
      readonly script: FileDigest;
      readonly inputs: readonly FileDigest[];
      /** Bytes of a torn last line that were cut before this line. */
      readonly cut: number;
      /** A step that can't outlive its session and is begun again; one-time keys it had made are lost. */
      readonly abandons: StepRef | null;
    }
  | { readonly type: "begin"; readonly step: StepRef; readonly revision: number }
  | { readonly type: "action"; readonly id: string; readonly kind: Kind; readonly request: Data }
  | { readonly type: "outcome"; readonly id: string; readonly outcome: Outcome }
  | { readonly type: "end"; readonly step: StepRef; readonly facts: readonly Fact[] }
  | { readonly type: "amend"; readonly script: FileDigest; readonly inputs: readonly FileDigest[] }
  | { readonly type: "seal"; readonly reason: SealReason };

export type LineType = LineBody["type"];

export interface LineFrame {
  /** 1 for the first line. */
  readonly seq: number;
  readonly prev: Sha256Hex;
  readonly time: UtcSecond;
}
export type Line = LineBody & LineFrame;

/** RFC 8785 text of plain JSON data; the transcript's only spelling of anything. */
export function canonicalText(data: unknown): string {
  const text = canonicalize(data);
  if (text === undefined) throw new TypeError("there is no canonical text of undefined");
  return text;
}

/** The line with its line feed, as it is written. */
export function encodeLine(line: Line): string {
  return `${canonicalText(line)}\n`;
}
