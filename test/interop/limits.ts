/** Which limits of a client a root runs into, by the table that docs/clients.md prints (src/tuf/client-table.ts). */
import type { ChainStep } from "../../src/tuf/chain.ts";
import { LIMITS, type Limit, type LimitId } from "../../src/tuf/client-table.ts";
import type { RootDocument } from "../../src/tuf/documents.ts";
import type { ThresholdResult } from "../../src/tuf/threshold.ts";
import type { PeerName } from "./peer-table.ts";

/** Peers look at sizes only where they are a client that downloads. */
const OF_DOWNLOADS: ReadonlySet<LimitId> = new Set(["client/size", "client/tough-size"]);

/** The limits for which this client refuses a step that we accept; empty: it should accept it. */
export function limitsOf(client: PeerName, step: ChainStep): readonly LimitId[] {
  return LIMITS.filter(
    (limit) => hasClient(limit, client) && !OF_DOWNLOADS.has(limit.id) && refuses(limit, step),
  ).map(({ id }) => id);
}

function hasClient({ clients }: Limit, client: PeerName): boolean {
  return clients.includes(client);
}

function refuses(limit: Limit, { document, trustedBefore, own, previous }: ChainStep): boolean {
  if (document.kind !== "root") return false;
  if ("find" in limit) return limit.effect === "refuses-document" && limit.find(document).length > 0;
  const authorities: readonly (readonly [RootDocument, ThresholdResult | null])[] =
    trustedBefore === null
      ? [[document, own]]
      : [
          [document, own],
          [trustedBefore, previous],
        ];
  return authorities.some(([authority, count]) =>
    limit.effect === "refuses-role"
      ? keyidsOf(authority).some((keyid) => limit.isUnread(authority.keys.get(keyid), keyid))
      : count !== null &&
        count.signers.filter(({ keyid }) => !limit.isUnread(authority.keys.get(keyid), keyid)).length <
          count.threshold,
  );
}

function keyidsOf(root: RootDocument) {
  return root.roles.get("root")?.keyids ?? [];
}
