/**
 * Files that somebody hands over as signatures, held against what a ceremony waits for: before a session begins, since
 * a wrong file would have to be met by an exception in the record. Nothing of it is believed; the session judges it again.
 */
import { REQUEST_TYPE, readSignatureFile, SIGNATURE_TYPE } from "../ceremony/exchange-files.ts";
import { isFinished } from "../ceremony/next.ts";
import type { CeremonyState } from "../ceremony/state.ts";
import { CeremonyError } from "../errors.ts";
import { isObject, tryParseJson } from "../tuf/json.ts";
import { quote } from "../tuf/quote.ts";
import type { JsonObject, JsonValue } from "../tuf/types.ts";

export interface HandedFile {
  readonly path: string;
  readonly text: string;
}

export interface Sorted {
  /** What is asked for. */
  readonly wanted: readonly HandedFile[];
  /** Signatures that are there already: `root, root-linus: taken in already`. */
  readonly unused: readonly { readonly path: string; readonly why: string }[];
}

interface Refusal {
  readonly found: string;
  readonly remedy: string;
}

type Verdict = { readonly kind: "wanted" } | { readonly kind: "unused"; readonly why: string } | Refusal;

/** Throws `exchange/not-asked`, with everything that is wrong with any of them. */
export function signaturesFor(state: CeremonyState, files: readonly HandedFile[]): Sorted {
  const judged = files.map((file) => ({ file, verdict: judge(state, file.text) }));
  const wanted = judged.filter(({ verdict }) => "kind" in verdict && verdict.kind === "wanted");
  const unused = judged.flatMap(({ file: { path }, verdict }) =>
    "why" in verdict ? [{ path, why: verdict.why }] : [],
  );
  const refused = judged.flatMap(({ file, verdict }) => ("found" in verdict ? [{ file, ...verdict }] : []));
  if (refused.length > 0) throw notAsked(state, refused);
  if (wanted.length > 0) return { wanted: wanted.map(({ file }) => file), unused };
  throw notAsked(
    state,
    judged.map(({ file, verdict }) => ({
      file,
      found: "why" in verdict ? verdict.why : "",
      remedy: "See who has not signed yet with `tuf-ceremony request`.",
    })),
  );
}

function judge(state: CeremonyState, text: string): Verdict {
  const parsed = tryParseJson(new TextEncoder().encode(text));
  if (!parsed.ok) {
    return { found: `no JSON as this tool reads it: ${parsed.problem.found}`, remedy: FROM_SIGN };
  }
  const file = parsed.value;
  if (!isObject(file)) return { found: "JSON that is no object", remedy: FROM_SIGN };
  const type = file.get("type");
  if (type === REQUEST_TYPE) return { found: "this is the request, not the signature", remedy: FROM_SIGN };
  if (type !== SIGNATURE_TYPE)
    return { found: `no signature file: its type is ${show(type)}`, remedy: FROM_SIGN };
  return judgeSignatureFile(state, file, text);
}

function judgeSignatureFile(state: CeremonyState, file: JsonObject, text: string): Verdict {
  const { ceremony } = state.plan.script;
  if (file.get("ceremony") !== ceremony) {
    return {
      found: `it is of another ceremony, ${show(file.get("ceremony"))}`,
      remedy: `Name a file for ${ceremony}.`,
    };
  }
  const step = state.plan.steps.find(
    ({ kind, role, key }) => kind === "collect" && role === file.get("role") && key === file.get("key"),
  );
  const what = `${show(file.get("role"))}, ${show(file.get("key"))}`;
  const { role, key } = step ?? {};
  if (step === undefined || role === undefined || key === undefined) {
    return {
      found: `${what}: not asked for`,
      remedy: "Ask its holder for the signature that the request asks for.",
    };
  }
  if (state.hasSigned(role, key)) return { kind: "unused", why: `${role}, ${key}: taken in already` };
  if (isFinished(state, step)) return { kind: "unused", why: `${role}, ${key}: gone on without` };
  const asked = state.document(role)?.sha256;
  if (asked === undefined || !state.hasRequested(role, key)) {
    return { found: `${what}: not asked for yet`, remedy: "Go on with `tuf-ceremony run` first." };
  }
  if (file.get("sha256") !== asked) {
    return {
      found: `${what}: of a document that is not asked for, SHA-256 ${show(file.get("sha256"))} instead of ${asked}`,
      remedy: "Send its holder the request as it is now: the document was changed since.",
    };
  }
  const read = readSignatureFile(text, { ceremony, role, key, sha256: asked });
  if ("sig" in read) return { kind: "wanted" };
  return { found: `${what}: ${read.failure.found}`, remedy: FROM_SIGN };
}

const FROM_SIGN = "Name the file that `tuf-ceremony sign` wrote, as a rule ROLE-KEY-DIGITS-signature.json.";

function notAsked(
  { plan }: CeremonyState,
  refused: readonly (Refusal & { readonly file: HandedFile })[],
): CeremonyError {
  const remedies = [...new Set(refused.map(({ remedy }) => remedy))];
  return new CeremonyError({
    code: "exchange/not-asked",
    exit: "usage",
    expected: `signature files that ${plan.script.ceremony} waits for`,
    found: refused.map(({ file, found }) => `${quote(file.path, 200)}: ${found}`).join("; "),
    remedy: `${remedies.join(" ")} No session was begun.`,
  });
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return "missing";
  return typeof value === "string" ? quote(value, 100) : "no text";
}
