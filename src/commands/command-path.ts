/** Which command a command line names, where it can't be parsed or asks for help. */
import type { CommandEntry } from "./context.ts";

/** `["token", "init"]`; as much of it as there is: `["token"]` of `token bogus`, nothing of `bogus`. */
export function commandPath(words: readonly string[], table: readonly CommandEntry[]): readonly string[] {
  const [first, ...rest] = words.filter((word) => !word.startsWith("-"));
  const entry = table.find(({ name }) => name === first);
  if (entry === undefined) return [];
  return [entry.name, ...("commands" in entry ? commandPath(rest, entry.commands) : [])];
}

/** `help token init` is `token init --help`, and `help bogus` is refused as `bogus` is. Nothing but help comes of it. */
export function rewriteHelp(words: readonly string[], table: readonly CommandEntry[]): readonly string[] {
  const [first, ...named] = words.filter((word) => word !== "--json");
  if (first !== "help" || named.length === 0 || named.some((word) => word.startsWith("-"))) return words;
  const path = commandPath(named, table);
  const unknown = named[path.length];
  const isCommand = path.length > 0 && !isGroup(path, table);
  return unknown === undefined || isCommand ? [...path, "--help"] : [...path, unknown];
}

function isGroup([first, ...rest]: readonly string[], table: readonly CommandEntry[]): boolean {
  const entry = table.find(({ name }) => name === first);
  if (entry === undefined || !("commands" in entry)) return false;
  return rest.length === 0 || isGroup(rest, entry.commands);
}
