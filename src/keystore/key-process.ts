/**
 * A child process that holds a private key, seen from its parent.
 *
 * The child gets next to nothing: an almost empty environment, no arguments, no write access to files, no addons, no
 * child processes, no debugger (`--disable-sigusr1`), no core dumps (`ulimit -c 0` before Node starts; the child adds
 * coredump_filter 0). It ends when the channel to its parent closes, for whatever reason.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { CeremonyError, type Problem } from "../errors.ts";
import { locateProgram } from "../locate.ts";

/** What can be called in the child: request and value of each method, structured-clone data. */
export type Methods = Readonly<Record<string, { readonly request: unknown; readonly value: unknown }>>;

export interface Call<M extends Methods> {
  readonly method: keyof M;
  readonly request: M[keyof M]["request"];
}

export type Reply =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "problem"; readonly problem: Omit<Problem, "cause"> }
  /** An unexpected error: its class and where it was thrown, never its text, which might quote a secret. */
  | { readonly kind: "bug"; readonly name: string; readonly frames: string };

/** How the process ended: an exit status, or the name of the signal that killed it. */
export type ProcessEnd = { readonly status: number } | { readonly signal: string };

/** The terminal that the child may talk to: file descriptors of this process. This process must not read from it meanwhile. */
export interface Terminal {
  readonly input: number;
  readonly output: number;
}

export interface KeyProcessOptions {
  /** The child's program (src/locate.ts). */
  readonly program: string;
  readonly terminal: Terminal | null;
  /** What a call is answered with when the process ended before it did. */
  readonly whenLost: (end: ProcessEnd) => CeremonyError;
}

export interface KeyProcess<M extends Methods> {
  readonly pid: number | undefined;
  readonly ended: Promise<ProcessEnd>;
  /** One call at a time. Rethrows the child's CeremonyErrors; see `whenLost` for a child that is gone. */
  call<Name extends keyof M>(method: Name, request: M[Name]["request"]): Promise<M[Name]["value"]>;
  /** Closes the channel, on which the child ends; kills it where it hasn't after a second. Safe to call twice. */
  close(): Promise<void>;
}

const SECOND = 1000;
const NODE_OPTIONS = [
  "--permission",
  "--allow-fs-read=*",
  "--allow-fs-write=/proc/self/coredump_filter",
  "--no-addons",
  "--disable-sigusr1",
  "--disable-proto=delete",
  "--disallow-code-generation-from-strings",
];

export function startKeyProcess<M extends Methods>(options: KeyProcessOptions): KeyProcess<M> {
  const child = spawnWithoutCore(options);
  const ended = endOf(child);
  let previous: Promise<unknown> = Promise.resolve();

  async function exchange(call: Call<M>): Promise<unknown> {
    const reply = await Promise.race([replyTo(child, call), ended]);
    if ("status" in reply || "signal" in reply) throw options.whenLost(reply);
    if (reply.kind === "problem") throw new CeremonyError(reply.problem);
    if (reply.kind === "bug") throw new Error(`${reply.name} in ${options.program}\n${reply.frames}`);
    return reply.value;
  }

  return {
    pid: child.pid,
    ended,
    call: (method, request) => {
      const answer = previous.then(() => exchange({ method, request }));
      previous = answer.catch(() => undefined); // the caller has the error; the next call must not get it too
      return answer;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), SECOND);
      await ended;
      clearTimeout(timer);
    },
  };
}

function spawnWithoutCore(options: KeyProcessOptions): ChildProcess {
  const { terminal } = options;
  return spawn(
    "/bin/sh",
    [
      "-c",
      'ulimit -c 0 && exec "$0" "$@"',
      process.execPath,
      ...NODE_OPTIONS,
      locateProgram(options.program),
    ],
    {
      env: smallEnvironment(),
      stdio: [terminal?.input ?? "ignore", terminal?.output ?? "ignore", "ignore", "ipc"],
      serialization: "advanced",
      // Without a terminal it is in a session of its own, where Ctrl-C and Ctrl-\ don't reach it.
      detached: terminal === null,
    },
  );
}

/** Node itself may need LD_LIBRARY_PATH (the offline kit brings libraries); a terminal needs TERM. */
function smallEnvironment(): Record<string, string> {
  const names = ["LD_LIBRARY_PATH", "TERM"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Both the exit and the end of the channel: an exit may be seen before the last reply was read. */
async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const disconnected = new Promise((resolve) => child.once("disconnect", resolve));
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (status, signal) => resolve(signal === null ? { status: status ?? 0 } : { signal }));
  });
  const notStarted = new Promise<ProcessEnd>((resolve) =>
    child.once("error", () => resolve({ status: 127 })),
  );
  return Promise.race([notStarted, disconnected.then(() => exited)]);
}

function replyTo<M extends Methods>(child: ChildProcess, call: Call<M>): Promise<Reply> {
  return new Promise((resolve) => {
    // Both ends of the channel are this program, so the message is what `serveParent` sends.
    child.once("message", (message) => resolve(message as Reply));
    // A child that is gone shows in `ended`, also when the message could not be sent any more.
    if (child.connected) child.send({ ...call }, () => undefined);
  });
}
