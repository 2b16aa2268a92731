/** What is measured, and the budget of each. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runDemo } from "../../src/demo/run-demo.ts";
import { SOFTHSM_MODULES } from "../../src/demo/soft-tokens.ts";
import { holdLongCeremony } from "../support/long-ceremony.ts";
import { type Measured, runInTurn } from "./measure.ts";

export interface Row {
  readonly name: string;
  readonly measured: number;
  readonly unit: "× bare node" | "ms" | "ms of CPU" | "MB" | "lines/s" | "×";
  /** The measured number may be no larger, or no smaller. */
  readonly budget: { readonly atMost: number } | { readonly atLeast: number };
  /** Of the whole process, from start to end. */
  readonly milliseconds: number;
  /** Of a bare `node -e 0` in the same rounds. */
  readonly bareMilliseconds: number;
}

export function isWithin({ measured, budget }: Row): boolean {
  return "atMost" in budget ? measured <= budget.atMost : measured >= budget.atLeast;
}

/** The program as it is shipped. */
export const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const SCRIPT = fileURLToPath(new URL("../../ceremony-scripts/pep458-bootstrap.yaml", import.meta.url));
const COMPOSE = fileURLToPath(new URL("programs/compose-and-sign.ts", import.meta.url));

export function measureStart(): readonly Row[] {
  const { bare, of } = runInTurn(15, { version: [CLI, "--version"], check: [CLI, "check", SCRIPT] });
  const ratio = (name: string, measured: Measured, atMost: number): Row => ({
    ...timesOf(measured, bare),
    name,
    measured: measured.milliseconds / bare.milliseconds,
    unit: "× bare node",
    budget: { atMost },
  });
  return [ratio("--version", of("version"), 1.5), ratio("check of the PEP 458 script", of("check"), 6)];
}

export function measureComposing(): readonly Row[] {
  const { bare, of } = runInTurn(5, { compose: [COMPOSE, SCRIPT] });
  const measured = of("compose");
  const row = { ...timesOf(measured, bare), name: "compose and sign 16,384 delegations" };
  return [
    { ...row, measured: measured.cpuMilliseconds, unit: "ms of CPU", budget: { atMost: 1000 } },
    { ...row, measured: measured.peakMegabytes, unit: "MB", budget: { atMost: 200 } },
  ];
}

/** @param folder a new one */
export async function measureDemoAudit(folder: string): Promise<readonly Row[]> {
  mkdirSync(folder);
  const isGood = await runDemo({ parent: folder, softhsmModules: SOFTHSM_MODULES, write: () => {} });
  const [made] = readdirSync(folder);
  if (!isGood || made === undefined) throw new Error("the demonstration failed: see npm run demo");
  const { bare, of } = runInTurn(5, { audit: [CLI, "audit", join(folder, made, "ceremony")] });
  const measured = of("audit");
  const row = { ...timesOf(measured, bare), name: "audit of the demo folder" };
  return [{ ...row, measured: measured.milliseconds, unit: "ms", budget: { atMost: 2000 } }];
}

/** @param folder a new one */
export async function measureLongAudits(folder: string): Promise<readonly Row[]> {
  mkdirSync(folder);
  const folderOf = (steps: number): string => join(folder, String(steps));
  const lines = new Map<number, number>();
  for (const steps of [12_500, 25_000, 50_000]) {
    lines.set(steps, await holdLongCeremony(folderOf(steps), steps));
  }
  const { bare, of } = runInTurn(5, {
    half: [CLI, "audit", folderOf(12_500)],
    whole: [CLI, "audit", folderOf(25_000)],
    twice: [CLI, "audit", folderOf(50_000)],
  });
  const [half, whole, twice] = [of("half"), of("whole"), of("twice")];
  const speed = (steps: number, measured: Measured): Row => ({
    ...timesOf(measured, bare),
    name: `audit of ${steps.toLocaleString("en")} human steps`,
    measured: (lines.get(steps) ?? 0) / (measured.milliseconds / 1000),
    unit: "lines/s",
    budget: { atLeast: 10_000 },
  });
  const wholeSpeed = speed(25_000, whole);
  const growth = (twice.milliseconds - whole.milliseconds) / (whole.milliseconds - half.milliseconds) / 2;
  return [
    speed(12_500, half),
    wholeSpeed,
    { ...wholeSpeed, measured: whole.peakMegabytes, unit: "MB", budget: { atMost: 250 } },
    speed(50_000, twice),
    // 1 where the time grows with the number of steps, 2 where it grows with its square.
    {
      ...timesOf(twice, bare),
      name: "a step beyond 25,000, against one before",
      measured: growth,
      unit: "×",
      budget: { atMost: 1.4 },
    },
  ];
}

function timesOf(measured: Measured, bare: Measured): Pick<Row, "milliseconds" | "bareMilliseconds"> {
  return { milliseconds: measured.milliseconds, bareMilliseconds: bare.milliseconds };
}
