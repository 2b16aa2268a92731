/** Asks python-tuf and go-tuf about what we accept. What both of them refuse has to have been decided, and written down. */
import { verifyChain } from "../../src/tuf/chain.ts";
import { type DelegatedStep, verifyDelegated } from "../../src/tuf/delegation-chain.ts";
import type { ReadDocument, RootDocument } from "../../src/tuf/documents.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { type DelegatedDocument, Peer, type PeerStep } from "../interop/peer.ts";
import { PEERS } from "../interop/peer-table.ts";
import { findDecision, type PeerName, type Subject } from "./decisions.ts";
import type { FuzzCase } from "./fuzz-case.ts";
import { addTo, type PeerTally } from "./tally.ts";
import { nameFile } from "./verify-in-memory.ts";

const ASKED: readonly PeerName[] = ["python-tuf", "go-tuf"];
/** Questions that are on their way at one time. */
const MOST_WAITING = 32;

/** About documents of which each rests on the ones before. */
interface Question {
  readonly subjects: readonly Subject[];
  readonly ask: (peer: Peer) => Promise<readonly PeerStep[]>;
}

interface Refusal {
  readonly peer: PeerName;
  readonly words: string;
}

export class PeerPanel {
  readonly #peers = ASKED.map((name) => ({ name, peer: new Peer(infoOf(name)) }));
  readonly #waiting = new Set<Promise<void>>();

  /** Comes back as soon as there is room for another question. */
  async ask(number: number, given: FuzzCase, tally: PeerTally): Promise<void> {
    for (const question of questionsAbout(given)) {
      const answered = this.#judge(number, question, tally).finally(() => this.#waiting.delete(answered));
      this.#waiting.add(answered);
    }
    while (this.#waiting.size >= MOST_WAITING) await Promise.race(this.#waiting);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  close(): void {
    for (const { peer } of this.#peers) peer.close();
  }

  /** Up to the first document that a peer refuses, or says nothing about: what comes after rests on it. */
  async #judge(number: number, { subjects, ask }: Question, tally: PeerTally): Promise<void> {
    const answers = await Promise.all(
      this.#peers.map(async ({ name, peer }) => ({ name, steps: await ask(peer) })),
    );
    for (const [index, subject] of subjects.entries()) {
      const steps = answers.map(({ name, steps }) => ({ name, step: steps[index] }));
      if (steps.some(({ step }) => step === undefined)) return;
      const refusals = steps.flatMap(({ name, step }): Refusal[] =>
        step?.accepted === false ? [{ peer: name, words: step.error }] : [],
      );
      tally.asked++;
      noteRefusals(number, subject, refusals, tally);
      if (refusals.length > 0) return;
    }
  }
}

function infoOf(wanted: PeerName) {
  const info = PEERS.find(({ name }) => name === wanted);
  if (info === undefined) throw new RangeError(`no peer is called ${wanted}`);
  return info;
}

function noteRefusals(
  number: number,
  subject: Subject,
  refusals: readonly Refusal[],
  tally: PeerTally,
): void {
  const decided = refusals.map(({ peer, words }) => ({
    peer,
    words,
    decision: findDecision(peer, subject, words),
  }));
  for (const { peer, words, decision } of decided) {
    addTo(tally.refusals, `${peer}: ${decision?.title ?? `(not decided) ${outline(words)}`}`, 1);
  }
  if (refusals.length === 0) tally.acceptedByAll++;
  else if (refusals.length < ASKED.length) tally.refusedBySome++;
  else if (decided.every(({ decision }) => decision !== null)) tally.refusedByAllAsDecided++;
  else {
    const text = decided
      .map(
        ({ peer, words, decision }) => `${peer}: ${decision === null ? words : `decided: ${decision.title}`}`,
      )
      .join(" | ");
    tally.unexplained.push({ number, text: `${subject.document.kind}: ${text}` });
  }
}

/** Without what differs from one document to the next. */
function outline(words: string): string {
  return words
    .replace(/"[^"]*"|'[^']*'/g, "…")
    .replace(/Verifying .* failed/, "Verifying … failed")
    .replace(/: \S+ was signed/, ": … was signed")
    .replace(/key with ID .* not found in .* keyids/, "key … not found")
    .replace(/\d+/g, "N")
    .slice(0, 140);
}

/** One about the roots that are accepted, and one about each document that is accepted below the last. */
function* questionsAbout({ files, at, limits }: FuzzCase): Generator<Question> {
  const options = { at, limits, secondOpinion: null, rehearsal: false };
  const read = files.map(({ name, bytes }) => ({
    name: nameFile(name).role,
    bytes,
    document: readDocument(bytes),
  }));
  const bytesOf = new Map(read.map(({ document, bytes }) => [document, bytes]));
  const bytesFor = (document: ReadDocument) => bytesOf.get(document) ?? new Uint8Array();

  const [first, ...others] = read.map(({ document }) => document).filter(({ kind }) => kind === "root");
  if (first === undefined) return;
  const chain = verifyChain(first, others, options);
  if (chain.trusted === null) return;
  const roots = chain.steps.filter((step) => step.isAccepted);
  yield {
    subjects: roots.map(({ document, trustedBefore }) => ({
      document,
      bytes: bytesFor(document),
      authorities: trustedBefore === null ? [] : [trustedBefore],
    })),
    ask: (peer) => peer.chain(roots.map(({ document }) => bytesFor(document))),
  };
  const below = read.filter(({ document }) => document.kind !== "root");
  const accepted = verifyDelegated(chain.trusted, below, options).filter((step) => step.isAccepted);
  for (const step of accepted) yield* questionBelow(chain.trusted, step, accepted, bytesFor);
}

/** Nothing where two documents have the name of a delegator: which of them was meant is a matter of taste. */
function* questionBelow(
  root: RootDocument,
  step: DelegatedStep,
  accepted: readonly DelegatedStep[],
  bytesFor: (document: ReadDocument) => Uint8Array,
): Generator<Question> {
  const line: DelegatedStep[] = [step];
  while (line[0]?.delegator !== "root") {
    const above = accepted.filter(({ name }) => name === line[0]?.delegator);
    if (above.length !== 1 || above[0] === undefined || line.includes(above[0])) return;
    line.unshift(above[0]);
  }
  const documents = line.map(
    ({ name, delegator, document }): DelegatedDocument => ({
      name,
      delegator: delegator ?? "",
      bytes: bytesFor(document),
    }),
  );
  const authorities = [line.at(-2)?.document ?? root];
  yield {
    subjects: [{ document: step.document, bytes: bytesFor(step.document), authorities }],
    ask: (peer) => askLine(peer, bytesFor(root), documents),
  };
}

/** The answer about the last of them; none where what it rests on is refused. */
async function askLine(
  peer: Peer,
  root: Uint8Array,
  documents: readonly DelegatedDocument[],
): Promise<readonly PeerStep[]> {
  const [roots, steps] = await Promise.all([peer.chain([root]), peer.delegated(root, documents)]);
  return [...roots, ...steps.slice(0, -1)].every(({ accepted }) => accepted) ? steps.slice(-1) : [];
}
