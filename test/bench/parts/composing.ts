/** What a PEP 458 ceremony computes. */
import { fileURLToPath } from "node:url";
import { timeInTurn, usageOf } from "../measure.ts";
import { type ProcessRow, processSection } from "../whole-processes.ts";
import type { Part } from "./part.ts";

const SCRIPT = fileURLToPath(new URL("../../../ceremony-scripts/pep458-bootstrap.yaml", import.meta.url));
const COMPOSE = fileURLToPath(new URL("../programs/compose-and-sign.ts", import.meta.url));

export const composing: Part = {
  name: "composing",
  needsBuild: false,
  needsField: false,
  measure: async () => [processSection("Composing", measureComposing())],
};

function measureComposing(): readonly ProcessRow[] {
  const { bare, of } = timeInTurn(5, { compose: [COMPOSE, SCRIPT] });
  const { cpuMilliseconds, peakMegabytes } = usageOf(5, [COMPOSE, SCRIPT]);
  const row = {
    name: "compose and sign 16,384 delegations",
    milliseconds: of("compose"),
    bareMilliseconds: bare,
  };
  return [
    { ...row, measured: cpuMilliseconds, unit: "ms of CPU", goal: { atMost: 1000 } },
    { ...row, measured: peakMegabytes, unit: "MB", goal: { atMost: 200 } },
  ];
}
