/** What a measured number should be, and whether it is. Nothing fails that is not. */

/** It may be no larger, or no smaller. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

export function isReached(measured: number, goal: Goal): boolean {
  return "atMost" in goal ? measured <= goal.atMost : measured >= goal.atLeast;
}
