/** Stands for test/tuf/kinds/traps.ts where traps are collected (collect-traps.ts). */
import type { Trap } from "../tuf/kinds/traps.ts";

export * from "../tuf/kinds/traps.ts";

export const collected: Trap[] = [];

export function judgeTraps(traps: readonly Trap[]): void {
  collected.push(...traps);
}
