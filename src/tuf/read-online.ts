/** The fields of snapshot.json and timestamp.json (TUF specification 1.0.34 §4.4 and §4.6), which online keys sign. */

import { isHashes, isLength } from "./file-description.ts";
import { isObject } from "./json.ts";
import { describe, type Observer, pointTo } from "./observer.ts";
import type { JsonObject, JsonValue } from "./types.ts";

const WHERE = "/signed/meta";

export function readOnline(kind: "snapshot" | "timestamp", signed: JsonObject, observer: Observer): void {
  const meta = signed.get("meta");
  if (!isObject(meta)) {
    observer.observe("meta/shape", WHERE, describe(meta));
    return;
  }
  for (const [name, described] of meta) checkDescribed(described, pointTo(WHERE, name), observer);
  if (kind === "timestamp" && (meta.size !== 1 || !meta.has("snapshot.json"))) {
    observer.observe("meta/shape", WHERE, `${meta.size} files, not snapshot.json alone`);
  }
}

/** Length and hashes are optional here. */
function checkDescribed(described: JsonValue, where: string, observer: Observer): void {
  const version = isObject(described) ? described.get("version") : undefined;
  if (!isObject(described) || typeof version !== "number" || version < 1) {
    observer.observe(
      "meta/shape",
      where,
      isObject(described) ? `version ${describe(version)}` : describe(described),
    );
    return;
  }
  const [length, hashes] = [described.get("length"), described.get("hashes")];
  const isLengthGood = length === undefined || isLength(length);
  const areHashesGood = hashes === undefined || isHashes(hashes);
  if (isLengthGood && areHashesGood) return;
  observer.observe("meta/shape", where, `length ${describe(length)}, hashes ${describe(hashes)}`);
}
