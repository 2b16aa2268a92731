/**
 * The two files of a key's way to a second token: the second one's transport key, and the wrapped key. Both are public;
 * whoever wrote one controls all of it, so a person compares each with their paper. docs/formats-exchange.md
 */
import { Buffer } from "node:buffer";
import * as z from "zod";
import { CeremonyError } from "../errors.ts";
import type { RsaNumbers, WrappedKey } from "../keystore/pkcs11/protocol.ts";
import { isObject, type JsonLimits, object, tryParseJson } from "../tuf/json.ts";
import { keyObject } from "../tuf/keys.ts";
import { strictPublicKey } from "../tuf/public-keys.ts";
import { quote } from "../tuf/quote.ts";
import { serializeJson } from "../tuf/serialize.ts";
import type { JsonValue, PublicKey } from "../tuf/types.ts";

export const TRANSPORT_TYPE = "tuf-ceremony transport key v1";
export const BACKUP_TYPE = "tuf-ceremony key backup v1";
export const MAX_FILE_BYTES = 256 * 1024;
const LIMITS: JsonLimits = { maxBytes: MAX_FILE_BYTES, maxDepth: 5 };
export const MOST_COPIES = 16;

/** CKA_LABEL of the transport key. */
export const TRANSPORT_LABEL = "tuf-ceremony transport";

export interface TransportFile {
  /** Of the second token. */
  readonly token: { readonly label: string; readonly serial: string };
  readonly numbers: RsaNumbers;
}

export interface BackupFile {
  readonly label: string;
  /** CKA_ID, hex. */
  readonly id: string;
  readonly publicKey: PublicKey;
  /** Each is for the token whose transport key has this modulus. */
  readonly copies: readonly (WrappedKey & { readonly modulus: string })[];
}

export function writeTransport({ token, numbers }: TransportFile): Uint8Array {
  return serializeJson(
    object([
      ["type", TRANSPORT_TYPE],
      ["token", object(Object.entries(token))],
      ["modulus", numbers.modulus],
      ["exponent", numbers.exponent],
    ]),
    "indented",
  );
}

export function writeBackup({ label, id, publicKey, copies }: BackupFile): Uint8Array {
  return serializeJson(
    object([
      ["type", BACKUP_TYPE],
      ["label", label],
      ["id", id],
      ["publicKey", keyObject(publicKey)],
      ["copies", copies.map((copy) => object(Object.entries(copy)))],
    ]),
    "indented",
  );
}

const text = z.string().max(64);
const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})+$/)
  .max(8192);
/** 3,072 bits, and 65537. */
const transport = z.strictObject({
  type: z.literal(TRANSPORT_TYPE),
  token: z.strictObject({ label: text, serial: text }),
  modulus: hex.regex(/^[89a-f]/).length(768),
  exponent: z.literal("010001"),
});
const backup = z.strictObject({
  type: z.literal(BACKUP_TYPE),
  label: text.min(1),
  id: hex.max(128),
  publicKey: z.unknown(),
  copies: z
    .array(
      z.strictObject({
        modulus: hex,
        wrapping: z.enum(["AES_KEY_WRAP_PAD", "AES_KEY_WRAP"]),
        wrappedAes: hex,
        wrappedKey: hex,
      }),
    )
    .min(1)
    .max(MOST_COPIES),
});

/** Throws `copy/not-a-transport-key`. */
export function readTransport(bytes: Uint8Array): TransportFile {
  const { value } = parse(bytes, "not-a-transport-key", "a file of tuf-ceremony token transport");
  const read = transport.safeParse(value);
  if (!read.success)
    throw refuse("not-a-transport-key", "a file of tuf-ceremony token transport", describeIssue(read.error));
  const { token, modulus, exponent } = read.data;
  return { token, numbers: { modulus, exponent } };
}

/** Throws `copy/not-a-backup`. */
export function readBackup(bytes: Uint8Array): BackupFile {
  const expected = "a file of tuf-ceremony token backup";
  const { json, value } = parse(bytes, "not-a-backup", expected);
  const read = backup.safeParse(value);
  if (!read.success) throw refuse("not-a-backup", expected, describeIssue(read.error));
  const { label, id, copies } = read.data;
  const key = isObject(json) ? (json.get("publicKey") ?? null) : null;
  try {
    return { label, id, publicKey: strictPublicKey(key), copies };
  } catch (error) {
    if (error instanceof CeremonyError) throw refuse("not-a-backup", expected, error.found);
    throw error;
  }
}

/** Once by the strict parser, which refuses members that come twice, and then as plain objects for the schema. */
function parse(bytes: Uint8Array, code: string, expected: string): { json: JsonValue; value: unknown } {
  const parsed = tryParseJson(bytes, LIMITS);
  if (!parsed.ok) throw refuse(code, expected, parsed.problem.found);
  const plain: unknown = JSON.parse(Buffer.from(serializeJson(parsed.value, "compact")).toString("utf8"));
  return { json: parsed.value, value: plain };
}

function describeIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  return issue === undefined
    ? "another shape"
    : `${issue.path.join(".") || "the file"}: ${quote(issue.message, 120)}`;
}

function refuse(code: string, expected: string, found: string): CeremonyError {
  const remedy = "Take the file that the command wrote, unchanged.";
  return new CeremonyError({ code: `copy/${code}`, exit: "refused", expected, found, remedy });
}
