/**
 * From the bytes of a script to a Script, or to every mistake in it at its line and column.
 *
 * The file is read to its end whatever is wrong with it: what could be read is a draft, and the rules judge the draft, so
 * that a misspelt field does not hide a threshold that can't be met. A Script comes out only where nothing is wrong.
 */
import { createHash } from "node:crypto";
import type { Sha256Hex } from "../tuf/types.ts";
import type { ScriptFinding } from "./plan-types.ts";
import { PREFLIGHT_CHECKS } from "./preflight-checks.ts";
import { agendaItem } from "./read-agenda.ts";
import { readKeys } from "./read-keys.ts";
import { readPeople } from "./read-people.ts";
import { readRoles } from "./read-roles.ts";
import type { PinnedFile, Profile, RoleName, Script } from "./script.ts";
import type { ScriptDraft } from "./script-draft.ts";
import {
  booleanOf,
  checkName,
  listOf,
  nameOf,
  pinnedFile,
  type Read,
  ScriptReader,
  sha256Hex,
  textOf,
  utcSecond,
  wordOf,
} from "./script-fields.ts";
import { checkScript } from "./script-rules/check-script.ts";
import { Findings, hasErrors, type Place, type Places } from "./script-rules/findings.ts";
import { parseScriptYaml, type YamlNode } from "./script-yaml.ts";

export interface ScriptRead {
  /** null where there is an error among the findings. */
  readonly script: Script | null;
  readonly sha256: Sha256Hex;
  readonly findings: readonly ScriptFinding[];
  /** Where everything stands: the planner's findings are placed with it. */
  readonly places: Places;
}

const preflightCheck = wordOf("a check of preflight", PREFLIGHT_CHECKS);
const PROFILES: readonly Profile[] = ["tuf", "pep458", "pep480"];
const FIELDS = [
  "ceremony",
  "title",
  "profile",
  "previous",
  "window",
  "people",
  "keys",
  "roles",
  "agenda",
  "pins",
  "must_pass",
  "follow",
];

export function readScript(bytes: Uint8Array): ScriptRead {
  const sha256 = createHash("sha256").update(bytes).digest("hex") as Sha256Hex; // a SHA-256 in hex by construction
  const places = new Map<string, Place>();
  const findings = new Findings(places);
  const tree = parseScriptYaml(bytes, findings);
  const draft = tree === null ? null : readDraft(new ScriptReader(findings, places), tree);
  if (draft !== null) checkScript(draft, findings);
  const list = findings.list();
  const script = draft === null || hasErrors(list) ? null : finish(draft);
  return { script, sha256, findings: list, places };
}

function finish({ declared: _, window, ...rest }: ScriptDraft): Script | null {
  return window === null ? null : { ...rest, window };
}

function readDraft(reader: ScriptReader, tree: YamlNode): ScriptDraft | null {
  const fields = reader.fields(tree, "", FIELDS, "a script");
  if (fields === null) return null;
  const ceremony = fields.required("ceremony", nameOf("the ceremony's name")) ?? "";
  const title = fields.required("title", textOf("the title", 200)) ?? "";
  const profile = fields.required("profile", wordOf("a profile", PROFILES));
  const previous = fields.required("previous", readPrevious);
  const window = fields.required("window", readWindow);
  const people = fields.required("people", readPeople);
  const keys = fields.required("keys", readKeys);
  const roles = fields.required("roles", readRoles);
  const agenda = fields.optional("agenda", listOf("the agenda", agendaItem, 1), null);
  const pins = fields.optional("pins", readPins, { modules: new Map() });
  const mustPass = fields.optional("must_pass", listOf("must_pass", preflightCheck), []);
  const follow = fields.optional("follow", booleanOf("follow"), false);
  if (people === null || keys === null || roles === null) return null;
  return {
    ceremony,
    title,
    profile: profile ?? "tuf",
    previous: previous ?? new Map(),
    window,
    people: people.people,
    keys: keys.keys,
    roles: roles.roles,
    agenda,
    pins: pins ?? { modules: new Map() },
    mustPass: mustPass ?? [],
    follow: follow ?? false,
    declared: { people: people.declared, keys: keys.declared, roles: roles.declared },
  };
}

const readPrevious: Read<ReadonlyMap<RoleName, PinnedFile>> = (reader, node, path) => {
  if (node.kind === "scalar" && node.value === "none") return new Map();
  const entries = reader.entries(node, path, "previous: none, or documents by role");
  if (entries === null) return null;
  const previous = new Map<RoleName, PinnedFile>();
  for (const [role, { place, value }] of entries) {
    const isNamed = checkName(reader, role, place, "the name of a role");
    const file = pinnedFile(reader, value, `${path}.${role}`);
    if (isNamed && file !== null) previous.set(role, file);
  }
  if (entries.size === 0) return reader.wrong(node, "previous: none, or documents by role");
  return previous;
};

const readWindow: Read<Script["window"]> = (reader, node, path) => {
  const fields = reader.fields(node, path, ["from", "to"], "the window");
  if (fields === null) return null;
  const from = fields.required("from", utcSecond);
  const to = fields.required("to", utcSecond);
  return from === null || to === null ? null : { from, to };
};

const readPins: Read<Script["pins"]> = (reader, node, path) => {
  const fields = reader.fields(node, path, ["kit", "modules"], "the pins");
  if (fields === null) return null;
  const kit = fields.optional("kit", sha256Hex, undefined);
  const modules = fields.optional("modules", readModules, new Map());
  if (kit === null || modules === null) return null;
  return kit === undefined ? { modules } : { kit, modules };
};

const readModules: Read<Script["pins"]["modules"]> = (reader, node, path) => {
  const entries = reader.entries(node, path, "modules: digests by device profile");
  if (entries === null) return null;
  const modules: [string, Sha256Hex][] = [];
  for (const [device, { place, value }] of entries) {
    const isNamed = checkName(reader, device, place, "a device profile");
    const digest = sha256Hex(reader, value, `${path}.${device}`);
    if (isNamed && digest !== null) modules.push([device, digest]);
  }
  return modules.length === entries.size ? new Map(modules) : null;
};
