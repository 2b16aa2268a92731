/**
 * What timestamp says of snapshot, and snapshot of targets and delegated roles: which version clients are to read, and
 * where it says so how long it is and what its hashes are (TUF specification 1.0.34 §5.5.2, §5.5.4, §5.6.2, §5.6.4).
 */

import { createHash } from "node:crypto";
import type { ReadableDocument, ReadDocument } from "./documents.ts";
import { isObject } from "./json.ts";
import { describe } from "./observer.ts";
import type { Observation } from "./rules.ts";
import type { JsonObject } from "./types.ts";

/** Other algorithms are allowed, and not looked at. */
const ALGORITHMS = ["sha256", "sha512"] as const;

/** The role whose document lists that of `name`; null where none does. */
export function listingRoleOf(name: string): "timestamp" | "snapshot" | null {
  if (name === "root" || name === "timestamp") return null;
  return name === "snapshot" ? "timestamp" : "snapshot";
}

/**
 * `listing`: the document of `listingRoleOf(name)`.
 * @param bytes the file; null where it is not at hand: then its length and hashes are not looked at
 */
export function observeListing(
  name: string,
  document: ReadableDocument,
  bytes: Uint8Array | null,
  listing: ReadDocument,
): readonly Observation[] {
  if (listing.kind === "unreadable") return [];
  const meta = listing.signed.get("meta");
  const described = isObject(meta) ? meta.get(`${name}.json`) : undefined;
  if (!isObject(described)) {
    return [{ rule: "trust/not-listed", where: "", found: `no ${describe(`${name}.json`)}` }];
  }
  const observed: Observation[] = [];
  const version = described.get("version");
  if (version !== document.version) {
    const found = `version ${document.version}, listed is ${describe(version)}`;
    observed.push({ rule: "trust/listed-version", where: "/signed/version", found });
  }
  if (observed.length > 0 || bytes === null) return observed;
  return observeContent(described, bytes);
}

function observeContent(described: JsonObject, bytes: Uint8Array): readonly Observation[] {
  const length = described.get("length");
  const hashes = described.get("hashes");
  const wrong = [
    ...(length === undefined || length === bytes.length
      ? []
      : [`${bytes.length} bytes, not ${describe(length)}`]),
    ...ALGORITHMS.filter((algorithm) => {
      const expected = isObject(hashes) ? hashes.get(algorithm) : undefined;
      if (typeof expected !== "string") return false;
      return expected.toLowerCase() !== createHash(algorithm).update(bytes).digest("hex");
    }).map((algorithm) => `another ${algorithm}`),
  ];
  return wrong.map((found) => ({ rule: "trust/listed-content", where: "", found }));
}
