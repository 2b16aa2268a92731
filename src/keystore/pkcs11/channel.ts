/**
 * Messages over a stream: one line of JSON each.
 *
 * Not Node's own channel between processes: a library that writes rubbish into that would throw in the middle of the
 * parent, where nobody can catch it. Here rubbish is `null`.
 */
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";

/** Calls `take` with every message, and with null, then no more, for what is no JSON or longer than `maxBytes`. */
export function readMessages(stream: Duplex, maxBytes: number, take: (message: unknown) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  let broken = false;
  const giveUp = () => {
    broken = true;
    parts = [];
    take(null);
  };
  stream.on("data", (chunk: Buffer) => {
    let rest = chunk;
    while (!broken) {
      const end = rest.indexOf(0x0a);
      const part = end === -1 ? rest : rest.subarray(0, end);
      parts.push(part);
      length += part.length;
      if (length > maxBytes) return giveUp();
      if (end === -1) return;
      const message = parse(Buffer.concat(parts).toString("utf8"));
      if (message === undefined) return giveUp();
      [parts, length, rest] = [[], 0, rest.subarray(end + 1)];
      take(message);
    }
  });
}

export function writeMessage(stream: Duplex, message: object, written?: () => void): void {
  stream.write(`${JSON.stringify(message)}\n`, () => written?.());
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
