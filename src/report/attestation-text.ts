/** The parts of a judgement about an attestation, for people: each with its evidence. */
import type { ChainProblem } from "../ceremony/attestation/chain.ts";
import type { Part, PartName } from "../ceremony/attestation/statement.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { wrapLines } from "../terminal/panel.ts";
import { hang } from "./lines.ts";

const TITLES: Readonly<Record<PartName, string>> = {
  certificate: "Certificate",
  chain: "Chain",
  serial: "Serial",
  key: "Public key",
  origin: "Key was",
  export: "Export",
  capabilities: "May do",
  domains: "Domains",
  firmware: "Firmware",
  pin: "Asks PIN",
  touch: "Asks touch",
  extensions: "Extensions",
};

const CHAIN_PROBLEMS: Readonly<Record<ChainProblem, (name: string) => string>> = {
  "issuer-missing": (name) => `the certificate of its signer, ${name}, is not there`,
  signature: (name) => `${name} is not signed by whom it says`,
  "not-an-authority": (name) => `its signer, ${name}, may sign no certificates`,
  "path-length": (name) => `${name} may not stand above so many others`,
  "other-root": (name) => `it ends in ${name}, which is no pinned root`,
  "not-yet-valid": (name) => `${name} is not valid yet`,
  expired: (name) => `${name} has expired`,
  "too-long": () => "it is too long, or has no end",
};

/** `yes` or `NO`, the part, what was found, and what should have been. */
export function tellParts(parts: readonly Part[]): readonly string[] {
  return parts.flatMap((part) => {
    const title = (TITLES[part.part] ?? "?").padEnd(12);
    return hang(`  ${part.holds ? "yes" : "NO "}  ${title}`, evidenceOf(part));
  });
}

/** What helps where some parts do not hold: nothing else helps before the first of these does. */
export function adviseOn(parts: readonly Part[]): readonly string[] {
  const [first] = parts.filter(({ holds }) => !holds);
  return first === undefined ? [] : wrapLines(ADVICE[first.part] ?? OTHER_DEVICE);
}

const OTHER_DEVICE =
  "A key like this one does not count. Take a spare, if there is one, or make the key anew, as the script wants it.";
const ADVICE: Readonly<Partial<Record<PartName, string>>> = {
  certificate: "Put the certificate about this key among the files.",
  chain: "Put the certificates of all authorities among the files, up to a root that the script pins.",
  key: "Make the certificate about this key, and not about another one on the device.",
  serial: "Make the certificates on this device, and not on another one.",
};

function evidenceOf(part: Part): string {
  const found = clipForTerminal(part.found, 400);
  const expected = clipForTerminal(part.expected, 400);
  switch (part.part) {
    case "certificate":
      return part.holds ? found : `none about a key of this kind of device: ${found}`;
    case "chain":
      return tellChain(part.found);
    case "key":
      return part.holds ? `this key, keyid ${found.slice(0, 16)}…` : `another: ${found}`;
    case "serial":
      return part.holds ? found : `${found}, not ${expected}`;
    case "origin":
      return part.holds ? "generated on the device" : found;
    case "export":
      return part.holds ? "never" : found === "under-wrap" ? "YES, wrapped by another key" : found;
    case "firmware":
      return part.holds ? `${found}, at least ${expected}` : `${found}, older than ${expected}`;
    case "pin":
    case "touch":
      if (part.holds) return expected === "never" ? found : `${found}, at least ${expected}`;
      return `${found}, less than ${expected}`;
    case "extensions":
      return part.holds ? "all known to this program" : `unknown to this program: ${found}`;
    case "capabilities":
    case "domains":
      return part.holds || expected === "" ? found : `${found}, not ${expected}`;
    default:
      return part.part satisfies never;
  }
}

/** `"key" < "device" < "root"`, and where it breaks off `; problem "name"`. */
function tellChain(found: string): string {
  const [names = "", problem = ""] = found.split("; ");
  const shown = clipForTerminal(names.replaceAll('"', "").replaceAll(" < ", ", signed by "), 600);
  if (problem === "") return shown;
  const [code = "", ...about] = problem.split(" ");
  const tell = Object.entries(CHAIN_PROBLEMS).find(([known]) => known === code)?.[1];
  const name = clipForTerminal(about.join(" "), 200);
  return `${shown}; ${tell === undefined ? `${code} ${name}` : tell(name)}`;
}
