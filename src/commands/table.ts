/** All commands, in the order of `tuf-ceremony --help`: that of a ceremony's life. */
import type { CommandEntry } from "./context.ts";

export const commandTable: readonly CommandEntry[] = [
  {
    name: "check",
    summary: "validate a script, show the plan, its digest and its words",
    load: () => import("./check.ts"),
  },
  {
    name: "verify",
    summary: "metadata and root chains, ours or anybody's",
    load: () => import("./verify.ts"),
  },
  { name: "diff", summary: "the change between two documents", load: () => import("./diff.ts") },
  {
    name: "preflight",
    summary: "is this machine fit for a ceremony?",
    load: () => import("./preflight.ts"),
  },
];
