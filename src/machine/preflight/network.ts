/**
 * Is the machine offline: interfaces, addresses, routes, radios.
 *
 * /proc/net belongs to the network namespace that this process is in; /sys/class/net may list another one's, so it is
 * only asked about names that /proc/net/dev has. Addresses are never shown: what is found gets published.
 */
import {
  type Check,
  check,
  fail,
  isThere,
  listFolder,
  type MachineView,
  pass,
  readText,
  unknown,
} from "./view.ts";

const IFF_UP = 1;

const interfaces = check(
  "network/interfaces",
  "required",
  (view) => {
    const names = interfaceNames(view);
    if (names === null) return unknown("/proc/net/dev can't be read");
    const others = names.filter((name) => name !== "lo");
    const state = (name: string) => isUp(view, name);
    const up = others.filter((name) => state(name) === true);
    if (up.length > 0) return fail(`up: ${up.join(", ")}`);
    const unseen = others.filter((name) => state(name) === null);
    if (unseen.length > 0) return unknown(`up or down can't be read: ${unseen.join(", ")}`);
    return pass(others.length === 0 ? "no interface but lo" : `all down: ${others.join(", ")}`);
  },
  "Unplug the cables and take the interfaces down: ip link set NAME down. Better: take the network cards out.",
);

function interfaceNames(view: MachineView): readonly string[] | null {
  const table = readText(view, "proc/net/dev");
  if (table === null) return null;
  return table
    .split("\n")
    .slice(2)
    .filter((line) => line.includes(":"))
    .map((line) => line.slice(0, line.lastIndexOf(":")).trim());
}

function isUp(view: MachineView, name: string): boolean | null {
  const flags = readText(view, `sys/class/net/${name}/flags`)?.trim();
  return flags !== undefined && /^0x[0-9a-f]+$/.test(flags) ? (Number(flags) & IFF_UP) !== 0 : null;
}

const addresses = check(
  "network/addresses",
  "required",
  (view) => {
    const version4 = readText(view, "proc/net/fib_trie");
    const version6 = readText(view, "proc/net/if_inet6");
    // A kernel without IPv6 has no such file, but it has the other one.
    if (version4 === null) return unknown("/proc/net/fib_trie can't be read");
    const outside = [...localAddresses(version4)].filter((address) => !address.startsWith("127."));
    const named = (version6 ?? "").split("\n").map((line) => line.trim().split(/\s+/).at(5) ?? "lo");
    const version6Names = [...new Set(named)].filter((name) => name !== "lo");
    const found = [
      ...(outside.length > 0 ? [`IPv4 addresses: ${outside.length}`] : []),
      ...(version6Names.length > 0 ? [`IPv6 on ${version6Names.join(", ")}`] : []),
    ];
    return found.length === 0 ? pass("no addresses but the machine's own") : fail(found.join("; "));
  },
  "Take the interfaces down, which removes their addresses.",
);

/** `|-- 192.0.2.2` followed by `/32 host LOCAL`. */
function localAddresses(trie: string): ReadonlySet<string> {
  return new Set([...trie.matchAll(/\|-- (\S+)\n\s+\/32 host LOCAL/g)].flatMap((match) => match[1] ?? []));
}

const routes = check(
  "network/routes",
  "required",
  (view) => {
    const version4 = readText(view, "proc/net/route");
    if (version4 === null) return unknown("/proc/net/route can't be read");
    const version6 = readText(view, "proc/net/ipv6_route") ?? "";
    const names = [
      ...version4
        .split("\n")
        .slice(1)
        .map((line) => line.split(/\s/, 1)[0] ?? ""),
      ...version6.split("\n").map((line) => line.trim().split(/\s+/).at(-1) ?? ""),
    ];
    const outside = [...new Set(names)].filter((name) => name !== "" && name !== "lo");
    return outside.length === 0 ? pass("no routes") : fail(`routes over ${outside.join(", ")}`);
  },
  "Take the interfaces down, which removes their routes.",
);

const RADIO_CLASSES = ["bluetooth", "ieee80211", "wwan"];

const radios = check(
  "network/radios",
  "required",
  (view) => {
    if (!isThere(view, "sys/class")) return unknown("/sys/class can't be read");
    const switches = (listFolder(view, "sys/class/rfkill") ?? []).map((name) => radioSwitch(view, name));
    const on = switches.filter(({ blocked }) => blocked === false).map(({ kind }) => kind);
    if (on.length > 0) return fail(`switched on: ${[...new Set(on)].join(", ")}`);
    if (switches.some(({ blocked }) => blocked === null))
      return unknown("the state of a radio switch can't be read");
    if (switches.length > 0) return pass("all radios are switched off");
    const devices = RADIO_CLASSES.filter((kind) => (listFolder(view, `sys/class/${kind}`) ?? []).length > 0);
    return devices.length === 0 ? pass("no radios") : fail(`radios without a switch: ${devices.join(", ")}`);
  },
  "Switch them off: rfkill block all. Better: take the radio cards out.",
);

function radioSwitch(
  view: MachineView,
  name: string,
): { readonly kind: string; readonly blocked: boolean | null } {
  const read = (file: string) => readText(view, `sys/class/rfkill/${name}/${file}`)?.trim();
  const [kind, soft, hard] = [read("type"), read("soft"), read("hard")];
  const blocked = soft === undefined || hard === undefined ? null : soft === "1" || hard === "1";
  return { kind: kind ?? name, blocked };
}

export const networkChecks: readonly Check[] = [interfaces, addresses, routes, radios];
