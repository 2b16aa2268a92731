/** What a holder elsewhere is shown of a document before signing it: the change, whose keys, the digest. */
import { describeChanges } from "../report/diff-text.ts";
import { shortKeyId } from "../report/lines.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { digestLines, pairLines, wrapLines } from "../terminal/panel.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { diffDocuments, type ReadableDocument } from "../tuf/metadata.ts";
import { keysInPlaces } from "./keys-in-places.ts";
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
  { plan, root, log }: Review,
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
    ["signing log", log === null ? "a new one" : `${log.entries.length} entries`],
  ];
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
function legend({ plan }: Review, request: SigningRequest, document: ReadableDocument): readonly Block[] {
  if (plan === null) return [];
  const pairs = [...keysInPlaces(plan, request.role, document).keys].map(([name, publicKey]) => {
    const key = plan.script.keys.get(name);
    const person =
      key !== undefined && "holder" in key ? plan.script.people.get(key.holder)?.name : undefined;
    const whose = person === undefined ? name : `${name} of ${clipForTerminal(person, 40)}`;
    const isKnown = plan.keys.get(name)?.known !== undefined;
    return [
      shortKeyId(keyIdOf(keyObject(publicKey))),
      `${whose}${isKnown ? "" : ", made in the ceremony"}`,
    ] as const;
  });
  return [["Whose keys these are, by your script:", ...pairLines(pairs)]];
}
