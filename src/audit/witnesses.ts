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

const NAME = /^(.+)-([0-9a-f]{8})\.sig$/;

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
    const signature = findSigned(folder, path, witnesses, heads);
    if ("wrong" in signature) {
      const expected = "a signature of a witness of the script over a head of this transcript";
      problems.push({ code: "audit/witness", where: path, expected, found: signature.wrong });
    } else if (isNewer(signature.head, signed.get(signature.person), heads)) {
      signed.set(signature.person, signature.head);
    }
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
): { readonly person: PersonId; readonly head: Sha256Hex } | { readonly wrong: string } {
  const [, name, digits = ""] = NAME.exec(path.slice(WITNESSES.length + 1)) ?? [];
  const witness = witnesses.find(({ id }) => id === name);
  if (witness?.signsWith === undefined)
    return { wrong: "a file that is not called <witness>-<8 digits>.sig" };
  const head = [...heads].find((known) => known.startsWith(digits));
  if (head === undefined) return { wrong: "digits in the name that no head of a seal begins with" };
  // A link or a pipe is not followed: what it leads to is not in the folder.
  const status = lstatSync(join(folder.root, path));
  if (!status.isFile()) return { wrong: "no plain file" };
  if (status.size > MAX_SIGNATURE_BYTES) return { wrong: `${status.size} bytes, too many for a signature` };
  const armored = decodeUtf8(folder.read(path));
  if (armored === null) return { wrong: "bytes that are no text" };
  if (verifySshSignature(armored, witness.signsWith, HEAD_NAMESPACE, witnessedMessage(head))) {
    return { person: witness.id, head };
  }
  return { wrong: whyNot(armored, witness.signsWith, head) };
}

/** What witnesses get wrong who did all else right. */
function whyNot(armored: string, signsWith: string, head: Sha256Hex): string {
  const isOver = (message: string, namespace: string) =>
    verifySshSignature(armored, signsWith, namespace, new TextEncoder().encode(message));
  if (isOver(head, HEAD_NAMESPACE)) return "a signature over the head without the line feed behind it";
  if (isOver(`${head}\r\n`, HEAD_NAMESPACE)) return "a signature over the head with CR LF behind it";
  if (isOver(`${head}\n`, "file")) return `one of the namespace "file", not "${HEAD_NAMESPACE}"`;
  return "no valid signature: by another key, over something else, or no SSH signature at all";
}
