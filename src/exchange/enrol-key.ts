/**
 * Enrolling a key that is kept elsewhere: it is made on two media of its holder or in their
 * token (or is there already), proves possession,
 * and its public part goes into a file that the script will pin.
 */
import { dirname } from "node:path";
import { sha256Hex } from "../ceremony/composer.ts";
import { readEnrolment, writeEnrolment } from "../ceremony/enrolment.ts";
import { possessionMessage } from "../ceremony/possession.ts";
import { CeremonyError } from "../errors.ts";
import { openAgeStore, proveWithAgeFile } from "../keystore/age-file.ts";
import { SCRYPT_WORK_FACTOR } from "../keystore/age-seal.ts";
import type { GeneratedKey } from "../keystore/keystore.ts";
import { readBack, realFolder, writeDurably } from "../machine/media.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import type { KeyId, Scheme, Sha256Hex } from "../tuf/types.ts";
import { ENTRY_LINES, type HolderToken, withToken } from "./holder-key.ts";
import type { HolderTerminal } from "./holder-terminal.ts";
import { requireAbsent } from "./own-file.ts";

export type EnrolmentPlace =
  | { readonly kind: "media"; readonly media: readonly [string, string] }
  /** An age file that exists: nothing is made. */
  | { readonly kind: "existing"; readonly path: string }
  | { readonly kind: "token"; readonly token: HolderToken };

export interface EnrolmentOrder {
  readonly ceremony: string;
  readonly key: string;
  readonly holder: string;
  readonly scheme: Scheme;
  readonly place: EnrolmentPlace;
  /** The enrolment file; must not exist. */
  readonly out: string;
}

export interface Enrolled {
  readonly path: string;
  /** Of the file: what the script pins. */
  readonly sha256: Sha256Hex;
  readonly keyid: KeyId;
  /** What the store says of the key. */
  readonly attributes: GeneratedKey["attributes"];
}

/** Throws `exchange/exists`, `enrol/not-accepted`, and what keys and media throw. */
export async function enrolKey(order: EnrolmentOrder, terminal: HolderTerminal): Promise<Enrolled> {
  const { ceremony, key, out } = order;
  await realFolder(dirname(out)); // a key must not be made for nothing
  await requireAbsent(out);
  const made = await makeKey(order, possessionMessage(ceremony, key), terminal);
  const file = writeEnrolment(order, made.publicKey, made.proof);
  const read = readEnrolment(file, order);
  if (!read.ok) throw notAccepted(read.found);
  const sha256 = sha256Hex(file);
  await writeDurably(out, file, 0o644);
  await readBack(out, sha256);
  return { path: out, sha256, keyid: keyIdOf(keyObject(read.publicKey)), attributes: made.attributes };
}

async function makeKey(
  { ceremony, key, scheme, place }: EnrolmentOrder,
  possession: Uint8Array,
  terminal: HolderTerminal,
): Promise<ProvenKey> {
  const passphrase = { kind: "terminal", terminal: terminal.lent } as const;
  if (place.kind === "existing") {
    const asked = { path: place.path, key, scheme, possession, passphrase };
    const prove = () => proveWithAgeFile(asked);
    return { ...(await terminal.lend(`The passphrase of ${key}`, ENTRY_LINES, prove)), attributes: {} };
  }
  const request = { key, scheme, label: `${ceremony} ${key}` };
  if (place.kind === "token") {
    return await withToken(key, place.token, terminal, (bench) => bench.generate(request, possession));
  }
  const store = openAgeStore({
    ceremony,
    ceremonyFolder: null,
    media: place.media,
    passphrase,
    workFactor: SCRYPT_WORK_FACTOR,
    unfinished: new Set(),
  });
  return await terminal.lend(`A new passphrase for ${key}`, NEW_PASSPHRASE_LINES, () =>
    store.generate(request, possession),
  );
}

type ProvenKey = Pick<GeneratedKey, "publicKey" | "proof" | "attributes">;

const NEW_PASSPHRASE_LINES: readonly string[] = [
  "Five random words, written down and kept apart from the two media.",
  "Nothing that you type is shown. It is asked for twice; then the key is made,",
  "written to both media, read back and tried. This takes a few seconds.",
];

function notAccepted(found: string): CeremonyError {
  return new CeremonyError({
    code: "enrol/not-accepted",
    exit: "device",
    expected: "an enrolment that the planner accepts, with a proof that two implementations find valid",
    found,
    remedy: "Don't use this key: make another one, on another machine or device if it happens twice.",
  });
}
