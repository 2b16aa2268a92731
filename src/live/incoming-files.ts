/** Signature files that were handed to a session, found by what they say they are for. Each is handed on once. */
import { isObject, tryParseJson } from "../tuf/json.ts";
import type { Incoming } from "./performer.ts";

export interface IncomingFiles extends Incoming {
  /** Those that nobody has asked for so far, as indexes of `texts`. */
  readonly left: () => readonly number[];
}

/** A file that is no signature file at all is handed to whoever asks first, so that its refusal is recorded. */
export function incomingFiles(texts: readonly string[]): IncomingFiles {
  const left = [...texts.entries()];
  return {
    async find({ role, key }) {
      const index = left.findIndex(([, text]) => isFor(text, role, key));
      const [found] = index === -1 ? [] : left.splice(index, 1);
      return found?.[1] ?? null;
    },
    left: () => left.map(([index]) => index),
  };
}

function isFor(text: string, role: string, key: string): boolean {
  const parsed = tryParseJson(new TextEncoder().encode(text));
  if (!parsed.ok || !isObject(parsed.value)) return true;
  return parsed.value.get("role") === role && parsed.value.get("key") === key;
}
