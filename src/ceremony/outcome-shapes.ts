/**
 * The shapes of outcomes. A transcript is somebody else's file: what it says an effect answered is checked here before
 * a step sees it.
 */
import * as z from "zod";
import { canonicalText } from "../transcript/line.ts";
import { isUtcSecond, SCHEMES } from "../tuf/types.ts";
import type { AskRequest, Effects, Kind, Outcome } from "./effects.ts";

const line = z.string().min(1).max(200);
const name = z.string().max(200);
const hex = z.string().regex(/^([0-9a-f]{2}){1,8192}$/);
const count = z.int().min(0);
const time = z.string().refine((text) => isUtcSecond(text));
const verdict = z.enum(["pass", "fail", "unknown"]);
const scalar = z.union([z.boolean(), z.int(), z.string().max(1000), z.null()]);

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
const exception = z.strictObject({ happened: line, disposition, confirmedBy: z.tuple([name, name]) });

const publicKey = z.strictObject({
  keytype: z.enum(["ed25519", "ecdsa", "rsa"]),
  scheme: z.enum(SCHEMES),
  public: z.string().min(1).max(4096),
});
const token = z.strictObject({
  serial: name,
  label: name,
  manufacturer: name,
  model: name,
  firmware: name,
  initialised: z.boolean(),
  pin: z.enum(["ok", "low", "final", "locked", "unknown"]),
});
const client = z.strictObject({
  client: name,
  version: name,
  accepted: z.boolean(),
  isPartial: z.boolean(),
  known: z.array(name).max(50),
});
const answer = z.discriminatedUnion("form", [
  z.strictObject({ form: z.literal("words"), mismatches: count }),
  z.strictObject({ form: z.literal("choice"), chosen: name }),
  z.strictObject({ form: z.literal("text"), fields: z.record(z.string().max(200), line) }),
  z.strictObject({ form: z.literal("exception"), exception }),
]);

const VALUES: Readonly<Record<Kind, z.ZodType>> = {
  ask: answer,
  preflight: z.strictObject({
    results: z.array(z.strictObject({ id: name, verdict, found: z.string().max(1000) })).max(200),
  }),
  clock: z.strictObject({ time }),
  "find-token": token,
  provision: token,
  generate: z.strictObject({
    publicKey,
    proof: hex,
    attributes: z.record(z.string().max(100), scalar),
    swept: count,
  }),
  "read-certificates": z.strictObject({ certificates: z.array(z.base64().max(21_848)).max(32) }),
  sign: z.strictObject({ sig: hex }),
  "end-key": z.strictObject({ ended: z.literal(true) }),
  write: z.strictObject({ written: z.literal(true) }),
  receive: z.strictObject({ text: z.string().max(65_536) }),
  lint: z.strictObject({
    documents: z.array(z.strictObject({ role: name, payloadBytes: count, fileBytes: count })).max(200),
    findings: z
      .array(z.strictObject({ role: name, rule: name, severity: z.enum(["error", "warning"]) }))
      .max(10_000),
    clients: z.array(client).max(50),
  }),
  "try-clients": z.strictObject({ clients: z.array(client).max(50) }),
};

const failure = z.strictObject({
  ok: z.literal(false),
  code: name,
  expected: z.string().max(2000),
  found: z.string().max(2000),
  remedy: z.string().max(2000).optional(),
  exception: exception.optional(),
});

const OUTCOMES = new Map<string, z.ZodType>(
  Object.entries(VALUES).map(([kind, value]) => [
    kind,
    z.union([z.strictObject({ ok: z.literal(true), value }), failure]),
  ]),
);

/** Why this is no outcome of such an action; null: it is one. */
export function outcomeProblem(
  kind: Kind,
  request: Effects[Kind]["request"],
  outcome: unknown,
  people: ReadonlySet<string>,
): string | null {
  const shape = OUTCOMES.get(kind);
  if (shape === undefined) return `an action of kind ${kind}`;
  const checked = shape.safeParse(outcome);
  if (!checked.success) return checked.error.issues[0]?.message ?? "an outcome of another shape";
  if (kind !== "ask" && hasException(outcome)) return "an exception at an action that asks nobody";
  // The kind says of which shape request and outcome are.
  if (kind === "ask") return answerProblem(request as AskRequest, outcome as ShapedAnswer, people);
  if (kind === "provision") return blankProblem(outcome as Outcome<"provision">);
  if (kind === "find-token") return tokenProblem(request as TokenRequest, outcome as Outcome<"find-token">);
  return null;
}

function blankProblem(outcome: Outcome<"provision">): string | null {
  return outcome.ok && !outcome.value.initialised ? "a token that is not initialised afterwards" : null;
}

type TokenRequest = Effects["find-token"]["request"];

/** The token that was found must be one that was looked for. */
function tokenProblem(request: TokenRequest, outcome: Outcome<"find-token">): string | null {
  if (!outcome.ok) return null;
  const { serial, initialised } = outcome.value;
  const fits = request.serial === null ? initialised !== request.blank : serial === request.serial;
  return fits && !request.notThese.includes(serial) ? null : `the token ${serial}, which was not looked for`;
}

function hasException(outcome: unknown): boolean {
  return typeof outcome === "object" && outcome !== null && "exception" in outcome;
}

/** The code of a prompt that somebody met with an exception. */
const EXCEPTION_CODE = "exception";

type ShapedAnswer = {
  readonly ok: boolean;
  readonly code?: string;
  readonly value?: z.infer<typeof answer>;
  readonly exception?: z.infer<typeof exception>;
};

/** An answer must be one that the prompt allows, and an exception one that two different people of the script confirmed. */
function answerProblem(
  request: AskRequest,
  outcome: ShapedAnswer,
  people: ReadonlySet<string>,
): string | null {
  const { value } = outcome;
  const opened = value?.form === "exception" ? value.exception : outcome.exception;
  if (opened !== undefined) {
    if (!request.dispositions.includes(opened.disposition)) return `the disposition ${opened.disposition}`;
    const [first, second] = opened.confirmedBy;
    if (first === second || !people.has(first) || !people.has(second))
      return "two names that are not two people of the script";
  }
  if (value === undefined) {
    if (opened === undefined) return "a prompt that failed without an exception";
    return outcome.code === EXCEPTION_CODE ? null : `a prompt that failed with the code ${outcome.code}`;
  }
  if (value.form !== request.accept.form) return `an answer of the form ${value.form}`;
  if (value.form === "choice" && request.accept.form === "choice") {
    return request.accept.options.includes(value.chosen) ? null : `the choice ${value.chosen}`;
  }
  if (value.form === "text" && request.accept.form === "text") {
    const wanted = canonicalText([...request.accept.fields].sort());
    return canonicalText(Object.keys(value.fields).sort()) === wanted
      ? null
      : "other fields than were asked for";
  }
  return null;
}
