/** The graded verdict of an audit, for people: never just "yes". */
import type { Verdict } from "../audit/audit-folder.ts";
import type { AuditProblem } from "../audit/audit-problem.ts";
import type { CeremonyState } from "../ceremony/state.ts";
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
  const { state, isAnchored, exceptions: deviations, clients, end } = verdict;
  const known: readonly Row[] =
    state === null
      ? []
      : [
          ["held", tellTimes(verdict)],
          ["present", tellAttendance(verdict, state)],
          ["witnessed", tellWitnesses(verdict)],
          ["attested", tellAttested(verdict.attested)],
          ["kit", tellKits(verdict)],
          ["exceptions", String(deviations.length)],
        ];
  const rows: readonly Row[] = [
    ["consistent", tellConsistency(verdict)],
    ["finished", end === "finished" ? "yes" : `NO: ${end ?? "the last session has no seal"}`],
    ["anchored", anchored(isAnchored)],
    ["script", tellScript(verdict)],
    ...known,
    ...clients.map(
      ({ client, version, accepted, isPartial }): Row => [
        "client",
        `${client} ${version}: ${accepted ? "accepts" : "refuses"}${isPartial ? " (parsed the first 1,024 delegations)" : ""}`,
      ],
    ),
  ];
  return rows.flatMap(([name, text]) => hang(`${name.padEnd(12)}`, text));
}

type Row = readonly [name: string, text: string];

function tellConsistency({ problems, leftOver }: Verdict): string {
  if (problems.length > 0) return "NO";
  if (leftOver.length === 0) return "yes: every step re-executes, every byte is accounted for";
  const names = leftOver.map((path) => escapeForTerminal(path)).join(", ");
  return `yes: every step re-executes; left by what broke off, and not accounted for: ${names}`;
}

/** Nothing that is signed names the script: it is compared with what was published, like the head. */
function tellScript({ scripts, givenScript }: Verdict): string {
  const last = scripts.at(-1);
  if (last === undefined) return "none";
  if (givenScript === "another") return "NO: it goes by another one";
  if (givenScript === null) return `not checked, --script SHA256: ${scripts.join(", then ")}`;
  return givenScript === last
    ? "yes: it goes by the one that was given"
    : `yes, until it was amended; since then by ${last}`;
}

function tellTimes({ held, sessions, state }: Verdict): string {
  if (held === null || state === null) return "at no time";
  const { window } = state.plan.script;
  const isWithin = held.from >= window.from && held.to <= window.to;
  const outside = isWithin ? "" : `; NOT all within the script's window, ${window.from} to ${window.to}`;
  const times = `${held.from} to ${held.to}, in ${sessions === 1 ? "one session" : `${sessions} sessions`}`;
  return `${times}${state.rehearsal ? "" : outside}`;
}

/** Those who were there said so; who is not there can't have the turns that are recorded of them. */
function tellAttendance({ attendance }: Verdict, state: CeremonyState): string {
  if (attendance === null) return "nobody was asked";
  const { present, absent } = attendance;
  const names = (people: readonly string[]) => people.map((id) => nameOf(id, state)).join(", ");
  const acted = absent.filter((id) => hasActed(id, state));
  const missing = absent.length === 0 ? "" : `; absent: ${names(absent)}`;
  const odd = acted.length === 0 ? "" : `; absent and yet had turns: ${names(acted)}`;
  return `${present.length} of ${present.length + absent.length}${missing}${odd}`;
}

function hasActed(person: string, state: CeremonyState): boolean {
  return [...state.done].some((ref) => {
    const step = state.plannedStep(ref);
    return step?.person === person && (step.kind === "generate" || step.kind === "sign");
  });
}

function nameOf(id: string, state: CeremonyState): string {
  return escapeForTerminal(state.plan.script.people.get(id)?.name ?? id);
}

function tellWitnesses({ witnesses, head, givenScript }: Verdict): string {
  const signed = witnesses.filter((witness) => witness.head === head).length;
  const by = givenScript === null && signed > 0 ? ", by keys of a script that was not checked" : "";
  return `${signed} of ${witnesses.length}${by}`;
}

function tellAttested({ keys, of, kept, waived }: Verdict["attested"]): string {
  if (of === 0) return "no device made a key";
  const by = waived.length === 0 ? "" : `; waived by the script: ${waived.join(", ")}`;
  return `${keys} of ${of} keys that devices made; ${kept} of ${of} are said not to leave their device${by}`;
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

function exceptions({ exceptions: deviations, attendance }: Verdict): readonly string[] {
  if (deviations.length === 0) return [];
  const rows = deviations.flatMap(({ step, code, exception }) =>
    hang(
      "  - ",
      `${escapeForTerminal(step)} [${escapeForTerminal(code)}] ${escapeForTerminal(exception.happened)}; ${exception.disposition}, confirmed by ${exception.confirmedBy.map((id) => tellConfirmer(id, attendance)).join(" and ")}`,
    ),
  );
  return ["Exceptions:", ...rows, ""];
}

function tellConfirmer(id: string, attendance: Verdict["attendance"]): string {
  return `${escapeForTerminal(id)}${attendance?.absent.includes(id) === true ? " (recorded absent)" : ""}`;
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
