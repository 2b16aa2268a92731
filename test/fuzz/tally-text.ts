/** What a run found, for people. */
import { escapeForTerminal } from "../../src/terminal/escape.ts";
import { RULES } from "../../src/tuf/rule-table.ts";
import { type Problem, type Tally, totalOf } from "./tally.ts";

export function describeTally(tally: Tally, milliseconds: number): string {
  const total = totalOf(tally);
  const { slowest, peers } = tally;
  const lines = [
    "",
    ...tableOf(tally),
    "",
    `${count(total)} cases in ${count(milliseconds / 1000)} s`,
    `slowest: case ${slowest.number}, ${slowest.cpuMilliseconds.toFixed(0)} ms of CPU`,
    `most memory of a process: ${tally.peakMegabytes.toFixed(0)} MB`,
    `rules that were not reached: ${missingRules(tally).join(", ") || "none"}`,
    ...(peers.asked === 0
      ? []
      : [
          `python-tuf and go-tuf were asked about ${count(peers.asked)} documents that we accept: ` +
            `${count(peers.acceptedByAll)} accepted by both, ${count(peers.refusedBySome)} refused by one, ` +
            `${count(peers.refusedByAllAsDecided)} refused by both, as was decided`,
          ...Object.entries(peers.refusals)
            .sort(([, a], [, b]) => b - a)
            .map(([refusal, number]) => `  ${count(number)} × ${escapeForTerminal(refusal)}`),
          ...describeProblems("refused by both, NOT decided", peers.unexplained),
        ]),
    ...describeProblems("PROBLEM", tally.problems),
  ];
  return `${lines.join("\n")}\n`;
}

function tableOf({ verdicts }: Tally): readonly string[] {
  const columns = ["accepted", "refused", "unreadable", "nothing"] as const;
  const rows = Object.entries(verdicts).map(([generator, counts]) => {
    const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
    return [generator, ...columns.map((column) => count(counts[column] ?? 0)), count(total)];
  });
  return [["generator", ...columns, "cases"], ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** Of the rules that say something about other people's documents. */
function missingRules({ rules }: Tally): readonly string[] {
  return RULES.filter(({ id, reading }) => reading !== "-" && rules[id] === undefined).map(({ id }) => id);
}

/** Each kind once, with a number of it. */
function describeProblems(title: string, problems: readonly Problem[]): readonly string[] {
  const kinds = Map.groupBy(problems, ({ text }) => text.slice(0, 60));
  return Array.from(kinds.values()).flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const text = first.text.split("\n").map(escapeForTerminal).join("\n");
    return [`${title}: case ${first.number} (and ${more.length} more): ${text}`];
  });
}

function count(number: number): string {
  return Math.round(number).toLocaleString("en");
}
