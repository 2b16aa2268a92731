/**
 * Where a PIN comes from, in the child process: a person at the terminal, or, in rehearsals and tests only, the
 * parent. The bytes that are returned belong to the caller, who zeroes them.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { isatty, WriteStream } from "node:tty";
import { readSecret } from "../secret-entry.ts";
import { judgeNewPin, LONGEST_PIN, limitPin, SHORTEST_NEW_PIN } from "./pin-policy.ts";
import { type PinRefusal, type PinReply, type PinRequest, TERMINAL_OUTPUT } from "./protocol.ts";
import { TokenFailure } from "./situations.ts";
import type { TokenInfo } from "./token-info.ts";

/** The conversation with the parent about one PIN. */
export interface PinDialogue {
  ask(request: PinRequest): Promise<PinReply>;
  /** The person is done; from now on it is the device that is waited for. */
  entered(): void;
}

const TERMINAL_INPUT = 0;
/** How often two entries of a new PIN may differ or be refused. */
const ROUNDS = 3;

const REFUSED_BECAUSE: Readonly<Record<PinRefusal, string>> = {
  mismatch: "typed differently the second time",
  "too-short": "too short",
  "too-long": "too long",
  "too-simple": "too simple",
  "factory-default": "a factory default",
  "same-as-officer": "the same as the security officer's",
};

/** Asks once for a PIN that exists. Nothing is tried on the device when the entry can't be right. */
export async function askPin(
  dialogue: PinDialogue,
  purpose: "user" | "officer",
  token: TokenInfo,
): Promise<Uint8Array> {
  const limits = limitPin(token, 1);
  const pin = await readPin(dialogue, { purpose, repeat: false, refused: null, token, ...limits });
  if (pin !== "too-long" && pin.length >= limits.minBytes && pin.length <= limits.maxBytes && isUtf8(pin))
    return pin;
  if (pin !== "too-long") pin.fill(0);
  throw new TokenFailure({
    situation: "pin/not-accepted",
    found: `an entry that is not ${limits.minBytes} to ${limits.maxBytes} bytes of UTF-8; it was not tried`,
  });
}

/** Asks twice for a new PIN, until it is fit for use and both entries are equal: three rounds at most. */
export async function askNewPin(
  dialogue: PinDialogue,
  purpose: "new-user" | "new-officer",
  token: TokenInfo,
  officerPin: Uint8Array | null,
): Promise<Uint8Array> {
  const limits = limitPin(token, SHORTEST_NEW_PIN);
  let refused: PinRefusal | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await readPin(dialogue, { purpose, repeat: false, refused, token, ...limits });
    refused = judgeEntry(first);
    if (refused !== null || first === "too-long") {
      wipe(first);
      continue;
    }
    const second = await readPin(dialogue, { purpose, repeat: true, refused: null, token, ...limits });
    if (second !== "too-long" && Buffer.compare(second, first) === 0) {
      second.fill(0);
      return first;
    }
    refused = "mismatch";
    wipe(first);
    wipe(second);
  }
  throw new TokenFailure({
    situation: "pin/rejected",
    found: `${ROUNDS} entries that could not be taken, the last one: ${REFUSED_BECAUSE[refused ?? "mismatch"]}`,
  });

  function judgeEntry(pin: Uint8Array | "too-long"): PinRefusal | null {
    if (pin === "too-long") return "too-long";
    if (!isUtf8(pin)) return "too-simple";
    if (officerPin !== null && Buffer.compare(officerPin, pin) === 0) return "same-as-officer";
    return judgeNewPin(pin, limits);
  }
}

/** An empty entry is nobody's PIN: it counts as cancelled, so that a slip of the finger costs no try. */
async function readPin(dialogue: PinDialogue, request: PinRequest): Promise<Uint8Array | "too-long"> {
  const reply = await dialogue.ask(request);
  const pin = reply.kind === "pin-prompt" ? await readFromTerminal(reply.prompt) : bytesOf(reply.pin);
  dialogue.entered();
  if (pin === null || pin.length === 0) {
    throw new TokenFailure({ situation: "pin/cancelled", found: "no entry" });
  }
  return pin;
}

async function readFromTerminal(prompt: string): Promise<Uint8Array | "too-long" | null> {
  if (!isatty(TERMINAL_INPUT) || !isatty(TERMINAL_OUTPUT)) {
    throw new TokenFailure({ situation: "pin/no-terminal", found: "input or output that is not a terminal" });
  }
  const output = new WriteStream(TERMINAL_OUTPUT);
  const result = await readSecret({ input: process.stdin, output }, { prompt, maxBytes: LONGEST_PIN });
  switch (result.kind) {
    case "entered":
      return result.secret;
    case "too-long":
      return "too-long";
    case "cancelled":
      return null;
    default:
      return result satisfies never;
  }
}

function bytesOf(pin: string | null): Uint8Array | "too-long" | null {
  if (pin === null) return null;
  const bytes = Buffer.from(pin, "utf8");
  return bytes.length > LONGEST_PIN ? "too-long" : bytes;
}

function wipe(pin: Uint8Array | "too-long"): void {
  if (pin !== "too-long") pin.fill(0);
}
