/** `roles:` of a script: the four of root, and those that targets delegates to. */
import type { HashBins, RoleName, ScriptRole } from "./script.ts";
import {
  booleanOf,
  checkName,
  integerOf,
  listOf,
  nameOf,
  type Read,
  type ScriptReader,
  textOf,
  utcSecond,
} from "./script-fields.ts";
import type { YamlNode } from "./script-yaml.ts";

const FIELDS = ["keys", "threshold", "expires", "delegates", "paths", "terminating", "hash_bins"];
const BINS_FIELDS = ["count", "name", "keys", "threshold", "succinct"];
const MAX_KEYS = 64;
const MAX_BINS = 16_384;

const keyNames = listOf("keys", nameOf("the name of a key"), 1, MAX_KEYS);
const threshold = integerOf("a threshold", 1, MAX_KEYS);

export interface RolesRead {
  readonly roles: ReadonlyMap<RoleName, ScriptRole>;
  /** Also those with a mistake in them: who refers to them is not wrong. */
  readonly declared: ReadonlySet<RoleName>;
}

export function readRoles(reader: ScriptReader, node: YamlNode, path: string): RolesRead | null {
  const entries = reader.entries(node, path, "roles");
  if (entries === null) return null;
  const roles = new Map<RoleName, ScriptRole>();
  for (const [name, { place, value }] of entries) {
    const isNamed = checkName(reader, name, place, "the name of a role");
    const role = readRole(reader, value, `${path}.${name}`, name);
    if (isNamed && role !== null) roles.set(name, role);
  }
  return { roles, declared: new Set(entries.keys()) };
}

function readRole(reader: ScriptReader, node: YamlNode, path: string, name: RoleName): ScriptRole | null {
  const fields = reader.fields(node, path, FIELDS, "a role");
  if (fields === null) return null;
  const keys = fields.required("keys", keyNames);
  const needed = fields.required("threshold", threshold);
  const expires = fields.optional("expires", utcSecond, undefined);
  const delegates = fields.optional("delegates", listOf("delegates", nameOf("the name of a role")), []);
  const paths = fields.optional("paths", listOf("paths", pathPattern, 1, 1000), []);
  const terminating = fields.optional("terminating", booleanOf("terminating"), false);
  const hashBins = fields.optional("hash_bins", readHashBins, undefined);
  if (keys === null || needed === null || expires === null || delegates === null) return null;
  if (paths === null || terminating === null || hashBins === null) return null;
  return {
    name,
    keys,
    threshold: needed,
    ...(expires === undefined ? {} : { expires }),
    delegates,
    paths,
    terminating,
    ...(hashBins === undefined ? {} : { hashBins }),
  };
}

/** Printable ASCII without spaces: there all canonical encoders agree. */
const pathPattern: Read<string> = (reader, node, path) => {
  const text = textOf("a path pattern", 200)(reader, node, path);
  if (text === null) return null;
  const isPlain = /^[!-~]+$/.test(text) && !/["\\]/.test(text) && !text.startsWith("/");
  return isPlain
    ? text
    : reader.wrong(node, "a path pattern in printable ASCII without spaces, quotes or a leading slash");
};

const readHashBins: Read<HashBins> = (reader, node, path) => {
  const fields = reader.fields(node, path, BINS_FIELDS, "hash_bins");
  if (fields === null) return null;
  const count = fields.required("count", binCount);
  const name = fields.required("name", nameOf("the name of the bins"));
  const keys = fields.required("keys", keyNames);
  const needed = fields.required("threshold", threshold);
  const succinct = fields.optional("succinct", booleanOf("succinct"), false);
  if (count === null || name === null || keys === null || needed === null || succinct === null) return null;
  return { count, name, keys, threshold: needed, succinct };
};

const binCount: Read<number> = (reader, node, path) => {
  const count = integerOf("a power of two", 2, MAX_BINS)(reader, node, path);
  if (count === null) return null;
  return (count & (count - 1)) === 0 ? count : reader.wrong(node, `a power of two from 2 to ${MAX_BINS}`);
};
