/**
 * The traps of test/tuf/kinds/, without judging them: its test files are imported with another `judgeTraps` in the place
 * of their own, which writes down what it is given.
 */
import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import type { Trap } from "../tuf/kinds/traps.ts";

export interface CollectedTrap {
  /** `names/keyid: a blank`: the file and the trap. */
  readonly name: string;
  readonly files: readonly Uint8Array[];
  readonly expected: Trap["expected"];
}

const KINDS = new URL("../tuf/kinds/", import.meta.url);
const COLLECTOR = new URL("collecting-judge.ts", import.meta.url).href;

export async function collectTraps(): Promise<readonly CollectedTrap[]> {
  const { collected } = await import("./collecting-judge.ts");
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === "./traps.ts" && context.parentURL?.startsWith(KINDS.href) === true
        ? nextResolve(COLLECTOR, context)
        : nextResolve(specifier, context),
  });
  const traps: CollectedTrap[] = [];
  for (const file of globSync("*.test.ts", { cwd: KINDS }).sort()) {
    await import(new URL(file, KINDS).href);
    for (const { name, files, expected } of collected.splice(0)) {
      traps.push({
        name: `${file.replace(".test.ts", "")}/${name}`,
        files: files instanceof Uint8Array ? [files] : files,
        expected,
      });
    }
  }
  hooks.deregister();
  return traps;
}
