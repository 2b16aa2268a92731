/** Holds a golden ceremony: the same script and answers make the same folder, screens and verdict, byte for byte. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { writeSignatureFile } from "../../src/ceremony/exchange-files.ts";
import { readRequest } from "../../src/exchange/read-request.ts";
import { holdSession, NOTHING_INCOMING } from "../../src/live/hold-session.ts";
import { incomingFiles } from "../../src/live/incoming-files.ts";
import { loadForRun } from "../../src/live/load-for-run.ts";
import type { Incoming } from "../../src/live/performer.ts";
import { tellVerdict } from "../../src/report/audit-text.ts";
import { tellSession } from "../../src/report/session-text.ts";
import { isUtcSecond, secondsOf, type UtcSecond } from "../../src/tuf/types.ts";
import { exampleKey } from "../support/example-keys.ts";
import { type GoldenSession, readAnswers } from "./answers.ts";
import { goldenPeople } from "./golden-people.ts";
import { GoldenKeys, goldenStores } from "./golden-stores.ts";
import { ScreenLog } from "./show-screens.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Every golden ceremony: a folder with an answers.json. */
export const GOLDENS: readonly string[] = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export function goldenPath(name: string, ...rest: readonly string[]): string {
  return join(here, name, ...rest);
}

/** The program that makes the record, as its first line says. */
const TOOL = "tuf-ceremony golden";
/** Checks of a machine that is made up: the screens of what fails are shown too. */
const PREFLIGHT = {
  results: [
    { id: "network-interfaces", verdict: "pass", found: "loopback only" },
    { id: "swap", verdict: "fail", found: "1 swap area" },
    { id: "core-dumps", verdict: "unknown", found: "the limit can't be read" },
  ],
} as const;

export interface HeldGolden {
  /** The ceremony folder that was made. */
  readonly folder: string;
  /** By name: screens.txt, verdict.txt, head.txt. */
  readonly texts: ReadonlyMap<string, string>;
}

export async function holdGolden(name: string): Promise<HeldGolden> {
  const folder = join(mkdtempSync(join(tmpdir(), "tuf-golden-")), "ceremony");
  const { sessions } = readAnswers(goldenPath(name, "answers.json"));
  const screens = new ScreenLog();
  const keys = new GoldenKeys();
  let script = "";
  for (const session of sessions) {
    script = session.script ?? script;
    await holdGoldenSession(folder, goldenPath(name, script), session, { screens, keys });
  }
  const verdict = await auditFolder(folder, null);
  return {
    folder,
    texts: new Map([
      ["screens.txt", screens.text],
      ["verdict.txt", `${tellVerdict(verdict).join("\n")}\n`],
      ["head.txt", `${verdict.head}  transcript.jsonl\n`],
    ]),
  };
}

async function holdGoldenSession(
  folder: string,
  script: string,
  session: GoldenSession,
  { screens, keys }: { readonly screens: ScreenLog; readonly keys: GoldenKeys },
): Promise<void> {
  const answers = [...session.answers];
  const failures = [...session.failures];
  const people = goldenPeople(answers, screens);
  const held = await holdSession({
    root: folder,
    script: loadForRun(script),
    rehearsal: false,
    tool: TOOL,
    kit: null,
    people,
    stores: () => goldenStores(keys, people, failures),
    incoming: session.signed.length === 0 ? NOTHING_INCOMING : signElsewhere(folder, session.signed),
    clock: countingClock(session.starts),
    preflight: async () => PREFLIGHT,
  });
  assert.deepEqual({ answers, failures }, { answers: [], failures: [] }, "every answer was asked for");
  assert.equal(held.reason, session.ends);
  screens.showMessage(tellSession(held, "CEREMONY-FOLDER"));
}

/** Every look at the clock is a second later. */
function countingClock(starts: string): () => UtcSecond {
  if (!isUtcSecond(starts)) throw new TypeError(starts);
  let now = secondsOf(starts);
  return () => {
    const text = `${new Date(now * 1000).toISOString().slice(0, 19)}Z`;
    now += 1;
    if (!isUtcSecond(text)) throw new TypeError(text);
    return text;
  };
}

/** What a holder elsewhere does: read the request, sign its document, send the file. */
function signElsewhere(folder: string, names: readonly string[]): Incoming {
  const requests = readdirSync(join(folder, "requests")).sort();
  const files = requests.flatMap((file) => {
    const { request } = readRequest(readFileSync(join(folder, "requests", file)));
    if (request === null || !names.includes(request.key)) return [];
    const { ceremony, role, key, sha256, payload } = request;
    return [writeSignatureFile({ ceremony, role, key, sha256 }, exampleKey(key).sign(payload))];
  });
  return incomingFiles(files.map((bytes) => new TextDecoder().decode(bytes)));
}
