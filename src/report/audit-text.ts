/** The graded verdict of an audit, for people: never just "yes". */
import type { Verdict } from "../audit/audit-folder.ts";
import type { AuditProblem } from "../audit/audit-problem.ts";
import { clipForTerminal, escapeForTerminal } from "../terminal/escape.ts";
import { digestLines } from "../terminal/panel.ts";
import { pgpWords } from "../terminal/words.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { tellCompatibility } from "./compatibility-text.ts";
import { hang } from "./lines.ts";

export function tellVerdict(verdict: Verdict): readonly string[] {
  const { state } = verdict;
  return [
    ...(state === null
      ? []
      : [
          clipForTerminal(state.plan.script.title, 78),
          `${state.plan.script.ceremony}, a ${state.plan.kind}`,
          "",
        ]),
    ...(verdict.isRehearsal ? ["A REHEARSAL: nothing of it is for use.", ""] : []),
    ...verdict.problems.flatMap(tellProblem),
    ...grades(verdict),
    "",
    "The head of the transcript:",
    ...digestLines(verdict.head),
    "",
    ...exceptions(verdict),
    ...(verdict.compatibility === null ? [] : tellCompatibility(verdict.compatibility)),
    ...LIMITS.flatMap((limit) => hang("  - ", limit)),
  ];
}

const LIMITS = [
  "What no software can show: that the people were who the script says, that the machine and the devices did what they say, and that one-time keys existed nowhere else.",
  "A whole ceremony can be made up in private and is consistent: the head must come from outside, from those who were there.",
];

function grades(verdict: Verdict): readonly string[] {
  const { problems, isAnchored, witnesses, attested, exceptions: deviations, clients, end } = verdict;
  const signed = witnesses.filter(({ head }) => head === verdict.head).length;
  const rows: readonly (readonly [string, string])[] = [
    ["consistent", problems.length === 0 ? "yes: every step re-executes, every byte is accounted for" : "NO"],
    ["finished", end === "finished" ? "yes" : `NO: ${end ?? "the last session has no seal"}`],
    ["anchored", anchored(isAnchored)],
    ["present", tellAttendance(verdict)],
    ["witnessed", `${signed} of ${witnesses.length}`],
    ["attested", tellAttested(attested)],
    ["kit", tellKits(verdict)],
    ["exceptions", String(deviations.length)],
    ...clients.map(
      ({ client, version, accepted, isPartial }) =>
        [
          "client",
          `${client} ${version}: ${accepted ? "accepts" : "refuses"}${isPartial ? " (parsed the first 1,024 delegations)" : ""}`,
        ] as const,
    ),
  ];
  return rows.flatMap(([name, text]) => hang(`${name.padEnd(12)}`, text));
}

/** Those who were there said so. */
function tellAttendance({ attendance, state }: Verdict): string {
  if (attendance === null) return "nobody was asked";
  const { present, absent } = attendance;
  const names = absent.map((id) => escapeForTerminal(state?.plan.script.people.get(id)?.name ?? id));
  const missing = names.length === 0 ? "" : `; absent: ${names.join(", ")}`;
  return `${present.length} of ${present.length + absent.length}${missing}`;
}

function tellAttested({ keys, of, waived }: Verdict["attested"]): string {
  if (of === 0) return "no device made a key";
  const by = waived.length === 0 ? "" : `; waived by the script: ${waived.join(", ")}`;
  return `${keys} of ${of} keys that devices made${by}`;
}

/** Only told by the sessions themselves. */
function tellKits({ kits, state }: Verdict): string {
  const pinned = state?.plan.script.pins.kit ?? null;
  const list = (some: readonly (Sha256Hex | null)[]) => some.map((kit) => kit ?? "none").join(", ");
  if (pinned === null)
    return `${list(kits)}${kits.every((kit) => kit === null) ? ", and the script pins none" : ""}`;
  const others = kits.filter((kit) => kit !== pinned);
  return others.length === 0
    ? `${pinned}, which the script pins`
    : `NO: ${list(others)}; the script pins ${pinned}`;
}

function anchored(isAnchored: boolean | null): string {
  if (isAnchored === null) return "not checked: give the digest that was read aloud, --head SHA256";
  return isAnchored ? "yes: the head is the one that was given" : "NO: the head is another one";
}

function tellProblem({ code, where, expected, found }: AuditProblem): readonly string[] {
  return [
    ...hang("NOT AS IT MUST BE: ", `${escapeForTerminal(where)} [${code}]`),
    ...hang("  expected  ", escapeForTerminal(expected)),
    ...hang("  found     ", escapeForTerminal(found)),
    "",
  ];
}

function exceptions({ exceptions: deviations }: Verdict): readonly string[] {
  if (deviations.length === 0) return [];
  const rows = deviations.flatMap(({ step, code, exception }) =>
    hang(
      "  - ",
      `${escapeForTerminal(step)} [${escapeForTerminal(code)}] ${escapeForTerminal(exception.happened)}; ${exception.disposition}, confirmed by ${exception.confirmedBy.map((name) => escapeForTerminal(name)).join(" and ")}`,
    ),
  );
  return ["Exceptions:", ...rows, ""];
}

/** The same for programs. */
export function verdictDocument(verdict: Verdict): unknown {
  const { state, ...rest } = verdict;
  return {
    ...rest,
    pinnedKit: state?.plan.script.pins.kit ?? null,
    words: pgpWords(verdict.head),
    ceremony: state?.plan.script.ceremony ?? null,
    script: state?.plan.scriptSha256 ?? null,
    documents:
      state?.plan.documents.map(({ role, path, version, expires }) => ({ role, path, version, expires })) ??
      [],
  };
}
