/**
 * The parent's end of one token process: starts it with nothing but the machine file's environment, asks it one thing
 * at a time, and ends it when it does not answer. Everything that it says is parsed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { isAbsolute } from "node:path";
import { Duplex } from "node:stream";
import { locateProgram } from "../../locate.ts";
import { quote } from "../../tuf/quote.ts";
import { ANSWERS, FROM_CHILD } from "./answers.ts";
import { readMessages, writeMessage } from "./channel.ts";
import {
  type CallKind,
  type Calls,
  CHANNEL,
  type FromChild,
  LONGEST_ANSWER_BYTES,
  type ModuleConfig,
  type PinReply,
  type PinRequest,
} from "./protocol.ts";
import { describeFailure } from "./situations.ts";
import type { TokenInfo } from "./token-info.ts";

/** Seconds that each request may take, without the time that a person takes for a PIN. */
const PATIENCE_SECONDS: Readonly<Record<CallKind, number>> = {
  list: 60,
  survey: 120,
  open: 60,
  login: 60,
  provision: 180,
  unlock: 120,
  generate: 300, // RSA on a smart card
  keys: 120,
  certificates: 120,
  find: 60,
  sign: 120, // some devices wait for a touch
  transport: 300,
  wrap: 120,
  unwrap: 120,
  destroy: 120,
  sweep: 120,
  close: 10,
};

/** Takes from the child's own code what it does not need; the library itself is bound by none of it. No debugger. */
const NODE_FLAGS = [
  "--permission",
  "--allow-addons",
  "--allow-fs-read=*",
  "--allow-fs-write=/proc/self/coredump_filter",
  "--disable-sigusr1",
  "--disable-proto=delete",
  "--disallow-code-generation-from-strings",
];

/** Settings of the loader, of Node and of the module that logs PINs; none of them is a vendor library's own. */
const FORBIDDEN_VARIABLES = /^(?:LD_|DYLD_|NODE_|PKCS11SPY)/;

export interface TokenProcessOptions {
  readonly module: ModuleConfig;
  /** Descriptors of the terminal on which a person types the PIN; null: nobody does. */
  readonly terminal: { readonly input: number; readonly output: number } | null;
  readonly answerPin: (request: PinRequest) => Promise<PinReply>;
  /** What the token says of itself after a login that failed. */
  readonly noteToken: (info: TokenInfo) => void;
  readonly patienceSeconds?: Partial<Record<CallKind, number>> | undefined;
}

interface Pending {
  readonly id: number;
  readonly kind: CallKind;
  readonly seconds: number;
  readonly settle: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

export class TokenProcess {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #options: TokenProcessOptions;
  readonly #ended: Promise<void>;
  #pending: Pending | null = null;
  #lastId = 0;
  #queue: Promise<unknown> = Promise.resolve();
  /** Why it can't be asked any more. */
  #end: Error | null = null;

  constructor(options: TokenProcessOptions) {
    checkConfig(options.module);
    this.#options = options;
    this.#child = startChild(options);
    this.#channel = channelOf(this.#child);
    this.#channel.on("error", () => {}); // the child's end, which says more, follows
    readMessages(this.#channel, LONGEST_ANSWER_BYTES, (message) => this.#take(message));
    this.#ended = new Promise((resolve) => {
      this.#child.on("error", (error) => {
        this.#fail(error);
        resolve();
      });
      this.#child.on("exit", (status, signal) => {
        this.#fail(
          describeFailure({
            situation: "module/crashed",
            found: `its process ended by ${signal ?? `exit ${status}`}`,
          }),
        );
        resolve();
      });
    });
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Requests wait for each other. */
  ask<K extends CallKind>(kind: K, request: Calls[K]["request"]): Promise<Calls[K]["answer"]> {
    const answer = this.#queue.then(async () => ANSWERS[kind].parse(await this.#askNow(kind, request)));
    this.#queue = answer.catch(() => undefined); // its caller hears of it; the next one starts regardless
    return answer.catch((error: unknown) => {
      throw isZodError(error) ? this.#giveUp("an answer in another form") : error;
    });
  }

  /** Lets the token go in an orderly way if it is idle, else at once; safe to call twice. */
  async close(): Promise<void> {
    if (this.#end === null && this.#pending === null) {
      await this.ask("close", {}).catch(() => undefined); // whatever it says: the next line ends it
    }
    this.#fail(describeFailure({ situation: "token/closed", found: "one that was closed" }));
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #askNow(kind: CallKind, request: unknown): Promise<unknown> {
    if (this.#end !== null) return Promise.reject(this.#end);
    this.#lastId += 1;
    const id = this.#lastId;
    const seconds = this.#options.patienceSeconds?.[kind] ?? PATIENCE_SECONDS[kind];
    return new Promise((settle, fail) => {
      this.#pending = { id, kind, seconds, settle, fail, timer: undefined };
      this.#startTimer();
      writeMessage(this.#channel, { id, kind, request });
    });
  }

  #take(raw: unknown): void {
    const parsed = FROM_CHILD.safeParse(raw);
    const pending = this.#pending;
    if (!parsed.success || pending === null) {
      this.#giveUp("a message that nobody asked for");
      return;
    }
    this.#handle(parsed.data, pending);
  }

  #handle(message: FromChild, pending: Pending): void {
    switch (message.kind) {
      case "ask-pin":
        this.#stopTimer();
        this.#options.answerPin(message.request).then(
          (reply) => writeMessage(this.#channel, reply),
          (error: unknown) => {
            this.#fail(error);
            this.#child.kill("SIGKILL");
          },
        );
        return;
      case "pin-read":
        this.#startTimer();
        return;
      case "token":
        this.#options.noteToken(message.info);
        return;
      case "answer":
      case "failed":
      case "bug":
        if (message.id !== pending.id) {
          this.#giveUp("an answer to something else");
          return;
        }
        this.#stopTimer();
        this.#pending = null;
        if (message.kind === "answer") pending.settle(message.value);
        else if (message.kind === "failed") pending.fail(describeFailure(message.failure));
        else pending.fail(new Error(`a fault in the token process\n${message.where}`));
        return;
      default:
        message satisfies never;
    }
  }

  #startTimer(): void {
    const pending = this.#pending;
    if (pending === null) return;
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => {
      this.#fail(
        describeFailure({
          situation: "module/hangs",
          found: `none for ${pending.seconds} s (${pending.kind})`,
        }),
      );
      this.#child.kill("SIGKILL");
    }, pending.seconds * 1000);
  }

  #stopTimer(): void {
    clearTimeout(this.#pending?.timer);
  }

  #giveUp(found: string): Error {
    const error = describeFailure({ situation: "module/protocol", found });
    this.#fail(error);
    this.#child.kill("SIGKILL");
    return error;
  }

  /** The first reason is the one that counts. */
  #fail(error: unknown): void {
    this.#end ??= error instanceof Error ? error : new Error(String(error));
    this.#stopTimer();
    this.#pending?.fail(this.#end);
    this.#pending = null;
  }
}

function checkConfig(config: ModuleConfig): void {
  if (!isAbsolute(config.module)) {
    throw describeFailure({ situation: "module/path", found: quote(config.module) });
  }
  const forbidden = Object.keys(config.env ?? {}).filter((name) => FORBIDDEN_VARIABLES.test(name));
  if (forbidden.length > 0) {
    throw describeFailure({
      situation: "module/environment",
      found: forbidden.map((name) => quote(name, 40)).join(", "),
    });
  }
}

/** Through sh, because only a shell can set the limit for core dumps, which would hold the PIN. */
function startChild(options: TokenProcessOptions): ChildProcess {
  const entry = locateProgram("keystore/pkcs11/child");
  return spawn("/bin/sh", ["-c", 'ulimit -c 0 && exec "$@"', "sh", process.execPath, ...NODE_FLAGS, entry], {
    env: makeEnvironment(options.module),
    // Input, standard output and error, CHANNEL, TERMINAL_OUTPUT.
    stdio: [
      options.terminal?.input ?? "ignore",
      "ignore",
      "ignore",
      "pipe",
      options.terminal?.output ?? "ignore",
    ],
  });
}

function channelOf(child: ChildProcess): Duplex {
  const stream = child.stdio[CHANNEL];
  if (stream instanceof Duplex) return stream;
  throw new Error("the token process was started without its channel");
}

/** Nothing of ours but the path of the libraries that the runtime itself needs, where the kit brings them along. */
function makeEnvironment(config: ModuleConfig): NodeJS.ProcessEnv {
  const libraries = process.env["LD_LIBRARY_PATH"];
  return { ...config.env, ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }) };
}

function isZodError(error: unknown): boolean {
  return error instanceof Error && error.name === "ZodError";
}
