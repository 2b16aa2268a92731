/**
 * Our own functions behind the peers' protocol (test/interop/peers/README.md), as far as it is about time: reads one
 * request a line and answers each by one, with milliseconds of each round. Nothing is remembered from one round to the
 * next.
 *
 * Two are ours alone, over roots that have been read before, in processor time: `bench-signatures` verifies each
 * signature once, OpenSSL's keys made anew; `bench-judging` judges the chain, which counts signatures under both roots
 * and verifies each of them once too.
 */
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";
import * as z from "zod";
import { type VerifyOptions, verifyChain } from "../../../src/tuf/chain.ts";
import { verifyDelegated } from "../../../src/tuf/delegation-chain.ts";
import type { ReadDocument } from "../../../src/tuf/documents.ts";
import { forgetKeys } from "../../../src/tuf/key-cache.ts";
import { verifyByOpenSsl } from "../../../src/tuf/openssl-signatures.ts";
import { readDocument } from "../../../src/tuf/read-document.ts";
import { utc } from "../../support/sample-metadata.ts";

/** As `verify` judges, but for longer chains and larger files than clients take. */
const OPTIONS: VerifyOptions = {
  at: utc("2030-01-01T00:00:00Z"),
  secondOpinion: null,
  limits: { rootBytes: 512_000, targetsBytes: 16_000_000, rotations: 10_000 },
  rehearsal: false,
};

const Bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, "base64")));
const rounds = z.int().min(1);
const Request = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("bench-chain"), roots: z.array(Bytes).min(1), rounds }),
  z.strictObject({ op: z.literal("bench-judging"), roots: z.array(Bytes).min(1), rounds }),
  z.strictObject({ op: z.literal("bench-signatures"), roots: z.array(Bytes).min(1), rounds }),
  z.strictObject({
    op: z.literal("bench-delegated"),
    root: Bytes,
    documents: z.array(z.strictObject({ name: z.string(), delegator: z.string(), bytes: Bytes })),
    rounds,
  }),
]);

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ milliseconds: answer(Request.parse(JSON.parse(line))) })}\n`);
}

function answer(request: z.infer<typeof Request>): readonly number[] {
  return Array.from({ length: request.rounds }, () => {
    forgetKeys();
    switch (request.op) {
      case "bench-chain":
        return timeOf(() => judgeChain(request.roots.map(readDocument)));
      case "bench-judging": {
        const documents = request.roots.map(readDocument);
        return cpuTimeOf(() => judgeChain(documents));
      }
      case "bench-signatures": {
        const documents = request.roots.map(readDocument);
        return cpuTimeOf(() => documents.every(areSignaturesValid));
      }
      case "bench-delegated": {
        const root = readDocument(request.root);
        return timeOf(() => judgeDelegated(root, request.documents));
      }
      default:
        return request satisfies never;
    }
  });
}

function judgeChain([trusted, ...successors]: readonly ReadDocument[]): boolean {
  return trusted !== undefined && verifyChain(trusted, successors, OPTIONS).isValid;
}

function areSignaturesValid(document: ReadDocument): boolean {
  if (document.kind !== "root") return false;
  const { keys, payload, signatures } = document;
  return signatures.every(({ keyid, sig }) => {
    const key = keys.get(keyid);
    return key !== undefined && sig !== null && verifyByOpenSsl(key, payload, sig, "any") === "valid";
  });
}

function judgeDelegated(
  root: ReadDocument,
  documents: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): boolean {
  if (root.kind !== "root") return false;
  const named = documents.map(({ name, bytes }) => ({ name, document: readDocument(bytes) }));
  return verifyDelegated(root, named, OPTIONS).every((step) => step.isAccepted);
}

function timeOf(judge: () => boolean): number {
  const began = performance.now();
  const isAccepted = judge();
  const took = performance.now() - began;
  if (!isAccepted) throw new Error("what is measured is not valid");
  return took;
}

/** Of this thread alone: no compiler and no collector beside it. */
function cpuTimeOf(judge: () => boolean): number {
  const began = process.threadCpuUsage();
  const isAccepted = judge();
  const { user, system } = process.threadCpuUsage(began);
  if (!isAccepted) throw new Error("what is measured is not valid");
  return (user + system) / 1000;
}
