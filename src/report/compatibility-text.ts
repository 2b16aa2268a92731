/** The compatibility report, for people; and the tables that it rests on, as docs/clients.md prints them. */
import type {
  CompatibilityReport,
  Ed25519Report,
  NamedReason,
  NamedSight,
} from "../ceremony/compatibility-report.ts";
import { clipForTerminal, displayWidth, padShown } from "../terminal/escape.ts";
import { LIMITS, type Limit } from "../tuf/client-table.ts";
import { CLIENTS } from "../tuf/clients.ts";
import { hang } from "./lines.ts";

const LIMIT_BY_ID: ReadonlyMap<string, Limit> = new Map(LIMITS.map((limit) => [limit.id, limit]));

export function tellCompatibility({ clients, ed25519 }: CompatibilityReport): readonly string[] {
  const labels = clients.map(({ name, versions }) => `${name} ${versions}`);
  const width = Math.max(...labels.map(({ length }) => length));
  return [
    "Clients: which of them read these documents, and why not",
    ...clients.flatMap(({ reads, reasons, remarks }, index) => [
      `  ${(labels[index] ?? "").padEnd(width)}  ${verdictOn(reads, reasons)}`,
      ...tellReasons([...reasons, ...remarks]),
    ]),
    "",
    ...tellEd25519(ed25519),
    "",
    "A report, which refuses nothing: docs/clients.md says where it comes from.",
    "",
  ];
}

/** Metadata that is read is of little use to whoever finds no target in it. */
function verdictOn(reads: boolean, reasons: readonly NamedReason[]): string {
  if (reads) return "reads";
  return reasons.every(({ effect }) => effect === "finds-no-target") ? "FINDS NO TARGET" : "DOES NOT READ";
}

/** Each limit with its explanation once, and under it the documents that meet it. */
function tellReasons(reasons: readonly NamedReason[]): readonly string[] {
  return Array.from(Map.groupBy(reasons, ({ limit }) => limit)).flatMap(([limit, met]) => [
    ...hang("    - ", `${LIMIT_BY_ID.get(limit)?.why ?? ""} [${limit}]`),
    ...Array.from(Map.groupBy(met, tellReason)).flatMap(([told, alike]) => {
      const documents = Array.from(new Set(alike.map(({ document }) => clipForTerminal(document, 24))));
      return hang("      ", `${documents.join(", ")}: ${told}`);
    }),
  ]);
}

function tellReason({ effect, role, moreRoles, counts, sights, places }: NamedReason): string {
  const shown = sights.slice(0, SHOWN_SIGHTS).map(tellSight).join(", ");
  const where = places > SHOWN_SIGHTS ? `${shown} and ${places - SHOWN_SIGHTS} more` : shown;
  if (effect === "refuses-document") return `refused as a whole: ${where}`;
  if (effect === "finds-no-target") return `read, but no target is found through ${where}`;
  const first = clipForTerminal(role ?? "", 40);
  const whose = moreRoles === 0 ? first : `${first} and ${moreRoles} more`;
  if (counts === null) return `refuses every document of ${whose}: ${where}`;
  const { valid, threshold } = counts;
  return valid < threshold
    ? `counts ${valid} of ${threshold} signatures that ${whose} must have; not those of ${where}`
    : `counts ${valid} signatures of ${whose}, which must have ${threshold}; not those of ${where}`;
}

const SHOWN_SIGHTS = 3;

/** `found` was quoted where it was found. */
function tellSight({ key, where, found }: NamedSight): string {
  if (key !== null) return `${key} (${found})`;
  return where === null || where === "" ? found : `${clipForTerminal(where, 50)} (${found})`;
}

function tellEd25519(reports: readonly Ed25519Report[]): readonly string[] {
  const [devices = []] = reports.map((report) => report.devices);
  const limited = devices.flatMap(({ device, limitBytes }) =>
    limitBytes === null ? [] : [`${device} takes ${count(limitBytes)} bytes`],
  );
  const others = devices.filter(({ limitBytes }) => limitBytes === null).map(({ device }) => device);
  const names = reports.map(({ document }) => clipForTerminal(document, 24));
  const width = Math.max(0, ...names.map(displayWidth));
  const sizes = reports.map(({ payloadBytes }) => `${count(payloadBytes)} bytes`);
  const sizeWidth = Math.max(0, ...sizes.map(({ length }) => length));
  return [
    "Ed25519 on devices: what is signed is the whole document, not its hash",
    ...hang("  ", `${limited.join(", ")}; no limit is known for ${others.join(", ")}`),
    ...reports.flatMap(({ devices: asked }, index) => {
      const tooLong = asked.filter(({ fits }) => !fits).map(({ device }) => device);
      const label = `  ${padShown(names[index] ?? "", width)}  ${(sizes[index] ?? "").padStart(sizeWidth)}  `;
      return hang(label, tooLong.length === 0 ? "fits all" : `TOO LONG for ${tooLong.join(", ")}`);
    }),
  ];
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

const EFFECTS: Readonly<Record<Limit["effect"], string>> = {
  "refuses-document": "refuses the document",
  "finds-no-target": "reads the document and finds no target",
  "refuses-role": "refuses every document of the role",
  "ignores-key": "counts no such signature",
};

/** Every client and every limit, as docs/clients.md has them. */
export function renderClientTables(): string {
  const clients = CLIENTS.flatMap(({ id, name, versions, isNewest, usedBy }) => [
    `${id}: ${name} ${versions}${isNewest ? ", the newest" : ""}`,
    ...hang("  ", `${usedBy}.`),
  ]);
  const limits = LIMITS.flatMap(({ id, clients: who, effect, what, why, source }) => [
    ...hang("", `${id}: ${who.join(", ")}`),
    ...hang("  ", `${EFFECTS[effect]}: ${what}.`),
    ...hang("  ", why),
    ...hang("  ", `(${source})`),
    "",
  ]);
  return [...clients, "", ...limits].join("\n");
}
