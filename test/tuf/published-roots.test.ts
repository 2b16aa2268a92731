/**
 * Somebody else's roots, and what is known about them: all of roots.json and of the signing events.
 * Where our count or verdict differs from the list's, it says so here, with the reason.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { type ChainResult, CLIENT_LIMITS, verifyChain } from "../../src/tuf/chain.ts";
import type { ReadDocument } from "../../src/tuf/documents.ts";
import { verifyByJavaScript } from "../../src/tuf/javascript-signatures.ts";
import { readDocument } from "../../src/tuf/metadata.ts";
import type { SignatureVerifier } from "../../src/tuf/signatures.ts";
import { countSignatures, type ThresholdResult } from "../../src/tuf/threshold.ts";
import { isUtcSecond, type UtcSecond } from "../../src/tuf/types.ts";
import { fixtures, fixturesFolder, requires } from "../support/requires.ts";

const Case = z.object({
  chain: z.string(),
  dir: z.string(),
  files: z.array(z.string()),
  valid: z.boolean().nullable(),
  level: z.enum(["must", "should", "policy"]),
  steps: z.array(z.object({ new: z.string().nullable(), old: z.string().nullable() })).optional(),
});

const Count = z.object({ have: z.number(), need: z.number(), of: z.number(), signers: z.array(z.string()) });
const Event = z.object({
  event: z.string(),
  trusted_previous: z.string().nullable(),
  steps: z.array(z.object({ file: z.string(), new: Count.nullable(), old: Count.nullable() })),
});

/** docs/decisions/reading-policy.md */
const POLICY: ReadonlyMap<string, boolean> = new Map([
  ["r23-sig-uppercase-hex", true],
  ["r53-padded-1.5MB", false],
  ["g12-expires-fraction", true],
  ["g47-keyid-not-hash-of-key", true],
  ["g76-large-1.2MB-signed", false],
  ["g90-unknown-scheme-surplus-key", true],
  ["g94-ed25519-uppercase-key", true],
]);

/** The list counts keyids; these have one key under two of them, which is one signer and one key. */
const ONE_KEY_UNDER_TWO_KEYIDS =
  /^(?:rust-tuf-fuchsia-go-tuf-5527fe|go-tuf-go-tuf-transition-M2)-consistent-snapshot-(?:true|false)-4$/;

/** Long before anything expires: the list ignores expiry. */
const AT = utc("1970-01-01T00:00:00Z");

test("every published and every bad root is judged as the list says", requires(fixtures), async (t) => {
  const cases = z.array(Case).parse(readList("roots.json"));
  assert.ok(cases.length >= 154);
  for (const { chain, dir, files, valid, level, steps } of cases) {
    await t.test(`${level}: ${chain}`, () => {
      const result = judgeChain(files.map((file) => read(join(dir, file))));
      const expected = level === "policy" ? POLICY.get(chain) : valid;
      assert.notEqual(expected, undefined, "a policy case without a decision");
      assert.equal(result.isValid, expected, describeResult(result));
      const again = judgeChain(
        files.map((file) => read(join(dir, file))),
        verifyByJavaScript,
      );
      assert.equal(again.isValid, expected, "OpenSSL and JavaScript disagree");
      if (steps !== undefined && !ONE_KEY_UNDER_TWO_KEYIDS.test(chain)) compareCounts(result, steps);
    });
  }
});

test("at every state of a signing event the counts are those of the list", requires(fixtures), async (t) => {
  const events = z.array(Event).parse(readList("signing-events.json"));
  assert.ok(events.length >= 26);
  for (const { event, trusted_previous, steps } of events) {
    await t.test(event, () => {
      const previous = trusted_previous === null ? null : read(trusted_previous);
      for (const step of steps) {
        const document = read(join("signing-events", step.file));
        if (step.new !== null) assert.deepEqual(countUnder(document, document), step.new, step.file);
        if (step.old !== null && previous !== null) {
          assert.deepEqual(countUnder(document, previous), step.old, step.file);
        }
      }
    });
  }
});

function judgeChain(
  [trusted, ...successors]: readonly ReadDocument[],
  secondOpinion: SignatureVerifier | null = null,
): ChainResult {
  assert.ok(trusted);
  const options = { at: AT, secondOpinion, limits: CLIENT_LIMITS, rehearsal: false };
  return verifyChain(trusted, successors, options);
}

function compareCounts(result: ChainResult, steps: NonNullable<z.infer<typeof Case>["steps"]>): void {
  for (const [index, { document, own, previous }] of result.steps.entries()) {
    const expected = steps[index];
    // Documents from before TUF 1.0 (`Root`, keys without schemes) are counted by the list and not even read here.
    if (document.kind === "unreadable") continue;
    if (expected?.new) assert.equal(own && `${own.valid}/${own.threshold} of ${own.keys}`, expected.new);
    // The list counts under the file before; a refused file leaves the one before it trusted here.
    const isAfterRefusal = result.steps.slice(0, index).some((step) => !step.isAccepted);
    if (expected?.old && !isAfterRefusal) {
      assert.equal(previous && `${previous.valid}/${previous.threshold}`, expected.old);
    }
  }
}

function countUnder(document: ReadDocument, authority: ReadDocument): z.infer<typeof Count> | null {
  const role = authority.kind === "root" ? authority.roles.get("root") : undefined;
  if (document.kind === "unreadable" || authority.kind !== "root" || role === undefined) return null;
  const count: ThresholdResult = countSignatures(document, role, authority.keys, { secondOpinion: null });
  const signers = count.signers.map(({ keyid }) => keyid.slice(0, 8)).sort();
  return { have: count.valid, need: count.threshold, of: count.keys, signers };
}

function describeResult(result: ChainResult): string {
  const findings = [...result.steps.flatMap((step) => step.findings), ...result.findings];
  return findings
    .map((finding) => `${finding.severity} ${finding.rule} ${finding.where} ${finding.text}`)
    .join("\n");
}

function readList(name: string): unknown {
  return JSON.parse(readFileSync(join(fixturesFolder, name), "utf8"));
}

function read(path: string): ReadDocument {
  return readDocument(readFileSync(join(fixturesFolder, path)));
}

function utc(text: string): UtcSecond {
  assert.ok(isUtcSecond(text));
  return text;
}
