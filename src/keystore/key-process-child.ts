/**
 * A child process that holds a private key, seen from inside: hardening, and answering the parent's calls.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { CeremonyError } from "../errors.ts";
import type { Call, Methods, Reply } from "./key-process.ts";

type Handlers<M extends Methods> = {
  readonly [Name in keyof M]: (request: M[Name]["request"]) => M[Name]["value"] | Promise<M[Name]["value"]>;
};

/** Answers calls until the parent closes the channel. `wipe` runs before this process ends of its own accord. */
export function serveParent<M extends Methods>(
  handlers: Handlers<M>,
  wipe: () => void,
): { endAfterReply(): void } {
  let ending = false;
  process.on("SIGINT", () => undefined); // Ctrl-C belongs to the parent
  const end = () => {
    wipe();
    process.exit(0);
  };
  process.once("disconnect", end);
  process.on("message", async (message) => {
    // Both ends of the channel are this program, so the message is what `startKeyProcess` sends.
    const { method, request } = message as Call<M>;
    const reply = await answer(() => handlers[method](request));
    process.send?.(reply, () => {
      if (ending) end();
    });
  });
  return {
    endAfterReply: () => {
      ending = true;
    },
  };
}

async function answer(handle: () => unknown): Promise<Reply> {
  try {
    return { kind: "value", value: await handle() };
  } catch (error) {
    if (error instanceof CeremonyError) {
      const { code, exit, expected, found, remedy } = error;
      return { kind: "problem", problem: { code, exit, expected, found, remedy } };
    }
    const frames =
      error instanceof Error
        ? (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "))
        : [];
    return {
      kind: "bug",
      name: error instanceof Error ? error.name : typeof error,
      frames: frames.join("\n"),
    };
  }
}

/**
 * Leaves every mapping out of a core dump (core(5)), also of one that is piped to a program, which no limit stops.
 * True where that and the core size limit of 0 can be read back; false where there is no /proc.
 */
export function forbidCoreDumps(): boolean {
  try {
    writeFileSync("/proc/self/coredump_filter", "0x00");
    const filter = readFileSync("/proc/self/coredump_filter", "utf8");
    const limits = readFileSync("/proc/self/limits", "utf8");
    return /^0+\n$/.test(filter) && /^Max core file size +0 +0 /m.test(limits);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
