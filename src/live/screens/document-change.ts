/** What a document changes, computed from the very bytes that are going to be signed, and whose keys are whose. */
import { documentKeys } from "../../ceremony/compose-document.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import { describeChanges } from "../../report/diff-text.ts";
import { shortKeyId } from "../../report/lines.ts";
import { pairLines, wrapLines } from "../../terminal/panel.ts";
import { diffDocuments } from "../../tuf/diff.ts";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
import { readDocument } from "../../tuf/read-document.ts";
import { serializeDocument } from "../../tuf/serialize.ts";
import type { JsonObject, Sha256Hex } from "../../tuf/types.ts";
import { keyTitle } from "./screen-context.ts";

/** Blocks of a screen. Throws where the composed document is not the one of the digest: that would be our mistake. */
export function documentChange(
  state: CeremonyState,
  role: string,
  sha256: Sha256Hex,
): readonly (readonly string[])[] {
  const document = state.composer.latest(role);
  if (document?.sha256 !== sha256)
    throw new TypeError(`the document on the screen is not the ${role} to be signed`);
  const previous = state.plan.previous.get(role);
  const before =
    previous === undefined ? null : read(state.rehearsal ? asRehearsal(previous.signed) : previous.signed);
  const changes = describeChanges(diffDocuments(before, read(document.signed)), true);
  const heading =
    previous === undefined ? "What it says:" : `What it changes since version ${previous.version}:`;
  const whose = pairLines(legend(state, role));
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

/** Short keyids of the document's keys, with their names in the script. A one-time key gets its own once it has ended. */
function legend(state: CeremonyState, role: string): readonly (readonly [string, string])[] {
  const known = state.publicKeys();
  const leaving = previousSigners(state, role).filter((name) => known.has(name));
  return [...new Set([...documentKeys(state.plan, role), ...leaving])].map(
    (name): readonly [string, string] => {
      const key = known.get(name);
      return key === undefined
        ? ["new", `${name}, a one-time key that was made just now`]
        : [shortKeyId(keyIdOf(keyObject(key))), keyTitle(state, name)];
    },
  );
}

/** Keys of the previous root, which sign the next one: also those that leave it. */
function previousSigners({ plan }: CeremonyState, role: string): readonly string[] {
  const gates = plan.documents.find((document) => document.role === role)?.gates ?? [];
  return gates
    .filter(({ authority }) => authority === "previous-root")
    .flatMap(({ keys }) => keys.flatMap(({ name }) => (name === null ? [] : [name])));
}
