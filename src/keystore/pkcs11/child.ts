/**
 * The process that holds one PKCS#11 module and at most one token, and reads its PIN. Entry point; started by
 * token-process.ts, never by a person.
 *
 * Apart, because the vendor's code runs in it: it may crash, hang or lie without taking the ceremony along. It ends
 * when its parent does. It writes nothing anywhere but its answers, and the prompt for the PIN.
 */
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import type { DeviceProfile } from "../../ceremony/devices/profile.ts";
import { readCertificates } from "./certificates.ts";
import { readMessages, writeMessage } from "./channel.ts";
import { makeTransportKey, unwrapKey, wrapKey } from "./copies.ts";
import { loadModule } from "./module.ts";
import { destroyKey, destroyUnderLabel } from "./objects.ts";
import { OpenToken } from "./open-token.ts";
import { findKey, generateKey, signPayload } from "./operations.ts";
import { CHANNEL, type FromChild, type PinReply, type PinRequest, type ToChild } from "./protocol.ts";
import { type Failure, TokenFailure } from "./situations.ts";
import { surveyKeys, surveyTokens } from "./survey.ts";
import { listTokens } from "./token.ts";

type CallMessage = Exclude<ToChild, { kind: "pin-prompt" | "pin-answer" }>;

const parent = new Socket({ fd: CHANNEL, readable: true, writable: true });
let opened: { readonly token: OpenToken; readonly profile: DeviceProfile } | null = null;
let awaitingPin: ((reply: PinReply) => void) | null = null;

function start(): void {
  keepMemoryOutOfCoreDumps();
  process.on("SIGINT", () => {}); // the terminal sends it to the whole group; the parent decides
  // The parent is gone. At once, even while the library is busy on another thread: an orderly exit would wait for it.
  parent.on("close", () => process.kill(process.pid, "SIGKILL"));
  readMessages(parent, Number.POSITIVE_INFINITY, (raw) => {
    // Our own program at the other end, and nobody else: there is nothing to check.
    const message = raw as ToChild;
    if (message.kind === "pin-prompt" || message.kind === "pin-answer") takePinReply(message);
    else void serve(message);
  });
}

async function serve(message: CallMessage): Promise<void> {
  try {
    const value = await perform(message);
    send({ kind: "answer", id: message.id, value }, () => {
      if (message.kind === "close") process.exit(0);
    });
  } catch (error) {
    if (error instanceof TokenFailure) return reportFailure(message, error.failure);
    send({ kind: "bug", id: message.id, where: framesOf(error) });
  }
}

async function perform(message: CallMessage): Promise<unknown> {
  switch (message.kind) {
    case "list":
      return listTokens(loadModule(message.request.module).cryptoki).map(({ info }) => info);
    case "survey":
      return surveyTokens(loadModule(message.request.module).cryptoki);
    case "open": {
      const { module, token, profile } = message.request;
      opened = { token: new OpenToken(loadModule(module), token, { ask, entered }), profile };
      return opened.token.readInfo();
    }
    case "login":
      return await requireOpened().token.login(message.request.fit);
    case "provision":
      return await requireOpened().token.provision(requireOpened().profile, message.request);
    case "unlock":
      return await requireOpened().token.unlock();
    case "generate":
      return await generateKey(requireOpened().token.session, requireOpened().profile, message.request);
    case "keys":
      return surveyKeys(requireOpened().token.session);
    case "certificates":
      return requireOpened().token.look(readCertificates);
    case "find":
      return findKey(requireOpened().token.session, message.request.label, message.request.scheme);
    case "sign":
      return await signPayload(requireOpened().token.session, message.request);
    case "transport":
      return await makeTransportKey(requireOpened().token.session, message.request.label);
    case "wrap":
      return wrapKey(requireOpened().token.session, message.request);
    case "unwrap":
      return await unwrapKey(requireOpened().token.session, message.request);
    case "destroy": {
      const { label, id } = message.request;
      return { destroyed: destroyKey(requireOpened().token.session, label, Buffer.from(id, "hex")) };
    }
    case "sweep":
      return { destroyed: destroyUnderLabel(requireOpened().token.session, message.request.label) };
    case "close":
      opened?.token.close();
      return null;
    default:
      return message satisfies never;
  }
}

function requireOpened() {
  if (opened === null) throw new TokenFailure({ situation: "token/closed", found: "none" });
  return opened;
}

/** After a login that failed the token says how many tries are left, where it still can. */
function reportFailure(message: CallMessage, failure: Failure): void {
  if (failure.situation.startsWith("pin/")) {
    try {
      const info = requireOpened().token.readInfo();
      send({ kind: "token", info });
    } catch (error) {
      if (!(error instanceof TokenFailure)) throw error;
    }
  }
  send({ kind: "failed", id: message.id, failure });
}

function ask(request: PinRequest): Promise<PinReply> {
  return new Promise((resolve) => {
    awaitingPin = resolve;
    send({ kind: "ask-pin", request });
  });
}

function entered(): void {
  send({ kind: "pin-read" });
}

function takePinReply(reply: PinReply): void {
  const resolve = awaitingPin;
  awaitingPin = null;
  resolve?.(reply);
}

function send(message: FromChild, sent?: () => void): void {
  writeMessage(parent, message, sent);
}

/** Where, not what: an error's message could quote anything. */
function framesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 6)
    .join("\n")
    .slice(0, 2000);
}

/** The parent has set the limit to 0 already; where a pipe takes the dump regardless, it shall hold no memory. */
function keepMemoryOutOfCoreDumps(): void {
  try {
    writeFileSync("/proc/self/coredump_filter", "0x00");
  } catch (error) {
    // Only Linux has it, and a restricted /proc may be read-only.
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

start();
