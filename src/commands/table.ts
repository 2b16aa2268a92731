/** All commands, in the order of `tuf-ceremony --help`: that of a ceremony's life. */
import type { CommandEntry } from "./context.ts";
import { KEY_FILE_EXAMPLES, keyFileTable } from "./key-file/table.ts";
import { KIT_EXAMPLES, kitTable } from "./kit/table.ts";
import { TOKEN_EXAMPLES, tokenTable } from "./token/table.ts";

export const commandTable: readonly CommandEntry[] = [
  {
    name: "check",
    summary: "validate a script, show the plan, its digest and its words",
    load: () => import("./check.ts"),
  },
  {
    name: "rehearse",
    summary: "the whole ceremony with throw-away keys, guided or unattended",
    load: () => import("./rehearse.ts"),
  },
  {
    name: "demo",
    summary: "a whole ceremony held by a program: does all of it work here?",
    load: () => import("./demo.ts"),
  },
  { name: "run", summary: "the ceremony; run again to resume", load: () => import("./run.ts") },
  {
    name: "enrol",
    summary: "a holder elsewhere: make or pick a key, prove possession",
    load: () => import("./enrol.ts"),
  },
  {
    name: "request",
    summary: "what to send to holders elsewhere who have yet to sign",
    load: () => import("./request.ts"),
  },
  {
    name: "sign",
    summary: "a holder elsewhere: see the change, sign it",
    load: () => import("./sign.ts"),
  },
  {
    name: "collect",
    summary: "take signature files in; say who is still missing",
    load: () => import("./collect.ts"),
  },
  {
    name: "verify",
    summary: "metadata and root chains, ours or anybody's",
    load: () => import("./verify.ts"),
  },
  { name: "diff", summary: "the change between two documents", load: () => import("./diff.ts") },
  {
    name: "audit",
    summary: "re-execute a ceremony folder; verdict and report",
    load: () => import("./audit.ts"),
  },
  {
    name: "token",
    summary: "HSMs and other tokens: list, inspect, set up, try, back up",
    commands: tokenTable,
    examples: TOKEN_EXAMPLES,
  },
  {
    name: "key-file",
    summary: "a holder's key file: try it, copy it, change its passphrase",
    commands: keyFileTable,
    examples: KEY_FILE_EXAMPLES,
  },
  {
    name: "preflight",
    summary: "is this machine fit for a ceremony?",
    load: () => import("./preflight.ts"),
  },
  {
    name: "kit",
    summary: "what goes to the offline machine: build it, verify it",
    commands: kitTable,
    examples: KIT_EXAMPLES,
  },
];
