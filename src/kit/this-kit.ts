/** The kit that this program runs from, if it runs from one. */
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { locateFile } from "../locate.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { SUMS_FILE } from "./sums.ts";
import { requireWholeKit } from "./verify-kit.ts";

let known: Sha256Hex | null | undefined;

/** As `lookAtThisKit` found it the first time. */
export function digestOfThisKit(): Sha256Hex | null {
  if (known === undefined) known = lookAtThisKit();
  return known;
}

/**
 * Its digest; null: this program does not run from a kit, by a kit's own Node. All of it is read, which takes some tenths of
 * a second. Throws `kit/damaged` where anything in it is not as it was built.
 */
function lookAtThisKit(): Sha256Hex | null {
  const folder = locateFile("..");
  if (
    !existsSync(join(folder, SUMS_FILE)) ||
    realpathSync(process.execPath) !== join(realpathSync(folder), "runtime/node")
  )
    return null;
  return requireWholeKit(folder).digest;
}
