/** What a new PIN must not be. The PIN is bytes here, and nothing of it is in the answer. */
import { Buffer } from "node:buffer";
import type { PinRefusal } from "./protocol.ts";

/** Whatever a token allows, a new PIN has at least so many bytes. */
export const SHORTEST_NEW_PIN = 6;
/** The longest entry that is read at all. */
export const LONGEST_PIN = 255;

/** What the devices are delivered with, and what everybody tries first. */
const FACTORY_DEFAULTS: readonly string[] = [
  "0001password",
  "12345678",
  "123456",
  "1234567890",
  "87654321",
  "648219",
  "3537363231383830",
  "57621880",
  "password",
  "changeme",
  "secret",
  "qwerty",
];

export interface PinLimits {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** The token's own limits where they make sense (some report nonsense), and never less than `shortest`. */
export function limitPin(token: { minPinBytes: number; maxPinBytes: number }, shortest: number): PinLimits {
  const makesSense = token.maxPinBytes >= Math.max(token.minPinBytes, 1) && token.maxPinBytes <= LONGEST_PIN;
  const maxBytes = makesSense ? token.maxPinBytes : LONGEST_PIN;
  return { minBytes: Math.min(Math.max(makesSense ? token.minPinBytes : 1, shortest), maxBytes), maxBytes };
}

/** Null: fit for use. */
export function judgeNewPin(pin: Uint8Array, limits: PinLimits): PinRefusal | null {
  if (pin.length < limits.minBytes) return "too-short";
  if (pin.length > limits.maxBytes) return "too-long";
  if (FACTORY_DEFAULTS.some((known) => Buffer.from(known).equals(pin))) return "factory-default";
  if (new Set(pin).size < 3 || isRun(pin, 1) || isRun(pin, -1)) return "too-simple";
  return null;
}

/** Each byte one more (or less) than the one before; after 9 comes 0. */
function isRun(pin: Uint8Array, step: 1 | -1): boolean {
  return pin.every((byte, index) => {
    const previous = pin[index - 1];
    return previous === undefined || byte - previous === step || byte - previous === step * -9;
  });
}
