/** What `check` shows people: what is wrong with a script, else what it will make, who does what, and its digest. */

import { DEVICES } from "../ceremony/devices/index.ts";
import type {
  Gate,
  Plan,
  PlannedDocument,
  PlannedKey,
  PlannedStep,
  ScriptFinding,
} from "../ceremony/plan-types.ts";
import type { HsmKey, KeyName, Script, ScriptRole } from "../ceremony/script.ts";
import { clipForTerminal, padShown } from "../terminal/escape.ts";
import { digestLines } from "../terminal/panel.ts";
import { isSha256Hex, type Sha256Hex } from "../tuf/types.ts";
import { hang } from "./lines.ts";

export function renderFindings(path: string, findings: readonly ScriptFinding[]): readonly string[] {
  const file = clipForTerminal(path, 200);
  return findings.flatMap(({ severity, rule, line, column, expected, found, remedy }) => [
    ...hang("", `${file}:${line}:${column}: ${severity} [${rule}]`),
    // Other people's words in the three are escaped where the finding was made.
    ...hang("  expected  ", expected),
    ...hang("  found     ", found),
    ...hang("  remedy    ", remedy),
    "",
  ]);
}

export function renderPlan(plan: Plan): readonly string[] {
  const { script } = plan;
  return [
    ...hang("", clipForTerminal(script.title, 200)),
    `${script.ceremony}: a ${plan.kind} under the profile ${script.profile}`,
    `${script.window.from} to ${script.window.to}`,
    "",
    ...renderPrevious(plan),
    ...renderMachine(script),
    ...renderPins(script),
    ...renderPeople(script),
    ...renderKeys(plan),
    ...renderRoles(plan),
    ...renderDocuments(plan),
    ...renderAgenda(plan),
    ...renderOutsideKeys(plan),
    ...renderDigest(plan.scriptSha256),
  ];
}

/** Keys that come from outside are confirmed by words that their owners read from paper. */
function renderOutsideKeys({ steps, keys }: Plan): readonly string[] {
  return steps.flatMap(({ kind, key = "" }) => {
    const keyid = keys.get(key)?.knownKeyid ?? "";
    if (kind !== "confirm" || !isSha256Hex(keyid)) return [];
    return [`Keyid of ${key}, for the paper of whoever owns it`, ...digestLines(keyid), ""];
  });
}

export function renderDigest(sha256: Sha256Hex): readonly string[] {
  return [
    "SHA-256 of the script, to be read aloud and compared with everybody's paper",
    ...digestLines(sha256),
    "",
  ];
}

function renderPrevious({ previous }: Plan): readonly string[] {
  if (previous.size === 0) return [];
  const lines = [...previous.values()].flatMap(({ role, version, sha256 }) =>
    hang("  ", `${role} version ${version}, SHA-256 ${sha256}`),
  );
  return ["Built on", ...lines, ""];
}

function renderMachine({ mustPass }: Script): readonly string[] {
  if (mustPass.length === 0) return [];
  return ["The machine must pass", ...hang("  ", mustPass.join(", ")), ""];
}

function renderPins({ pins: { kit, modules } }: Script): readonly string[] {
  const pinned = [
    ...(kit === undefined ? [] : [["kit", kit] as const]),
    ...[...modules].map(([device, digest]) => [`module of ${device}`, digest] as const),
  ];
  if (pinned.length === 0) return [];
  return ["Only with", ...pinned.flatMap(([what, digest]) => hang("  ", `${what}, SHA-256 ${digest}`)), ""];
}

function renderPeople({ people }: Script): readonly string[] {
  const width = widthOf([...people.keys()]);
  const lines = [...people.values()].flatMap(({ id, name, duty, signsWith }) => {
    const signs = signsWith === undefined ? "" : ", signs heads";
    return hang(`  ${id.padEnd(width)}  `, `${clipForTerminal(name, 200)} (${duty}${signs})`);
  });
  return ["People", ...lines, ""];
}

function renderKeys({ keys }: Plan): readonly string[] {
  const width = widthOf([...keys.keys()]);
  const lines = [...keys].flatMap(([name, planned]) =>
    hang(`  ${name.padEnd(width)}  `, describeKey(planned)),
  );
  return ["Keys", ...lines, ""];
}

function describeKey({ key, knownKeyid, roles }: PlannedKey): string {
  const scheme = "scheme" in key ? key.scheme : null;
  const where = roles.length === 0 ? "leaves; signs once more" : roles.join(", ");
  const keyid = knownKeyid === undefined ? null : `keyid ${knownKeyid.slice(0, 8)}`;
  const holder = "holder" in key ? `held by ${key.holder}` : null;
  return [describeStore(key), holder, scheme, keyid, where].filter((part) => part !== null).join("; ");
}

function describeStore(key: PlannedKey["key"]): string {
  switch (key.store) {
    case "hsm": {
      const made = key.keyid === undefined ? "made" : "kept";
      const provision = key.provision ? ", initialised here" : "";
      const spares = key.spares.length === 0 ? "no spare" : `spares ${key.spares.map(show).join(", ")}`;
      const evidence =
        DEVICES.get(key.device)?.evidence === "documented" ? " (from documentation, not tested)" : "";
      return `${made} in ${key.device}${evidence} ${show(key.serial)}${provision}; ${spares}${describeAttestation(key.attestation)}`;
    }
    case "file":
      return key.keyid === undefined ? "made here, in an age file" : "in an age file";
    case "one-time":
      return key.keyid === undefined ? "made, used and ended here" : "ended in an earlier ceremony";
    case "public":
      return `public key from ${key.public.file}`;
    case "elsewhere":
      return key.enrolled === undefined
        ? "kept elsewhere"
        : `made elsewhere, enrolled by ${key.enrolled.file}`;
    default:
      return key satisfies never;
  }
}

function describeAttestation(attestation: HsmKey["attestation"]): string {
  if (attestation === null) return "";
  if (attestation === "waived") return "; attestation waived";
  const { roots, firmware, domains, pin, touch } = attestation;
  const wanted = [
    firmware === null ? "" : `firmware from ${firmware}`,
    domains === null ? "" : `domains ${domains.join(" ")}`,
    pin === null ? "" : `PIN ${pin}`,
    touch === null ? "" : `touch ${touch}`,
  ].filter((part) => part !== "");
  const by = roots.map((root) => root.slice(0, 8)).join(" or ");
  return `; attested by ${by}${wanted.length === 0 ? "" : `, ${wanted.join(", ")}`}`;
}

function show(serial: string): string {
  return clipForTerminal(serial, 64);
}

function renderRoles({ script }: Plan): readonly string[] {
  const width = widthOf([...script.roles.keys()]);
  const lines = [...script.roles.values()].flatMap((role) =>
    hang(`  ${role.name.padEnd(width)}  `, describeRole(role)),
  );
  return ["Roles", ...lines, ""];
}

function describeRole(role: ScriptRole): string {
  const { hashBins: bins, delegates, paths, terminating } = role;
  const parts = [`${role.threshold} of ${role.keys.length}: ${role.keys.join(", ")}`];
  if (delegates.length > 0) parts.push(`delegates to ${delegates.join(", ")}`);
  if (paths.length > 0) parts.push(`trusted for ${paths.map((path) => clipForTerminal(path, 60)).join(" ")}`);
  if (terminating) parts.push("terminating");
  if (bins !== undefined) {
    const kind = bins.succinct ? " in one succinct role" : "";
    parts.push(`${bins.count} bins ${bins.name}-…${kind}, ${bins.threshold} of ${bins.keys.join(", ")}`);
  }
  return parts.join("; ");
}

function renderDocuments({ documents }: Plan): readonly string[] {
  return ["Documents, in the order of signing", ...documents.flatMap(renderDocument), ""];
}

function renderDocument(document: PlannedDocument): readonly string[] {
  const { path, version, expires, style, gates, signers } = document;
  return [
    ...hang("  ", `${path}: version ${version}, expires ${expires}, ${style}`),
    ...gates.flatMap((gate) => hang("    ", describeGate(gate, document.role))),
    ...hang("    signed by ", signers.join(", ")),
  ];
}

function describeGate({ authority, threshold, keys }: Gate, role: string): string {
  const whose = {
    "new-root": role === "root" ? "by its own keys" : "by the keys that the new root names",
    "previous-root":
      role === "root" ? "by the keys of the previous root" : "by the keys that the previous root names",
    delegation: "by the keys that its delegator names",
  }[authority];
  const names = keys.map(({ name, keyid }) => name ?? `${clipForTerminal(keyid ?? "", 8)} (not here)`);
  return `needs ${threshold} of ${keys.length} ${whose}: ${names.join(", ")}`;
}

function renderAgenda({ steps, script }: Plan): readonly string[] {
  const total = steps.reduce((sum, { minutes }) => sum + minutes, 0);
  const people = widthOf([...script.people.keys()]);
  const lines = steps.flatMap((step) => {
    const number = String(step.number).padStart(String(steps.length).length);
    const minutes = `${step.minutes} min`.padStart(6);
    return hang(`  ${number}  ${minutes}  ${padShown(step.person, people)}  `, describeStep(step));
  });
  return [`Agenda: ${steps.length} steps, about ${describeMinutes(total)}`, ...lines, ""];
}

function describeMinutes(minutes: number): string {
  if (minutes < 60) return `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function describeStep({ ref, kind, key, role, instruct }: PlannedStep): string {
  switch (kind) {
    case "instruct": {
      const record = (instruct?.record ?? []).map((field) => clipForTerminal(field, 60)).join(", ");
      return `${clipForTerminal(instruct?.text ?? "", 1000)}${record === "" ? "" : ` [write down: ${record}]`}`;
    }
    case "generate":
      return `make the key ${nameOf(key)}`;
    case "confirm":
      return `confirm the public key ${nameOf(key)}`;
    case "sign":
      return `sign ${role} with ${nameOf(key)}`;
    case "request":
      return `write the request to sign ${role} with ${nameOf(key)}, elsewhere`;
    case "collect":
      return `take in the signature of ${nameOf(key)} on ${role}`;
    default:
      return STEP_TITLES.get(kind) ?? ref;
  }
}

function nameOf(key: KeyName | undefined): string {
  return key ?? "?";
}

const STEP_TITLES: ReadonlyMap<string, string> = new Map([
  ["preflight", "look at this machine"],
  ["attendance", "who is here"],
  ["script", "compare the script's words with everybody's paper"],
  ["clock", "a witness confirms the clock"],
  ["beacon", "record something nobody could know before today"],
  ["follow", "hand the export to the machine that follows along"],
  ["lint", "compose and check every document with throw-away signatures"],
  ["one-time", "make the one-time keys, sign with them, end them"],
  ["verify", "verify everything"],
  ["outputs", "write the outputs and read them back"],
]);

function widthOf(names: readonly string[]): number {
  return Math.min(24, Math.max(0, ...names.map(({ length }) => length)));
}
