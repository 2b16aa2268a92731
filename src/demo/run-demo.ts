/**
 * The demonstration: `ceremony-scripts/pep458-bootstrap.yaml` held from beginning to end with real keys, and then
 * looked at as an auditor and a client would. Nobody is asked anything: a program gives every answer.
 */
import { mkdirSync, mkdtempSync } from "node:fs";
import { basename, join } from "node:path";
import { auditFolder } from "../audit/audit-folder.ts";
import { type HeldSession, holdSession, NOTHING_INCOMING } from "../live/hold-session.ts";
import { loadForRun } from "../live/load-for-run.ts";
import { clockFrom } from "../live/performer.ts";
import { locateFile } from "../locate.ts";
import { recordedResults, runPreflight, viewThisMachine } from "../machine/preflight.ts";
import { tellVerdict } from "../report/audit-text.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { demoStores, type Workplace } from "./demo-stores.ts";
import { judgeMetadata, tellFiles } from "./judge-metadata.ts";
import { Progress } from "./progress.ts";
import { progressPeople } from "./progress-people.ts";
import { findSoftTokens } from "./soft-tokens.ts";

export interface DemoOptions {
  /** A new folder for everything is made in this one, and stays. */
  readonly parent: string;
  /** Where SoftHSM's PKCS#11 module may be. */
  readonly softhsmModules: readonly string[];
  /** Name and version, for the transcript. */
  readonly tool: string;
  /** The kit that this runs from. */
  readonly kit: Sha256Hex | null;
  readonly write: (text: string) => void;
}

export interface DemoResult {
  /** Everything is as it should be: finished, consistent, valid, and accepted by the clients. */
  readonly isGood: boolean;
  /** The ceremony's. */
  readonly folder: string;
  readonly head: Sha256Hex | null;
}

const NAME = "ceremony-scripts/pep458-bootstrap.yaml";
const SCRIPT = locateFile(`../${NAME}`);

export async function runDemo({
  parent,
  softhsmModules,
  tool,
  kit,
  write,
}: DemoOptions): Promise<DemoResult> {
  const progress = new Progress(write);
  const workplace = prepare(parent);
  const script = loadForRun(SCRIPT);
  const { from } = script.plan.script.window;
  const tokens = findSoftTokens(softhsmModules);
  progress.tell(
    "A whole TUF root key ceremony, with a program in place of the people.",
    "",
    `  script    ${NAME}: ${script.plan.script.title}`,
    `  clock     set to ${from}, when the script's window opens`,
    ...tokens.describe.map((line, index) => `  ${index === 0 ? "tokens  " : "        "}  ${line}`),
    "  secrets   random PINs and a random passphrase, in memory only, forgotten at the end",
    `  folder    ${workplace.root}`,
    "",
  );

  const clock = clockFrom(from);
  const people = progressPeople(progress);
  const session = await holdSession({
    root: workplace.ceremony,
    script,
    rehearsal: false,
    tool,
    kit,
    people,
    stores: (folder) => demoStores({ folder, people, workplace, module: tokens.module }),
    incoming: NOTHING_INCOMING,
    clock,
    preflight: async () => ({ results: recordedResults(runPreflight(await viewThisMachine(parent))) }),
  });
  progress.end();
  if (session.reason !== "finished") {
    progress.tell(
      "",
      `The ceremony did not get to its end: it is ${session.reason}.`,
      ...tellExceptions(session),
    );
    return { isGood: false, folder: workplace.ceremony, head: session.head };
  }

  progress.tell("");
  const verdict = await progress.during("Auditing the folder: every step is executed again", () =>
    auditFolder(workplace.ceremony, session.head),
  );
  const judged = await progress.during("Verifying the metadata from 1.root.json on", () =>
    judgeMetadata(workplace.ceremony, session, clock()),
  );
  progress.tell("", "THE AUDIT", "", ...tellVerdict(verdict));
  progress.tell("", "THE METADATA", "", ...tellFiles(judged));
  const acceptedBy = verdict.clients.filter(({ accepted }) => accepted).length;
  const isGood =
    verdict.isConsistent &&
    verdict.end === "finished" &&
    verdict.isAnchored === true &&
    judged.isValid &&
    acceptedBy > 0 &&
    acceptedBy === verdict.clients.length;
  progress.tell(
    "",
    ...tellWhereabouts(workplace, session, {
      hasTokens: tokens.module !== null,
      program: kit === null ? "npx tuf-ceremony" : "tuf-ceremony",
    }),
    "",
    isGood ? "All is as it should be." : "NOT ALL IS AS IT SHOULD BE.",
  );
  return { isGood, folder: workplace.ceremony, head: session.head };
}

function prepare(parent: string): Workplace {
  const root = mkdtempSync(join(parent, "tuf-ceremony-demo-"));
  const media = [join(root, "media", "barbara-1"), join(root, "media", "barbara-2")] as const;
  for (const medium of media) mkdirSync(medium, { recursive: true });
  return { root, ceremony: join(root, "ceremony"), tokens: join(root, "tokens"), media };
}

function tellExceptions({ state }: HeldSession): readonly string[] {
  return state.exceptions.map(({ step, at, code }) => `  ${step} (${at}): ${code}`);
}

function tellWhereabouts(
  { root, ceremony, tokens }: Workplace,
  { head }: HeldSession,
  { hasTokens, program }: { readonly hasTokens: boolean; readonly program: string },
): readonly string[] {
  return [
    "WHERE EVERYTHING IS",
    "",
    `  ${root}`,
    `    ${basename(ceremony)}/    public: script, transcript, inputs, metadata`,
    ...(hasTokens ? [`    ${basename(tokens)}/      the tokens of Ada and Grace: secret`] : []),
    `    media/       Barbara's key, encrypted, in two copies: secret`,
    "",
    "Look further:",
    "",
    `  ${program} audit ${ceremony} \\`,
    `    --head ${head}`,
    `  ${program} verify --from ${join(ceremony, "metadata", "1.root.json")} \\`,
    `    --dir ${join(ceremony, "metadata")}`,
    `  sha256sum ${join(ceremony, "transcript.jsonl")}     # the head, by other means`,
    `  less ${join(ceremony, "transcript.jsonl")}`,
  ];
}
