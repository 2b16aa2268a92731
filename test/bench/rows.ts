/** What is measured, and the budget of each. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runDemo } from "../../src/demo/run-demo.ts";
import { SOFTHSM_MODULES } from "../../src/demo/soft-tokens.ts";
import { holdLongCeremony } from "../support/long-ceremony.ts";
import { timeInTurn, usageOf } from "./measure.ts";

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
  const { bare, of } = timeInTurn(31, { version: [CLI, "--version"], check: [CLI, "check", SCRIPT] });
  const ratio = (name: string, milliseconds: number, atMost: number): Row => ({
    name,
    measured: milliseconds / bare,
    unit: "× bare node",
    budget: { atMost },
    milliseconds,
    bareMilliseconds: bare,
  });
  return [ratio("--version", of("version"), 1.5), ratio("check of the PEP 458 script", of("check"), 6)];
}

export function measureComposing(): readonly Row[] {
  const { bare, of } = timeInTurn(5, { compose: [COMPOSE, SCRIPT] });
  const { cpuMilliseconds, peakMegabytes } = usageOf(5, [COMPOSE, SCRIPT]);
  const row = {
    name: "compose and sign 16,384 delegations",
    milliseconds: of("compose"),
    bareMilliseconds: bare,
  };
  return [
    { ...row, measured: cpuMilliseconds, unit: "ms of CPU", budget: { atMost: 1000 } },
    { ...row, measured: peakMegabytes, unit: "MB", budget: { atMost: 200 } },
  ];
}

/** @param folder a new one */
export async function measureDemoAudit(folder: string): Promise<readonly Row[]> {
  mkdirSync(folder);
  const isGood = await runDemo({ parent: folder, softhsmModules: SOFTHSM_MODULES, write: () => {} });
  const [made] = readdirSync(folder);
  if (!isGood || made === undefined) throw new Error("the demonstration failed: see npm run demo");
  const { bare, of } = timeInTurn(7, { audit: [CLI, "audit", join(folder, made, "ceremony")] });
  const milliseconds = of("audit");
  const row = { name: "audit of the demo folder", milliseconds, bareMilliseconds: bare };
  return [{ ...row, measured: milliseconds, unit: "ms", budget: { atMost: 2000 } }];
}

/** @param folder a new one */
export async function measureLongAudits(folder: string): Promise<readonly Row[]> {
  mkdirSync(folder);
  const audit = (steps: number): readonly string[] => [CLI, "audit", join(folder, String(steps))];
  const lines = new Map<number, number>();
  for (const steps of [12_500, 25_000, 50_000]) {
    lines.set(steps, await holdLongCeremony(join(folder, String(steps)), steps));
  }
  const { bare, of } = timeInTurn(5, { half: audit(12_500), whole: audit(25_000), twice: audit(50_000) });
  const [half, whole, twice] = [of("half"), of("whole"), of("twice")];
  const row = (steps: number, milliseconds: number) => ({
    name: `audit of ${steps.toLocaleString("en")} human steps`,
    milliseconds,
    bareMilliseconds: bare,
  });
  const speed = (steps: number, milliseconds: number): Row => ({
    ...row(steps, milliseconds),
    measured: (lines.get(steps) ?? 0) / (milliseconds / 1000),
    unit: "lines/s",
    budget: { atLeast: 10_000 },
  });
  const { peakMegabytes } = usageOf(5, audit(25_000));
  return [
    speed(12_500, half),
    speed(25_000, whole),
    { ...row(25_000, whole), measured: peakMegabytes, unit: "MB", budget: { atMost: 250 } },
    speed(50_000, twice),
    // 1 where the time grows with the number of steps, 2 where it grows with its square.
    {
      ...row(50_000, twice),
      name: "a step beyond 25,000, against one before",
      measured: (twice - whole) / (whole - half) / 2,
      unit: "×",
      budget: { atMost: 1.4 },
    },
  ];
}
