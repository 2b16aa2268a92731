/** The commands about tokens, in the order of a token's life. */
import type { CommandEntry } from "../context.ts";

export const tokenTable: readonly CommandEntry[] = [
  {
    name: "list",
    summary: "modules, tokens and keys at hand",
    load: () => import("./list.ts"),
  },
  {
    name: "inspect",
    summary: "one token in full, with its keys",
    load: () => import("./inspect.ts"),
  },
  {
    name: "init",
    summary: "set up a blank token: label and PINs",
    load: () => import("./init.ts"),
  },
  {
    name: "generate",
    summary: "make a key, outside of a ceremony",
    load: () => import("./generate.ts"),
  },
  {
    name: "test-sign",
    summary: "can this key sign?",
    load: () => import("./test-sign.ts"),
  },
  {
    name: "transport",
    summary: "make ready to take a copy of another token's key",
    load: () => import("./transport.ts"),
  },
  {
    name: "backup",
    summary: "wrap a key for other tokens",
    load: () => import("./backup.ts"),
  },
  {
    name: "restore",
    summary: "take the copy, and try it",
    load: () => import("./restore.ts"),
  },
  {
    name: "attest",
    summary: "judge the certificates of a key that a device made",
    load: () => import("./attest.ts"),
  },
  {
    name: "unlock",
    summary: "a new PIN, by the security officer",
    load: () => import("./unlock.ts"),
  },
  {
    name: "destroy",
    summary: "one key, for ever",
    load: () => import("./destroy.ts"),
  },
];

export const TOKEN_EXAMPLES = `
Examples:
  $ tuf-ceremony token list --machine machine.yaml

A token is named by a PKCS#11 URI (RFC 7512), in quotes: the shell knows ";" too.
PINs are typed, and never part of a command.`;
