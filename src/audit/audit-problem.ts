/** Something in a ceremony folder that is not as it must be, and where. */
export interface AuditProblem {
  /** `audit/…`, `transcript/…`. */
  readonly code: string;
  /** `transcript.jsonl line 12`, `metadata/1.root.json`. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}
