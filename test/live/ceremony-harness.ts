/** Ceremonies in a temporary folder, with unattended people and throw-away or given stores, for the tests of the spine. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckResult } from "../../src/ceremony/effects.ts";
import { inputFiles } from "../../src/ceremony/plan.ts";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { readScript } from "../../src/ceremony/read-script.ts";
import { planFromBytes } from "../../src/live/folder-plans.ts";
import { type HeldSession, holdSession, NOTHING_INCOMING } from "../../src/live/hold-session.ts";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import type { People } from "../../src/live/people.ts";
import { clockFrom, type Incoming } from "../../src/live/performer.ts";
import { throwAwayStores } from "../../src/live/rehearsal-stores.ts";
import type { Stores } from "../../src/live/stores.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import type { Disk } from "../../src/machine/disk.ts";
import { pgpWords } from "../../src/terminal/words.ts";
import type { AppendHook } from "../../src/transcript/writer.ts";
import { isSha256Hex, isUtcSecond, type UtcSecond } from "../../src/tuf/types.ts";
import { exampleKey } from "../support/example-keys.ts";
import type { Papers } from "../support/typist.ts";

export const SCRIPTS = fileURLToPath(new URL("../../ceremony-scripts/", import.meta.url));
export const START = time("2026-12-04T15:00:00Z");

export function time(text: string): UtcSecond {
  if (!isUtcSecond(text)) throw new TypeError(text);
  return text;
}

/** Stores in which the keys of the example repository's previous metadata are there already. */
export function exampleStores(loaded: LoadedScript): Stores {
  const known = [...planOf(loaded).keys.keys()].map((name) => [name, exampleKey(name)] as const);
  return throwAwayStores(known.map(([name, key]) => [name, { ...key, wipe: () => {} }] as const));
}

export function newFolder(): string {
  return join(mkdtempSync(join(tmpdir(), "tuf-ceremony-")), "ceremony");
}

/** A script of ceremony-scripts/ (or with its text changed), with the files it pins. */
export function loadScript(name: string, change: (text: string) => string = (text) => text): LoadedScript {
  const path = join(SCRIPTS, name);
  const bytes = new TextEncoder().encode(change(readFileSync(path, "utf8")));
  const { script, findings } = readScript(bytes);
  if (script === null) throw new TypeError(JSON.stringify(findings, null, 1));
  const inputs = new Map(
    inputFiles(script).map(
      ({ file }) => [file, new Uint8Array(readFileSync(join(dirname(path), file)))] as const,
    ),
  );
  return { bytes, inputs };
}

export function planOf(loaded: LoadedScript): Plan {
  const { plan, findings } = planFromBytes(loaded.bytes, loaded.inputs);
  if (plan === null) throw new TypeError(JSON.stringify(findings, null, 1));
  return plan;
}

/** What people bring to a ceremony of minimal.yaml on paper: the words of the script and of the online key. */
export function papersOfMinimal(): Papers {
  const { scriptSha256, keys } = planOf(loadScript("minimal.yaml"));
  const online = keys.get("online")?.knownKeyid ?? "";
  if (!isSha256Hex(online)) throw new TypeError("the online key is pinned by the script");
  return new Map([
    ["the script that everybody agreed on", pgpWords(scriptSha256)],
    ["the right public key: online", pgpWords(online)],
  ]);
}

export interface Run {
  readonly folder: string;
  readonly loaded: LoadedScript | null;
  readonly people?: People;
  readonly stores?: Stores;
  readonly incoming?: Incoming;
  readonly clock?: () => UtcSecond;
  readonly rehearsal?: boolean;
  readonly amendWith?: LoadedScript;
  readonly disk?: Disk;
  readonly hook?: AppendHook;
  readonly preflight?: () => readonly CheckResult[];
}

/** One session, as `run` holds it, but for the screens. */
export async function runOnce(run: Run): Promise<HeldSession> {
  const clock = run.clock ?? clockFrom(START);
  const stores = run.stores ?? throwAwayStores();
  return await holdSession({
    root: run.folder,
    script: run.amendWith ?? run.loaded,
    rehearsal: run.rehearsal ?? false,
    tool: "tuf-ceremony test",
    kit: null,
    people: run.people ?? unattendedPeople(),
    stores: () => stores,
    incoming: run.incoming ?? NOTHING_INCOMING,
    clock,
    preflight: async () => ({
      results: run.preflight?.() ?? [{ id: "swap", verdict: "pass", found: "none" }],
    }),
    ...(run.disk === undefined ? {} : { disk: run.disk }),
    ...(run.hook === undefined ? {} : { hook: run.hook }),
  });
}
