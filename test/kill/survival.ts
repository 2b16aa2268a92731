/** What must be true of every ceremony that was broken off somewhere and then held to its end. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import type { Fact } from "../../src/ceremony/facts.ts";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { unsealKey } from "../../src/keystore/age-seal.ts";
import type { Line } from "../../src/transcript/line.ts";
import { splitLines, TranscriptReader } from "../../src/transcript/read.ts";
import type { Attempted } from "./interrupted-ceremony.ts";
import { PASSPHRASE } from "./media-stores.ts";
import { type DiskImage, readImage } from "./simulated-disk.ts";

const TRANSCRIPT = "ceremony/transcript.jsonl";
const NOTHING: DiskImage = new Map();

/** @param before what the crash left of the disk */
export async function checkSurvival({ end, base }: Attempted, before: DiskImage | null): Promise<void> {
  const after = readImage(base);
  assert.equal(end.reason, "finished");
  const verdict = await auditFolder(join(base, "ceremony"), end.head);
  assert.deepEqual(verdict.problems, []);
  assert.equal(verdict.isConsistent, true);
  assert.equal(verdict.isAnchored, true);
  assert.equal(verdict.end, "finished");
  assert.deepEqual(verdict.exceptions, []);

  const lines = readLines(after);
  checkNothingTwice(lines, end.state.plan);
  checkLossIsShown(lines, before ?? NOTHING);
  await checkMedia(after, end);
}

/** Whether the ceremony had come to its end: then nothing is left to go on with. */
export function isFinished(image: DiskImage): boolean {
  const last = readLines(image).at(-1);
  return last?.type === "seal" && last.reason === "finished";
}

/** The action whose outcome the transcript waits for; null: none. */
export function pendingAction(image: DiskImage): Extract<Line, { type: "action" }> | null {
  const last = readLines(image).findLast(({ type }) => type === "action" || type === "outcome");
  return last?.type === "action" ? last : null;
}

/** Whole lines of the transcript; what is torn is left out. */
function readLines(image: DiskImage): readonly Line[] {
  const reader = new TranscriptReader();
  const lines: Line[] = [];
  for (const bytes of splitLines(image.get(TRANSCRIPT) ?? new Uint8Array())) {
    const read = reader.read(bytes);
    if (read.ok) lines.push(read.line);
  }
  return lines;
}

/** Every key and every signature that is in the documents was made exactly once, or lost with its one-time process. */
function checkNothingTwice(lines: readonly Line[], plan: Plan): void {
  const facts = lines.flatMap((line): readonly Fact[] => (line.type === "end" ? line.facts : []));
  const made = facts.flatMap((fact) => (fact.fact === "key" ? [fact.key] : []));
  const signed = facts.flatMap((fact) => (fact.fact === "signature" ? [`${fact.role} ${fact.key}`] : []));
  const signers = plan.documents.flatMap(({ role, signers }) => signers.map((key) => `${role} ${key}`));
  const planned = [...plan.keys].flatMap(([name, { key }]) =>
    key.store === "file" || key.store === "hsm" || key.store === "one-time" ? [name] : [],
  );
  assert.deepEqual(made.toSorted(), planned.toSorted());
  assert.deepEqual(signed.toSorted(), signers.toSorted());
  for (const [name, { key }] of plan.keys) {
    if (key.store !== "file" && key.store !== "hsm") continue;
    const generated = successes(lines, "generate", name);
    assert.equal(generated, 1, `${name} was made ${generated} times`);
    const signatures = successes(lines, "sign", name);
    assert.equal(signatures, signers.filter((signer) => signer.endsWith(` ${name}`)).length);
  }
}

function successes(lines: readonly Line[], kind: string, key: string): number {
  return lines.filter((line, index) => {
    const action = lines.slice(0, index).findLast(({ type }) => type === "action");
    if (line.type !== "outcome" || !line.outcome.ok || action?.type !== "action") return false;
    return action.kind === kind && (action.request as { readonly key?: string }).key === key; // both kinds have a key
  }).length;
}

/** What was recorded before the crash is still there, byte for byte, and the next line says what the crash cost. */
function checkLossIsShown(lines: readonly Line[], before: DiskImage): void {
  const survived = readLines(before);
  assert.deepEqual(lines.slice(0, survived.length), survived);
  const next = lines[survived.length];
  if (next === undefined) return; // it broke off after its last line
  assert.ok(next.type === "session");
  assert.equal(next.session, survived.filter(({ type }) => type === "session").length + 1);
  const bytes = before.get(TRANSCRIPT) ?? new Uint8Array();
  assert.equal(next.cut, bytes.length - (bytes.lastIndexOf(0x0a) + 1));
  const open = survived.findLast(({ type }) => type === "begin" || type === "end");
  const isOneTime = open?.type === "begin" && open.step === "one-time";
  assert.equal(next.abandons, isOneTime ? "one-time" : null);
  checkSwept(lines, survived, before);
}

/** The left-overs of a key that was being made were destroyed, and counted when the key was made again. */
function checkSwept(lines: readonly Line[], survived: readonly Line[], before: DiskImage): void {
  const isExchanged = ({ type }: Line) => type === "action" || type === "outcome";
  const recorded = survived.filter(isExchanged).length;
  for (const [index, line] of lines.filter(isExchanged).entries()) {
    if (index < recorded || line.type !== "outcome" || !line.outcome.ok) continue;
    const { swept } = line.outcome.value as { readonly swept?: number }; // only keys that were made have it
    if (swept === undefined) continue;
    const action = lines
      .filter(isExchanged)
      .slice(0, index)
      .findLast(({ type }) => type === "action");
    assert.ok(action?.type === "action");
    const { key, store } = action.request as { readonly key: string; readonly store: string }; // as above
    if (store !== "file") continue;
    const left = [...before.keys()].filter((path) => path.endsWith(`-${key}.age`)).length;
    assert.equal(swept, wasInterrupted(survived, key) ? left : 0, `swept for ${key}`);
  }
}

/** Whether the last attempt to make this key has no outcome, whatever came between it and the crash. */
function wasInterrupted(survived: readonly Line[], key: string): boolean {
  const last = survived.findLastIndex(
    (line) =>
      line.type === "action" &&
      line.kind === "generate" &&
      (line.request as { readonly key: string }).key === key, // a key that is generated has a name
  );
  if (last === -1) return false;
  const next = survived.slice(last + 1).find(({ type }) => type === "action" || type === "outcome");
  return next?.type !== "outcome";
}

/** On each medium exactly one file, which opens and holds the key that is in root; nothing else anywhere. */
async function checkMedia(after: DiskImage, { state }: Attempted["end"]): Promise<void> {
  const passphrase = new TextEncoder().encode(PASSPHRASE);
  const expected: string[] = [];
  for (const fact of state.keys.values()) {
    const planned = state.plan.keys.get(fact.key)?.key;
    if (fact.store !== "file" || planned === undefined || !("holder" in planned)) continue;
    for (const medium of ["1", "2"]) {
      const path = `media/${planned.holder}-${medium}/${state.plan.script.ceremony}-${fact.key}.age`;
      expected.push(path);
      (await unsealKey(after.get(path) ?? new Uint8Array(), path, passphrase, fact.publicKey)).wipe();
    }
  }
  const found = [...after].flatMap(([path, bytes]) =>
    bytes !== null && path.startsWith("media/") ? [path] : [],
  );
  assert.deepEqual(found.toSorted(), expected.toSorted());
}
