/** Does with a case all that `verify` does, and lists what no case may bring about. */
import { CeremonyError } from "../../src/errors.ts";
import { describeChanges } from "../../src/report/diff-text.ts";
import { type Judgement, judgementDocument } from "../../src/report/judgement.ts";
import { renderJudgement } from "../../src/report/verify-text.ts";
import { diffDocuments } from "../../src/tuf/diff.ts";
import { verifyByJavaScript } from "../../src/tuf/javascript-signatures.ts";
import { forgetKeys } from "../../src/tuf/key-cache.ts";
import type { RuleId } from "../../src/tuf/rules.ts";
import type { SignatureVerifier } from "../../src/tuf/signatures.ts";
import { MOST_MILLISECONDS } from "./bounds.ts";
import type { FuzzCase } from "./fuzz-case.ts";
import { FOLDER, putFiles, takeStrays } from "./memory-files.ts";
import { findUnfit } from "./shown-text.ts";
import { commandTable, judgeFiles, runCommandLine } from "./verify-in-memory.ts";

/** `nothing`: not even a root was there. */
export type Verdict = "accepted" | "refused" | "unreadable" | "nothing";
export const VERDICTS: readonly Verdict[] = ["accepted", "refused", "unreadable", "nothing"];

/** What takes long is not asked of every case. */
export interface Depth {
  /** The second implementation too: both must say the same. */
  readonly secondOpinion: boolean;
  /** The command itself, with its text and its JSON. */
  readonly commandLine: boolean;
  /** Once more, with nothing remembered. */
  readonly again: boolean;
  /** Differences between any two of its documents. */
  readonly differences: boolean;
}

export interface Outcome {
  readonly verdict: Verdict;
  /** Everything that was observed, whether the profile `reading` has something to say about it or not. */
  readonly rules: ReadonlySet<RuleId>;
  /** One line each; empty, unless something is wrong with the program. */
  readonly problems: readonly string[];
  /** Of this thread, for judging it once and showing it. */
  readonly cpuMilliseconds: number;
}

export async function judgeCase(given: FuzzCase, depth: Depth): Promise<Outcome> {
  putFiles(given.files);
  const began = process.threadCpuUsage();
  const first = attempt(() => judgeOnce(given, null));
  const used = process.threadCpuUsage(began);
  const cpuMilliseconds = (used.user + used.system) / 1000;

  const problems = first.crash === null ? [] : [first.crash];
  if (cpuMilliseconds > MOST_MILLISECONDS) problems.push(`slow: ${Math.round(cpuMilliseconds)} ms of CPU`);
  const judged = first.result;
  if (judged !== null) problems.push(...checkJudged(judged));
  if (depth.secondOpinion) problems.push(...compareOpinions(given, judged));
  if (depth.again) problems.push(...compareAgain(given, judged));
  if (depth.differences && judged !== null) problems.push(...checkDifferences(judged.judgement));
  if (depth.commandLine) problems.push(...(await runCommand(given, judged)));
  problems.push(...takeStrays().map((stray) => `stray: ${stray}`));
  return {
    verdict: judged === null ? "nothing" : verdictOf(judged.judgement),
    rules: judged === null ? new Set() : rulesOf(judged.judgement),
    problems,
    cpuMilliseconds,
  };
}

interface Judged {
  readonly judgement: Judgement;
  readonly text: string;
  readonly json: string;
}

function judgeOnce(given: FuzzCase, secondOpinion: SignatureVerifier | null): Judged {
  const { at, limits } = given;
  const judgement = judgeFiles(inputOf(given), { at, limits, secondOpinion, rehearsal: false });
  return {
    judgement,
    text: renderJudgement(judgement),
    json: JSON.stringify(judgementDocument(judgement)),
  };
}

function inputOf({ files, way }: FuzzCase) {
  const paths = files.map(({ name }) => `${FOLDER}/${name}`);
  const [first = null, ...others] = paths;
  switch (way) {
    case "files":
      return { files: paths, from: null, folder: null, repository: null };
    case "repository":
      return { files: others, from: null, folder: null, repository: FOLDER };
    case "from":
      return { files: [], from: first, folder: FOLDER, repository: null };
    default:
      return way satisfies never;
  }
}

/** The one error that a command may end with, where there is no root at all. */
function attempt<Result>(act: () => Result): {
  readonly result: Result | null;
  readonly crash: string | null;
} {
  try {
    return { result: act(), crash: null };
  } catch (error) {
    if (error instanceof CeremonyError && error.code === "verify/no-root")
      return { result: null, crash: null };
    return { result: null, crash: `crash: ${error instanceof Error ? error.stack : String(error)}` };
  }
}

function verdictOf({ isValid, files }: Judgement): Verdict {
  if (isValid) return "accepted";
  return files.some(({ document }) => document.kind === "unreadable") ? "unreadable" : "refused";
}

function rulesOf({ files, findings }: Judgement): ReadonlySet<RuleId> {
  const seen = files.flatMap((file) => [...file.document.observations, ...file.findings]);
  return new Set([...seen, ...findings].map(({ rule }) => rule));
}

const FINDING = /^[ -~§…]*$/;

function checkJudged({ judgement, text, json }: Judged): string[] {
  const problems = [...findUnfit(text)];
  const verdicts = text.split("\n").filter((line) => /^(?:NOT )?VALID at /.test(line));
  const expected = `${judgement.isValid ? "VALID" : "NOT VALID"} at ${judgement.at}`;
  if (verdicts.length !== 1 || verdicts[0] !== expected) problems.push(`verdicts: ${verdicts.join("; ")}`);
  const findings = [...judgement.findings, ...judgement.files.flatMap((file) => file.findings)];
  for (const { text: words } of findings) {
    if (!FINDING.test(words)) problems.push(`a finding: ${JSON.stringify(words)}`);
  }
  const document: unknown = JSON.parse(json);
  if (!(typeof document === "object" && document !== null && "valid" in document))
    problems.push("no JSON document");
  for (const { isAccepted, own, previous, document: read, findings: own_ } of judgement.files) {
    if (!isAccepted) continue;
    const isMet = own?.isMet === true && previous?.isMet !== false;
    const isClean = read.kind !== "unreadable" && own_.every(({ severity }) => severity !== "error");
    if (!isMet || !isClean) problems.push("accepted with an error");
  }
  return problems;
}

/** The two implementations must say the same of every signature. */
function compareOpinions(given: FuzzCase, judged: Judged | null): string[] {
  const { result, crash } = attempt(() => judgeOnce(given, verifyByJavaScript));
  if (crash !== null) return [crash];
  return result?.json === judged?.json ? [] : [`opinions differ: ${judged?.text}\n${result?.text}`];
}

function compareAgain(given: FuzzCase, judged: Judged | null): string[] {
  forgetKeys();
  const { result, crash } = attempt(() => judgeOnce(given, null));
  if (crash !== null) return [crash];
  return result?.json === judged?.json && result?.text === judged?.text
    ? []
    : ["judged differently the second time"];
}

function checkDifferences({ files }: Judgement): string[] {
  const documents = files.slice(0, 4).map(({ document }) => document);
  const pairs = [null, ...documents].flatMap((before) => documents.map((after) => [before, after] as const));
  return pairs.flatMap(([before, after]) => {
    const { result, crash } = attempt(() => describeChanges(diffDocuments(before, after)));
    if (crash !== null) return [crash];
    // Wrapped before they are shown.
    return findUnfit((result ?? []).join(" ").replaceAll(" ", "\n")).filter(
      (problem) => !problem.startsWith("a line"),
    );
  });
}

/** What the command writes must be what was judged, and ASCII where it is JSON. */
async function runCommand({ files, way, at, limits }: FuzzCase, judged: Judged | null): Promise<string[]> {
  // The command has no option for the other limits.
  if (limits.targetsBytes < 5_000_000 || limits.rotations < 256) return [];
  const { files: named, from, folder, repository } = inputOf({ files, way, at, limits, generator: "bytes" });
  const words = [
    "verify",
    ...["--at", at],
    ...(from === null ? [] : ["--from", from]),
    ...(folder === null ? [] : ["--dir", folder]),
    ...(repository === null ? [] : ["--repo", repository]),
  ];
  const problems: string[] = [];
  for (const [flags, expected] of [
    [[], judged?.text],
    [["--json"], judged?.json],
  ] as const) {
    const { status, out, error } = await runWords([...words, ...flags, "--", ...named]);
    const wanted = judged === null ? 2 : judged.judgement.isValid ? 0 : 1;
    if (status !== wanted) problems.push(`exit status ${status}, not ${wanted}: ${error}`);
    problems.push(...findUnfit(error).filter((problem) => !problem.startsWith("a line")));
    if (flags.length === 0 && judged !== null && out !== expected)
      problems.push("the command shows something else");
    if (flags.length > 0) {
      if (!/^[\n -~]*$/.test(out)) problems.push("the JSON is not ASCII");
      if (judged !== null && JSON.stringify(JSON.parse(out)) !== expected)
        problems.push("the JSON is another");
    }
  }
  return problems;
}

async function runWords(words: readonly string[]) {
  const written = { out: "", error: "" };
  const status = await runCommandLine(
    words,
    {
      version: "0",
      colour: false,
      writeOut: (text) => {
        written.out += text;
      },
      writeError: (text) => {
        written.error += text;
      },
    },
    commandTable,
  );
  return { status, ...written };
}
