/** A part of the benchmark that can be measured alone. */
import type { Field } from "../contestants.ts";
import type { Section } from "../table.ts";

export interface Part {
  readonly name: string;
  /** Whether it measures the program as it is shipped: then there has to be a fresh build. */
  readonly needsBuild: boolean;
  /** Whether it measures others beside us. */
  readonly needsField: boolean;
  readonly measure: (given: Given) => Promise<readonly Section[]>;
}

export interface Given {
  /** A new one, removed afterwards. */
  readonly folder: string;
  /** Nobody where the part does not need it. */
  readonly field: Field;
  /** Tells people how far it is. */
  readonly say: (line: string) => void;
}
