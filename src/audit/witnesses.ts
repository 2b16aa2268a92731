/**
 * Witnesses' signatures over a head (docs/formats.md, "Witnesses"): SSH signatures as `ssh-keygen -Y sign` makes them,
 * in `witnesses/<person>-<first 8 digits of the head>.sig`.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Person, PersonId, Script } from "../ceremony/script.ts";
import { verifySshSignature } from "../ceremony/ssh-signature.ts";
import type { CeremonyFolder } from "../live/ceremony-folder.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { decodeUtf8 } from "../tuf/utf8.ts";
import type { AuditProblem } from "./audit-problem.ts";

export const WITNESSES = "witnesses";
export const HEAD_NAMESPACE = "tuf-ceremony-head";

/** An RSA key of 16,384 bits signs in 6 kB. */
const MAX_SIGNATURE_BYTES = 32_768;

export interface WitnessVerdict {
  readonly person: PersonId;
  /** The newest head of a seal that this witness signed; null: none. */
  readonly head: Sha256Hex | null;
}

/** What a witness signs: the head in hex and one line feed, so that `ssh-keygen -Y sign` can be given it by hand. */
export function witnessedMessage(head: Sha256Hex): Uint8Array {
  return new TextEncoder().encode(`${head}\n`);
}

export function checkWitnesses(
  folder: CeremonyFolder,
  script: Script,
  heads: ReadonlySet<Sha256Hex>,
  problems: AuditProblem[],
): readonly WitnessVerdict[] {
  const witnesses = [...script.people.values()].filter(({ signsWith }) => signsWith !== undefined);
  const signed = new Map<PersonId, Sha256Hex>();
  for (const path of folder.list().filter((name) => name.startsWith(`${WITNESSES}/`))) {
    const found = findSigned(folder, path, witnesses, heads);
    if (found === null) {
      problems.push({
        code: "audit/witness",
        where: path,
        expected: "a signature of a witness of the script over a head of this transcript",
        found: "something else",
      });
    } else if (isNewer(found.head, signed.get(found.person), heads)) signed.set(found.person, found.head);
  }
  return witnesses.map(({ id }) => ({ person: id, head: signed.get(id) ?? null }));
}

/** Heads are in the order of their seals. */
function isNewer(head: Sha256Hex, than: Sha256Hex | undefined, heads: ReadonlySet<Sha256Hex>): boolean {
  const order = [...heads];
  return than === undefined || order.indexOf(head) > order.indexOf(than);
}

function findSigned(
  folder: CeremonyFolder,
  path: string,
  witnesses: readonly Person[],
  heads: ReadonlySet<Sha256Hex>,
): { readonly person: PersonId; readonly head: Sha256Hex } | null {
  for (const { id, signsWith } of witnesses) {
    for (const head of heads) {
      if (path !== `${WITNESSES}/${id}-${head.slice(0, 8)}.sig` || signsWith === undefined) continue;
      // A link or a pipe is not followed: what it leads to is not in the folder.
      const status = lstatSync(join(folder.root, path));
      if (!status.isFile() || status.size > MAX_SIGNATURE_BYTES) return null;
      const armored = decodeUtf8(folder.read(path));
      if (armored === null) return null;
      const isValid = verifySshSignature(armored, signsWith, HEAD_NAMESPACE, witnessedMessage(head));
      return isValid ? { person: id, head } : null;
    }
  }
  return null;
}
