/**
 * The machine file: what depends on the machine at hand and not on the ceremony (docs/administrator.md, "The machine file").
 *
 *     modules:
 *       softhsm: { module: /usr/lib/softhsm/libsofthsm2.so, env: { SOFTHSM2_CONF: /run/ceremony/softhsm2.conf } }
 *       yubihsm2: { module: /usr/lib/x86_64-linux-gnu/pkcs11/yubihsm_pkcs11.so, init: "connector=yhusb://" }
 *     media:
 *       grace: [/media/grace-1, /media/grace-2]
 *     attestations: /media/admin/attestations
 *
 * Modules by the name that a script's `device:` uses; media by the holder's id; certificates in a folder with the name of
 * the key, or beside these folders where they are for all. PINs are never in it.
 */
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import * as z from "zod";
import { nearest } from "../ceremony/nearest.ts";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";
import type { Sha256Hex } from "../tuf/types.ts";

export interface MachineModule {
  readonly module: string;
  readonly initString: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface MachineFile {
  readonly modules: ReadonlyMap<string, MachineModule>;
  /** Two folders on two media of each holder who keeps a key in a file. */
  readonly media: ReadonlyMap<string, readonly [string, string]>;
  /** A folder with a folder of certificates for each key that a device attests by files. */
  readonly attestations?: string | undefined;
}

/** SHA-256 of modules that a script pins, by device. */
export type PinnedModules = ReadonlyMap<string, Sha256Hex>;

export const EMPTY_MACHINE: MachineFile = { modules: new Map(), media: new Map(), attestations: undefined };

const absolute = z.string().startsWith("/", "an absolute path");
const shape = z.strictObject({
  modules: z
    .record(
      z.string(),
      z.strictObject({
        module: absolute,
        init: z.string().optional(),
        env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).optional(),
      }),
    )
    .optional(),
  media: z.record(z.string(), z.tuple([absolute, absolute])).optional(),
  attestations: absolute.optional(),
});

/** Throws `machine/unreadable`, `machine/not-yaml`, `machine/shape` (every mistake at once). */
export function readMachineFile(path: string): MachineFile {
  const checked = shape.safeParse(parseYaml(path) ?? {});
  if (!checked.success) {
    throw refuse("shape", path, checked.error.issues.map(describeMistake).join("; "));
  }
  const { modules = {}, media = {}, attestations } = checked.data;
  return {
    modules: new Map(
      Object.entries(modules).map(([name, { module, init, env = {} }]) => [
        name,
        { module, initString: init, env },
      ]),
    ),
    media: new Map(Object.entries(media)),
    attestations,
  };
}

/** In words of our own: the library speaks of arrays and keys. */
function describeMistake(issue: z.core.$ZodIssue): string {
  const place = issue.path.length === 0 ? "the whole file" : issue.path.join(".");
  return `${place}: ${whatIsWrong(issue)}`;
}

function whatIsWrong(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((name) => `no field is called ${name}${meantBy(name)}`).join(", ");
    case "too_small":
    case "too_big":
      return "two folders on two media, as [/media/grace-1, /media/grace-2]";
    case "invalid_key":
      return "the name of a variable: letters, digits and _";
    case "invalid_type":
      return WANTED.get(issue.expected) ?? issue.message;
    default:
      return issue.message;
  }
}

const WANTED: ReadonlyMap<string, string> = new Map([
  ["object", "fields (name: value)"],
  ["record", "fields (name: value)"],
  ["tuple", "two folders on two media, as [/media/grace-1, /media/grace-2]"],
  ["string", "a text is wanted; in quotes, where it looks like a number"],
]);

function meantBy(name: string): string {
  const meant = nearest(name, ["modules", "media", "attestations", "module", "init", "env"]);
  return meant === null ? "" : ` (did you mean ${meant}?)`;
}

function parseYaml(path: string): unknown {
  const document = parseDocument(readText(path), { version: "1.2", schema: "core", uniqueKeys: true });
  const broken = document.errors.map(({ message }) => message.split("\n", 1)[0]);
  if (broken.length > 0) throw refuse("not-yaml", path, broken.join("; "));
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    // With no alias allowed, that is how the parser speaks of one.
    if (error instanceof ReferenceError)
      throw refuse("not-yaml", path, "an alias, or an anchor that is not there");
    throw error;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) throw refuse("unreadable", path, String(error.code));
    throw error;
  }
}

function refuse(code: string, path: string, found: string): CeremonyError {
  return new CeremonyError({
    code: `machine/${code}`,
    exit: "usage",
    expected: "a machine file: `modules` by device, `media` by holder, `attestations`",
    found: `${quote(path, 200)}: ${quote(found, 400)}`,
    remedy: "See `tuf-ceremony run --help` for an example.",
  });
}
