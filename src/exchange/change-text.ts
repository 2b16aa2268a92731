/** What a holder elsewhere is shown of a document before signing it: the change, whose keys, the digest. */
import type { Plan } from "../ceremony/plan-types.ts";
import { describeChanges } from "../report/diff-text.ts";
import { shortKeyId } from "../report/lines.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { digestLines, pairLines, wrapLines } from "../terminal/panel.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { diffDocuments, type ReadableDocument, type ReadDocument } from "../tuf/metadata.ts";
import { documentKeysOf, keysInPlaces } from "./keys-in-places.ts";
import type { SigningRequest } from "./read-request.ts";
import type { Review } from "./review-request.ts";

type Block = readonly string[];

/** Blocks of lines of at most 80 columns, escaped; for people to read before they sign. */
export function describeRequest(review: Review, request: SigningRequest): readonly Block[] {
  const { document } = request;
  if (document.kind === "unreadable") return [];
  return [
    pairLines(particulars(review, request, document)),
    changeLines(review, document),
    ...legend(review, request, document),
  ];
}

/** Only of a document with which nothing is wrong: nobody should get used to the words of another. */
export function digestBlock({ sha256 }: SigningRequest): Block {
  return ["What you sign has this SHA-256:", ...digestLines(sha256)];
}

function particulars(
  { plan, root, log, isLogNamed }: Review,
  { role, ceremony, key, holder, keyid, payload }: SigningRequest,
  { version, expires }: ReadableDocument,
): readonly (readonly [string, string])[] {
  const person = plan?.script.people.get(holder)?.name;
  const judges = [
    plan === null ? null : `your script ${plan.scriptSha256.slice(0, 16)}…`,
    root === null ? null : `your root, version ${root.version}`,
  ].filter((judge) => judge !== null);
  return [
    ["document", `${role}, version ${version}, ${payload.length} bytes`],
    ["expires", clipForTerminal(expires?.text ?? "at no readable time", 40)],
    ["ceremony", ceremony],
    ["your key", `${key}, ${shortKeyId(keyid)}`],
    ["holder", person === undefined ? holder : `${clipForTerminal(person, 60)} (${holder})`],
    ["judged by", judges.join(" and ")],
    ["signing log", isLogNamed ? tellLog(log) : "not looked at: name it by --log"],
  ];
}

function tellLog(log: Review["log"]): string {
  if (log === null) return "a new one";
  return log.entries.length === 1 ? "1 entry" : `${log.entries.length} entries`;
}

function changeLines({ before }: Review, document: ReadableDocument): Block {
  const changes = describeChanges(diffDocuments(before, document));
  const version = before === null || before.kind === "unreadable" ? null : before.version;
  const heading = version === null ? "What it says:" : `What it changes since version ${version}:`;
  return [heading, ...(changes.length === 0 ? ["nothing"] : changes).flatMap(bullet)];
}

function bullet(sentence: string): readonly string[] {
  return wrapLines(sentence, 74).map((line, index) => `${index === 0 ? "  - " : "    "}${line}`);
}

/** Names for the keys, as the holder's own script has them. */
function legend(
  { plan, before }: Review,
  request: SigningRequest,
  document: ReadableDocument,
): readonly Block[] {
  if (plan === null) return [];
  const there = [...keysInPlaces(plan, request.role, document).keys].map(([name, publicKey]) => {
    const isKnown = plan.keys.get(name)?.known !== undefined;
    return [
      shortKeyId(keyIdOf(keyObject(publicKey))),
      `${whoseKey(plan, name)}${isKnown ? "" : ", made in the ceremony"}`,
    ] as const;
  });
  const pairs = [...there, ...leavingKeys(plan, before, document)];
  return [["Whose keys these are, by your script:", ...pairLines(pairs)]];
}

function whoseKey({ script }: Plan, name: string): string {
  const key = script.keys.get(name);
  const person = key !== undefined && "holder" in key ? script.people.get(key.holder)?.name : undefined;
  return person === undefined ? name : `${name} of ${clipForTerminal(person, 40)}`;
}

/** A script names a key that leaves only where it still signs. */
function leavingKeys(
  plan: Plan,
  before: ReadDocument | null,
  document: ReadableDocument,
): readonly (readonly [string, string])[] {
  if (before === null || before.kind === "unreadable") return [];
  const stays = documentKeysOf(document);
  const names = new Map([...plan.keys].map(([name, { knownKeyid }]) => [knownKeyid, name]));
  return [...documentKeysOf(before).keys()]
    .filter((keyid) => !stays.has(keyid))
    .map((keyid) => {
      const name = names.get(keyid);
      const whose = name === undefined ? "a key that your script does not name" : whoseKey(plan, name);
      return [shortKeyId(keyid), `${whose}, leaves`];
    });
}
