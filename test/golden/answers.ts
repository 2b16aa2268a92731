/**
 * answers.json of a golden ceremony: what its people do otherwise than anybody would, session by session.
 *
 * Answers and failures are used up in their order, each when the ceremony comes to its step; none may be left over.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { isUtcSecond } from "../../src/tuf/types.ts";

const disposition = z.enum([
  "retry",
  "postpone",
  "spare",
  "reinitialise",
  "without-signer",
  "amend",
  "pause",
  "abort",
]);

/** An answer at a prompt of the step `at`. Words that are mistyped are counted; `leave` is Ctrl-C and `leave`. */
const answer = z.strictObject({
  at: z.string(),
  prompt: z.string(),
  give: z.union([
    z.strictObject({ chosen: z.string() }),
    z.strictObject({ mismatches: z.int() }),
    z.strictObject({ fields: z.record(z.string(), z.string()) }),
    z.strictObject({
      exception: z.strictObject({
        happened: z.string(),
        disposition,
        confirmedBy: z.tuple([z.string(), z.string()]).readonly(),
      }),
    }),
    z.literal("leave"),
  ]),
});

/** A key store that fails once at the step `at`. */
const failure = z.strictObject({
  at: z.string(),
  kind: z.enum(["find-token", "provision", "generate", "sign"]),
  code: z.string(),
  expected: z.string(),
  found: z.string(),
  remedy: z.string(),
});

const session = z.strictObject({
  /** The time of the first look at the clock; every further look is a second later. */
  starts: z.string().refine(isUtcSecond),
  /** Relative to answers.json; only where another script is named than before. */
  script: z.string().optional(),
  answers: z.array(answer).default([]),
  failures: z.array(failure).default([]),
  /** Holders elsewhere who have signed what was asked of them, by the name of their key. */
  signed: z.array(z.string()).default([]),
  ends: z.enum(["finished", "paused", "waiting", "aborted", "amendment-needed"]),
});

const shape = z.strictObject({ about: z.string(), sessions: z.array(session).min(1) });

export type GoldenAnswer = z.infer<typeof answer>;
export type GoldenFailure = z.infer<typeof failure>;
export type GoldenSession = z.infer<typeof session>;
export type GoldenAnswers = z.infer<typeof shape>;

export function readAnswers(path: string): GoldenAnswers {
  return shape.parse(JSON.parse(readFileSync(path, "utf8")));
}
