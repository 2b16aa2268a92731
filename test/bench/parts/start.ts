/** What every start of the program costs, and the smallest thing that it does. */
import { fileURLToPath } from "node:url";
import { timeInTurn } from "../measure.ts";
import { CLI, type ProcessRow, processSection } from "../whole-processes.ts";
import type { Part } from "./part.ts";

const SCRIPT = fileURLToPath(new URL("../../../ceremony-scripts/pep458-bootstrap.yaml", import.meta.url));

export const start: Part = {
  name: "start",
  needsBuild: true,
  needsField: false,
  measure: async () => [processSection("Start", measureStart())],
};

function measureStart(): readonly ProcessRow[] {
  const { bare, of } = timeInTurn(31, { version: [CLI, "--version"], check: [CLI, "check", SCRIPT] });
  const ratio = (name: string, milliseconds: number, atMost: number): ProcessRow => ({
    name,
    measured: milliseconds / bare,
    unit: "× bare node",
    goal: { atMost },
    milliseconds,
    bareMilliseconds: bare,
  });
  return [ratio("--version", of("version"), 1.5), ratio("check of the PEP 458 script", of("check"), 6)];
}
