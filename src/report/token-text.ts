/** `token list` and `token inspect` for people: one block for each module, token and key. */
import { DEVICES } from "../ceremony/devices/index.ts";
import type { DeviceProfile } from "../ceremony/devices/profile.ts";
import type { PinState } from "../keystore/pkcs11/token-info.ts";
import { clipForTerminal, escapeForTerminal } from "../terminal/escape.ts";
import { digestLines, pairLines } from "../terminal/panel.ts";
import { pgpWords } from "../terminal/words.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { hang } from "./lines.ts";
import type { KeyReport, ModuleReport, TokenReport } from "./token-report.ts";

export function tellModules(modules: readonly ModuleReport[]): readonly string[] {
  if (modules.length === 0) return ["No PKCS#11 module is named in the machine file."];
  return modules.flatMap((module, index) => [...(index === 0 ? [] : [""]), ...tellModule(module)]);
}

function tellModule({ device, title, evidence, module, problem, tokens }: ModuleReport): readonly string[] {
  return [
    ...hang("", `${escapeForTerminal(device)}: ${title ?? "NO DEVICE IS CALLED THAT"}`),
    ...(title === null ? hang("  names   ", Array.from(DEVICES.keys()).join(", ")) : []),
    ...hang("  module  ", escapeForTerminal(module)),
    ...tellEvidence(evidence),
    ...(problem === null ? [] : tellProblem(problem)),
    ...(problem === null && tokens.length === 0 ? ["  no token"] : []),
    ...tokens.flatMap((token) => ["", ...tellToken(token), ...tellKeys(token)]),
  ];
}

function tellEvidence(evidence: DeviceProfile["evidence"] | null): readonly string[] {
  return evidence === "documented" ? ["  profile from documentation, not tested"] : [];
}

function tellProblem({ code, found, remedy }: NonNullable<ModuleReport["problem"]>): readonly string[] {
  return [...hang("  FAILED  ", `[${code}] ${found}`), ...hang("          ", remedy)];
}

export function tellToken(token: TokenReport): readonly string[] {
  const { label, serial, manufacturer, model, firmware, mechanisms, uri } = token;
  const state = token.initialised ? "" : " (blank: never initialised)";
  return [
    `  token ${label === "" ? "without a label" : `"${clipForTerminal(label, 40)}"`}${state}`,
    ...pairLines([
      ["  serial", serial === "" ? "none" : escapeForTerminal(serial)],
      ["  made by", escapeForTerminal(`${manufacturer}, ${model}, firmware ${firmware}`)],
      ["  PIN", tellPin(token.userPin, token)],
      ["  SO PIN", tellPin(token.officerPin, token)],
      ["  can", mechanisms.length === 0 ? "nothing that TUF needs" : mechanisms.join(", ")],
      ...(token.writeProtected ? ([["  state", "write-protected"]] as const) : []),
      ...(token.pinpad ? ([["  state", "takes its PIN on a pad of its own: not supported"]] as const) : []),
    ]),
    ...tellUri(uri),
  ];
}

/** On a line of its own and whole, however long it is: it is there to be copied. All of it is printable ASCII. */
function tellUri(uri: string): readonly string[] {
  return ["    URI", `      ${uri}`];
}

const PIN_TEXTS: Readonly<Record<PinState, string>> = {
  ok: "no try used up",
  low: "WRONG BEFORE: fewer tries left than there were",
  final: "ONE TRY LEFT: this tool leaves it alone",
  locked: "LOCKED",
  unknown: "the token does not say how many tries are left",
};

function tellPin(state: PinState, { initialised, userPinInitialised, neverLocks }: TokenReport): string {
  if (!initialised) return "none yet";
  if (neverLocks && (state === "ok" || state === "unknown")) return "never locks";
  return userPinInitialised || state !== "ok" ? PIN_TEXTS[state] : "none yet";
}

function tellKeys({ keys, moreKeys }: TokenReport): readonly string[] {
  if (keys === null) return ["    keys show only to whoever logs in: token inspect --login"];
  if (keys.length === 0) return [];
  return [
    ...keys.flatMap((key) => tellKey(key)),
    ...(moreKeys === 0 ? [] : [`    and ${moreKeys} keys more, which are not shown`]),
  ];
}

function tellKey({ label, scheme, keyid, holder, hasPublic }: KeyReport): readonly string[] {
  const kind = scheme ?? (hasPublic ? "a kind that TUF has no scheme for" : "no public half");
  const owner = holder === null ? "" : `, ${clipForTerminal(holder, 60)}`;
  return [
    ...hang("    key ", `"${clipForTerminal(label, 64)}": ${kind}${owner}`),
    ...(keyid === null ? [] : hang("        ", `keyid ${keyid.slice(0, 8)}…: ${firstWords(keyid)} …`)),
  ];
}

/** As many words as there are digits before them: to find the right line of a paper, not to compare keys. */
function firstWords(keyid: Sha256Hex): string {
  return pgpWords(keyid).slice(0, 4).join(" ");
}

/** One token in full: whole keyids in hex and words, and what the token says of each private key. */
export function inspectToken(
  token: TokenReport,
  { title, evidence }: DeviceProfile,
  loggedIn: boolean,
): readonly string[] {
  const { keys, moreKeys } = token;
  return [
    title,
    ...tellEvidence(evidence),
    ...tellToken(token),
    ...(keys ?? []).flatMap((key) => ["", ...inspectKey(key, loggedIn)]),
    ...(keys?.length === 0
      ? ["", loggedIn ? "  no key" : "  no key that shows without its PIN (--login)"]
      : []),
    ...(moreKeys === 0 ? [] : ["", `  and ${moreKeys} keys more, which are not shown`]),
  ];
}

function inspectKey(key: KeyReport, loggedIn: boolean): readonly string[] {
  const { label, id, scheme, keyid, holder, hasPublic, attributes, uri } = key;
  const kind = scheme ?? (hasPublic ? "a kind that TUF has no scheme for" : "no public half");
  const said = Object.entries(attributes ?? {}).filter(([name]) => name !== "CKA_ID");
  return [
    `  key "${clipForTerminal(label, 64)}"`,
    ...pairLines([
      ["  kind", kind],
      ...(holder === null ? [] : ([["  holder", escapeForTerminal(holder)]] as const)),
      ["  CKA_ID", id === "" ? "none" : id],
      ...said.map(([name, value]) => [`  ${name}`, value === null ? "not told" : String(value)] as const),
      ...(attributes === null
        ? [
            [
              "  private",
              loggedIn ? "THERE IS NONE: this key can't sign" : "shows only with --login",
            ] as const,
          ]
        : []),
    ]),
    ...tellUri(uri),
    ...(keyid === null ? [] : ["    keyid", ...digestLines(keyid).map((line) => `  ${line}`)]),
  ];
}
