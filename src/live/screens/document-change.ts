/** What a document changes, computed from the very bytes that are going to be signed, and whose keys are whose. */
import { documentKeys } from "../../ceremony/compose-document.ts";
import type { KeyName } from "../../ceremony/script.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import { describeChanges } from "../../report/diff-text.ts";
import { shortKeyId } from "../../report/lines.ts";
import { pairLines, wrapLines } from "../../terminal/panel.ts";
import { diffDocuments } from "../../tuf/diff.ts";
import type { ReadDocument } from "../../tuf/documents.ts";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
import { readDocument } from "../../tuf/read-document.ts";
import { serializeDocument } from "../../tuf/serialize.ts";
import type { JsonObject, KeyId, Sha256Hex } from "../../tuf/types.ts";
import { keyTitle } from "./screen-context.ts";

/** Blocks of a screen. Throws where the composed document is not the one of the digest: that would be our mistake. */
export function documentChange(
  state: CeremonyState,
  role: string,
  sha256: Sha256Hex,
): readonly (readonly string[])[] {
  const document = state.composer.composed(role, sha256);
  if (document === null) throw new TypeError(`no ${role} of this digest was composed`);
  const previous = state.plan.previous.get(role);
  const before =
    previous === undefined ? null : read(state.rehearsal ? asRehearsal(previous.signed) : previous.signed);
  const after = read(document.signed);
  const changes = describeChanges(diffDocuments(before, after), true);
  const heading =
    previous === undefined ? "What it says:" : `What it changes since version ${previous.version}:`;
  const whose = pairLines(legend(state, role, keyIdsOf(after)));
  return [
    [heading, ...changes.flatMap(bullet)],
    whose.length === 0 ? [] : ["Whose keys these are:", ...whose],
  ];
}

function read(signed: JsonObject): ReturnType<typeof readDocument> {
  return readDocument(serializeDocument(signed, [], "compact"));
}

/** A rehearsal's document has a type of its own; the change is told as it will be on the day. */
function asRehearsal(signed: JsonObject): JsonObject {
  const type = signed.get("_type");
  return typeof type === "string" ? new Map([...signed, ["_type", `rehearsal-${type}`]]) : signed;
}

function bullet(sentence: string): readonly string[] {
  return wrapLines(sentence, 74).map((line, index) => `${index === 0 ? "  - " : "    "}${line}`);
}

/**
 * Short keyids of the document's keys, with their names in the script. One-time keys that have not ended are known by the
 * document only: keys of earlier ones, before an amendment, may still go by their names.
 */
function legend(
  state: CeremonyState,
  role: string,
  keyids: ReadonlySet<KeyId>,
): readonly (readonly [string, string])[] {
  const known = new Map(
    [...state.publicKeys()].map(([name, key]): [KeyName, KeyId] => [name, keyIdOf(keyObject(key))]),
  );
  const leaving = previousSigners(state, role).filter((name) => known.has(name));
  const names = documentKeys(state.plan, role);
  const made = names.filter((name) => !keyids.has(known.get(name) ?? UNKNOWN));
  const owned = new Set(names.map((name) => known.get(name)));
  const [only, ...others] = [...keyids].filter((keyid) => !owned.has(keyid));
  const mark = only !== undefined && others.length === 0 && made.length === 1 ? shortKeyId(only) : "new";
  return [...new Set([...names, ...leaving])].map((name): readonly [string, string] => {
    const keyid = known.get(name);
    return keyid === undefined || made.includes(name)
      ? [mark, `${name}, a one-time key that was made just now`]
      : [shortKeyId(keyid), keyTitle(state, name)];
  });
}

/** No key has it. */
const UNKNOWN = "" as KeyId;

/** Of all keys that the document names. */
function keyIdsOf(document: ReadDocument): ReadonlySet<KeyId> {
  if (document.kind === "root") return new Set(document.keys.keys());
  return new Set(document.kind === "targets" ? document.delegations?.keys.keys() : []);
}

/** Keys of the previous root, which sign the next one: also those that leave it. */
function previousSigners({ plan }: CeremonyState, role: string): readonly string[] {
  const gates = plan.documents.find((document) => document.role === role)?.gates ?? [];
  return gates
    .filter(({ authority }) => authority === "previous-root")
    .flatMap(({ keys }) => keys.flatMap(({ name }) => (name === null ? [] : [name])));
}
