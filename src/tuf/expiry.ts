/**
 * Expiry dates as others write them (TUF specification 1.0.34 §4.2; RFC 3339 for what older roots have).
 *
 * A date that can't be read is never a date in the future: reading gives null, and whoever gets null refuses.
 */

import { isUtcSecond, secondsOf, type UtcSecond } from "./types.ts";

export interface Expiry {
  /** As written. */
  readonly text: string;
  /** Whole seconds since 1970-01-01T00:00:00Z. A fraction is cut off, so that it never expires later than written. */
  readonly seconds: number;
  /** Written exactly `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly isExact: boolean;
}

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,18})?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** Null where it is no existing instant: month 13, February 30, hour 24, a leap second, no zone. */
export function readExpiry(text: string): Expiry | null {
  const match = RFC_3339.exec(text);
  const local = `${match?.[1]}Z`;
  if (match === null || !isUtcSecond(local)) return null;
  const offset = (Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0)) * 60;
  const seconds = secondsOf(local) + (match[2] === "-" ? offset : -offset);
  return { text, seconds, isExact: isUtcSecond(text) };
}

/** A document has expired from the very second on that it names (§5.3.10: expiry must be later than the start). */
export function isExpired(expiry: Expiry, at: UtcSecond): boolean {
  return secondsOf(at) >= expiry.seconds;
}
