/**
 * The enrolment file of a key that is kept elsewhere: its public key, and a proof that its holder has the private one.
 *
 * JSON of exactly these members: `type`, `ceremony`, `key`, `holder`, `publicKey` (a TUF key object in our spelling) and
 * `proof` (lower-case hex, over `possessionMessage`). Ceremony and key are signed over, so that an enrolment can't be
 * carried over to another ceremony. Whoever wrote the file controls all of it.
 */
import { CeremonyError } from "../errors.ts";
import { acceptSignature } from "../tuf/accept-signature.ts";
import { isObject, object, tryParseJson } from "../tuf/json.ts";
import { keyObject, parseKeyObject } from "../tuf/keys.ts";
import { strictPublicKey } from "../tuf/public-keys.ts";
import { quote } from "../tuf/quote.ts";
import { serializeJson } from "../tuf/serialize.ts";
import type { PublicKey } from "../tuf/types.ts";
import { possessionMessage } from "./possession.ts";
import type { KeyName, PersonId } from "./script.ts";

export const ENROLMENT_TYPE = "tuf-ceremony enrolment v1";
const MEMBERS = ["type", "ceremony", "key", "holder", "publicKey", "proof"];
const MAX_BYTES = 64 * 1024;

export interface EnrolmentFor {
  readonly ceremony: string;
  readonly key: KeyName;
  readonly holder: PersonId;
}

export type EnrolmentRead =
  | { readonly ok: true; readonly publicKey: PublicKey }
  /** What is wrong with it; other people's text is quoted. */
  | { readonly ok: false; readonly found: string };

/** The proof is verified by two implementations that share no code. */
export function readEnrolment(bytes: Uint8Array, wanted: EnrolmentFor): EnrolmentRead {
  const parsed = tryParseJson(bytes, { maxBytes: MAX_BYTES, maxDepth: 4 });
  if (!parsed.ok) return refuse(parsed.problem.found);
  const file = parsed.value;
  if (!isObject(file)) return refuse("no JSON object");
  const stray = [...file.keys()].find((name) => !MEMBERS.includes(name));
  if (stray !== undefined) return refuse(`an unknown member ${quote(stray)}`);
  const expected = {
    type: ENROLMENT_TYPE,
    ceremony: wanted.ceremony,
    key: wanted.key,
    holder: wanted.holder,
  };
  for (const [name, value] of Object.entries(expected)) {
    const found = file.get(name);
    if (found !== value) {
      return refuse(
        `${name} ${typeof found === "string" ? quote(found) : "missing"} instead of ${quote(value)}`,
      );
    }
  }
  const publicKey = readPublicKey(file.get("publicKey") ?? null);
  if (typeof publicKey === "string") return refuse(publicKey);
  const proof = file.get("proof");
  if (typeof proof !== "string") return refuse("no proof");
  const message = possessionMessage(wanted.ceremony, wanted.key);
  const { ok } = acceptSignature(parseKeyObject(keyObject(publicKey)), message, proof);
  return ok ? { ok: true, publicKey } : refuse("a proof that the key did not make for this ceremony and key");
}

/** The file's bytes; the proof is made by the key's own store. */
export function writeEnrolment(what: EnrolmentFor, publicKey: PublicKey, proof: string): Uint8Array {
  return serializeJson(
    object([
      ["type", ENROLMENT_TYPE],
      ["ceremony", what.ceremony],
      ["key", what.key],
      ["holder", what.holder],
      ["publicKey", keyObject(publicKey)],
      ["proof", proof],
    ]),
    "indented",
  );
}

function readPublicKey(value: Parameters<typeof strictPublicKey>[0]): PublicKey | string {
  try {
    return strictPublicKey(value);
  } catch (error) {
    const codes = ["key/not-our-spelling", "key/unfit"];
    if (error instanceof CeremonyError && codes.includes(error.code)) return error.found;
    throw error;
  }
}

function refuse(found: string): EnrolmentRead {
  return { ok: false, found };
}
