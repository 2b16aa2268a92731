/** Whether the hash bins of a document share out all paths, each to one bin (TUF specification 1.0.34 §4.5; PEP 458). */

import type { DelegatedRole } from "./documents.ts";
import { describe, type Observer } from "./observer.ts";

/** Only where there are bins; a delegation by paths says nothing about them. Linear but for one sort. */
export function checkBins(roles: readonly DelegatedRole[], where: string, observer: Observer): void {
  const claims = roles.flatMap((role) =>
    (role.pathHashPrefixes ?? [])
      .filter((prefix) => /^[0-9a-f]{1,64}$/.test(prefix))
      .map((prefix) => ({ prefix, name: role.name })),
  );
  if (claims.length === 0) return;
  claims.sort((a, b) => (a.prefix < b.prefix ? -1 : a.prefix > b.prefix ? 1 : 0));

  let outer = { prefix: "-", name: "" };
  let covered = 0n; // in units of one full-length hash
  for (const claim of claims) {
    if (claim.prefix.startsWith(outer.prefix)) {
      const found = `${describe(claim.prefix)} of ${describe(claim.name)} is in ${describe(outer.prefix)} of ${describe(outer.name)}`;
      observer.observe("delegation/bins-overlap", where, found);
      continue;
    }
    outer = claim;
    covered += 1n << BigInt(4 * (64 - claim.prefix.length));
  }
  const all = 1n << 256n;
  if (covered !== all) {
    const permille = Number(((all - covered) * 1000n) / all) / 10;
    observer.observe("delegation/bins-gap", where, `about ${permille} % of all paths in no bin`);
  }
}
