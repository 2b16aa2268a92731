/** Audits: of the demonstration's folder, and of ceremonies with very many steps. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runDemo } from "../../../src/demo/run-demo.ts";
import { SOFTHSM_MODULES } from "../../../src/demo/soft-tokens.ts";
import { holdLongCeremony } from "../../support/long-ceremony.ts";
import { timeInTurn, usageOf } from "../measure.ts";
import { CLI, type ProcessRow, processSection } from "../whole-processes.ts";
import type { Part } from "./part.ts";

export const audits: Part = {
  name: "audits",
  needsBuild: true,
  needsField: false,
  measure: async ({ folder }) => [
    processSection("Audits", [
      ...(await measureDemoAudit(join(folder, "demo"))),
      ...(await measureLongAudits(join(folder, "long"))),
    ]),
  ],
};

/** @param folder a new one */
async function measureDemoAudit(folder: string): Promise<readonly ProcessRow[]> {
  mkdirSync(folder);
  const { isGood, folder: made } = await runDemo({
    parent: folder,
    softhsmModules: SOFTHSM_MODULES,
    tool: "tuf-ceremony",
    kit: null,
    write: () => {},
  });
  if (!isGood) throw new Error("the demonstration failed: see npm run demo");
  const { bare, of } = timeInTurn(7, { audit: [CLI, "audit", made] });
  const milliseconds = of("audit");
  const row = { name: "audit of the demo folder", milliseconds, bareMilliseconds: bare };
  return [{ ...row, measured: milliseconds, unit: "ms", goal: { atMost: 2000 } }];
}

/** @param folder a new one */
async function measureLongAudits(folder: string): Promise<readonly ProcessRow[]> {
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
  const speed = (steps: number, milliseconds: number): ProcessRow => ({
    ...row(steps, milliseconds),
    measured: (lines.get(steps) ?? 0) / (milliseconds / 1000),
    unit: "lines/s",
    goal: { atLeast: 10_000 },
  });
  const { peakMegabytes } = usageOf(5, audit(25_000));
  return [
    speed(12_500, half),
    speed(25_000, whole),
    { ...row(25_000, whole), measured: peakMegabytes, unit: "MB", goal: { atMost: 250 } },
    speed(50_000, twice),
    // 1 where the time grows with the number of steps, 2 where it grows with its square.
    {
      ...row(50_000, twice),
      name: "a step beyond 25,000, against one before",
      measured: (twice - whole) / (whole - half) / 2,
      unit: "×",
      goal: { atMost: 1.4 },
    },
  ];
}
