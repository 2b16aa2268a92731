/** docs/interop.md: every disagreement with a client and why, from disagreements.tsv, the tables of rules and of limits. */
import { LIMITS } from "../../src/tuf/client-table.ts";
import { RULES } from "../../src/tuf/rule-table.ts";
import { DECISIONS } from "./decisions.ts";
import { type Disagreement, readDisagreements } from "./disagreements.ts";
import { KNOWN_LIMITS, TOO_SLOW } from "./known-limits.ts";
import { PEERS } from "./peer-table.ts";

const INTRODUCTION = `# Where clients and we disagree

Written by \`npm run test:interop\`, which asks python-tuf, go-tuf, tough and tuf-js about chains of roots and fails where
a verdict is not what stands here. The versions are those of the lock files in
[test/interop/peers](../test/interop/peers/README.md). Expiry and size are not looked at. A client that disagrees about one
root has another trusted root from there on, so only the first disagreement of a chain counts. Every single one is a line
of [disagreements.tsv](../test/interop/disagreements.tsv); this page sums them up.

- We accept it and a client refuses it: the reason is a limit of that client, \`client/…\` ([clients.md](clients.md)), or
  \`decision/…\`, which stands below only.
- We refuse it and a client accepts it: the reason is the rule that refuses it ([rules.md](rules.md)).

Left out are traps with an Ed25519 key of small order, which we refuse (\`key/weak\`): for one signature of it some clients
accept one message of two, four or eight.
`;

export interface Reason {
  readonly id: string;
  readonly text: string;
}

export const REASONS: ReadonlyMap<string, Reason> = new Map(
  [
    ...LIMITS.map(({ id, what, why }) => ({ id, text: `${sentence(what)} ${why}` })),
    ...DECISIONS.map(({ id, what, why }) => ({ id, text: `${sentence(what)} ${why}` })),
    ...RULES.map(({ id, message, docs }) => ({ id, text: `Required: ${message}. ${docs}` })),
  ].map((reason) => [reason.id, reason]),
);

export function interopDocument(): string {
  const all = readDisagreements();
  const published = all.filter((each) => each.case.startsWith("published/"));
  const traps = all.filter((each) => each.case.startsWith("traps/"));
  return [
    INTRODUCTION,
    "## Published roots, and bad variants of them\n",
    tableOf(["chain", "root", "we", "otherwise", "why"], publishedRows(published)),
    "## Traps that we accept\n",
    "How many of them each client refuses, by the reason; a trap with two reasons is in two rows.\n",
    tableOf(["limit", ...CLIENT_NAMES, "why"], countRows(traps, "accepted")),
    "## Traps that we refuse\n",
    "How many of them each client accepts, by the first rule that refuses them here.\n",
    tableOf(["rule", ...CLIENT_NAMES, "why"], countRows(traps, "refused")),
    "## What ceremonies make\n",
    "Everything that the tests' ceremonies made was accepted by every client, but for this:\n",
    listOf([
      ...KNOWN_LIMITS.map(({ client, what, why }) => `${client}: ${what}. ${why}`),
      ...TOO_SLOW.map(({ client, bins, why }) => `${client} was not asked about ${bins} bins. ${why}`),
    ]),
  ].join("\n");
}

const CLIENT_NAMES = PEERS.map(({ name }) => name);

/** One row for everybody who says the same about a chain for the same reasons. */
function publishedRows(disagreements: readonly Disagreement[]): readonly (readonly string[])[] {
  const groups = Map.groupBy(disagreements, (each) =>
    [each.case.replace("published/", ""), String(each.place), each.ours, each.why.join(", ")].join("\t"),
  );
  return Array.from(groups, ([key, group]) => {
    const [name = "", place = "", ours = "", why = ""] = key.split("\t");
    const clients = group.map(({ client }) => client).join(", ");
    return [name, place, ours === "accepted" ? "accept" : "refuse", clients, why];
  }).sort(([a = "", , , b = ""], [c = "", , , d = ""]) => compareText(a, c) || compareText(b, d));
}

function countRows(
  disagreements: readonly Disagreement[],
  ours: Disagreement["ours"],
): readonly (readonly string[])[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { client, why } of disagreements.filter((each) => each.ours === ours)) {
    for (const id of ours === "accepted" ? why : why.slice(0, 1)) {
      const row = counts.get(id) ?? new Map<string, number>();
      counts.set(id, row.set(client, (row.get(client) ?? 0) + 1));
    }
  }
  return [...REASONS.values()]
    .filter(({ id }) => counts.has(id))
    .map(({ id, text }) => [
      id,
      ...CLIENT_NAMES.map((client) => String(counts.get(id)?.get(client) ?? "")),
      text,
    ]);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}

function listOf(items: readonly string[]): string {
  return items.map((item) => `- ${item}\n`).join("");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
