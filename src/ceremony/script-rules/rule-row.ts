/** One row of the tables of rules. */

export interface ScriptRule {
  readonly id: string;
  readonly severity: "error" | "warning";
  /** What is required: the sentence after "expected". */
  readonly message: string;
  readonly remedy: string;
  /** Why. */
  readonly docs: string;
}

export const row = <Id extends string>(
  id: Id,
  severity: ScriptRule["severity"],
  message: string,
  remedy: string,
  docs: string,
) => ({ id, severity, message, remedy, docs }) as const satisfies ScriptRule;
