/**
 * Reading a PIN or a passphrase from the terminal: raw mode, and not one character, mask or length is shown.
 *
 * Runs only in the short-lived child process that needs the secret. Whatever was typed before the prompt is thrown
 * away: the terminal may have echoed it, and it must not become the start of the answer. The bytes are kept in one
 * buffer, which belongs to the caller in the end and is to be zeroed there; the terminal's chunks are zeroed here.
 */
import { Buffer } from "node:buffer";
import { setTimeout as delay } from "node:timers/promises";
import { CeremonyError } from "../errors.ts";
import { SecretLine } from "./secret-line.ts";

/** What is needed of a `tty.ReadStream`: tests drive it with a made-up one. */
export interface SecretInput extends NodeJS.ReadableStream {
  isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(raw: boolean): unknown;
}
export interface SecretOutput extends NodeJS.WritableStream {
  isTTY?: boolean;
}

export interface SecretOptions {
  /** Shown before the entry, as it is: the caller has escaped it. */
  readonly prompt: string;
  /** Longer entries are refused as a whole, never cut. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export type SecretResult =
  /** `secret` is the caller's: fill it with zeros when done. Never empty. */
  | { readonly kind: "entered"; readonly secret: Uint8Array }
  /** Ctrl-C, Ctrl-D, the word `exception`, the abort signal, or the terminal went away. */
  | { readonly kind: "cancelled" }
  | { readonly kind: "too-long" };

/** Input counts as flushed when nothing came for so long; an unfinished escape sequence ends after the same time. */
const QUIET_MILLISECONDS = 50;
const CTRL_C = 0x03;
const EXCEPTION = Buffer.from("exception");

/** Asks for one secret. Leaves the terminal in the mode it found. Refuses with `secret/no-terminal` unless both ends are one. */
export async function readSecret(
  tty: { readonly input: SecretInput; readonly output: SecretOutput },
  options: SecretOptions,
): Promise<SecretResult> {
  const { input, output } = tty;
  if (input.isTTY !== true || output.isTTY !== true || input.setRawMode === undefined) {
    throw new CeremonyError({
      code: "secret/no-terminal",
      exit: "device",
      expected: "a terminal to read a secret from",
      found: "input or output that is not a terminal",
      remedy: "Run the command in a terminal; a PIN or passphrase is never taken from a pipe or a file.",
    });
  }
  const wasRaw = input.isRaw === true;
  input.setRawMode(true);
  try {
    if (await discardEarlyInput(input, options.signal)) return { kind: "cancelled" };
    output.write(options.prompt);
    const result = await readLine(input, options);
    output.write("\n");
    return result;
  } finally {
    input.pause();
    input.setRawMode(wasRaw);
  }
}

/**
 * Reads and zeroes until nothing has come for a moment: people who are still typing are waited for. True: there was a
 * Ctrl-C in it, which counts, however early.
 */
async function discardEarlyInput(input: SecretInput, signal: AbortSignal | undefined): Promise<boolean> {
  let cancelled = false;
  let quiet = false;
  let open = true;
  const discard = (chunk: unknown) => {
    const bytes = bytesOf(chunk);
    quiet = false;
    cancelled ||= bytes.includes(CTRL_C);
    bytes.fill(0);
  };
  const stop = () => {
    open = false;
  };
  input.on("data", discard).on("end", stop).on("error", stop);
  input.resume();
  try {
    while (!quiet && open && signal?.aborted !== true) {
      quiet = true;
      await delay(QUIET_MILLISECONDS);
    }
  } finally {
    input.off("data", discard).off("end", stop).off("error", stop);
  }
  return cancelled;
}

function readLine(input: SecretInput, options: SecretOptions): Promise<SecretResult> {
  const line = new SecretLine(options.maxBytes);
  return new Promise((resolve) => {
    let quietTimer: NodeJS.Timeout | undefined;
    const finish = (result: SecretResult) => {
      clearTimeout(quietTimer);
      input.off("data", take).off("end", cancel).off("close", cancel).off("error", cancel);
      options.signal?.removeEventListener("abort", cancel);
      line.wipe();
      resolve(result);
    };
    const cancel = () => finish({ kind: "cancelled" });
    const take = (chunk: unknown) => {
      const bytes = bytesOf(chunk);
      clearTimeout(quietTimer);
      const end = line.feed(bytes);
      bytes.fill(0);
      if (end === "cancelled") return cancel();
      if (end === "entered") return finish(line.overflowed ? { kind: "too-long" } : judge(line.take()));
      quietTimer = setTimeout(() => line.endEscapeSequence(), QUIET_MILLISECONDS);
    };
    if (options.signal?.aborted === true || !input.readable) return resolve({ kind: "cancelled" });
    options.signal?.addEventListener("abort", cancel);
    input.on("data", take).on("end", cancel).on("close", cancel).on("error", cancel);
    input.resume();
  });
}

/** `exception` is taken at every prompt; it is nobody's secret, and must not become a wrong try. */
function judge(secret: Uint8Array): SecretResult {
  if (!EXCEPTION.equals(secret)) return { kind: "entered", secret };
  secret.fill(0);
  return { kind: "cancelled" };
}

/** The chunk itself where possible, so that zeroing it reaches the stream's own memory. */
function bytesOf(chunk: unknown): Buffer {
  if (!Buffer.isBuffer(chunk))
    throw new Error("the terminal's input must be read as bytes: no encoding may be set on it");
  return chunk;
}
