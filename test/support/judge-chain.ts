/** Everybody's verdict on what a ceremony wrote: our chain with both implementations, and tuf-js on each document. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Metadata, MetadataKind } from "@tufjs/models";
import { CLIENT_LIMITS, verifyChain } from "../../src/tuf/chain.ts";
import { verifyDelegated } from "../../src/tuf/delegation-chain.ts";
import { verifyByJavaScript } from "../../src/tuf/javascript-signatures.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { UtcSecond } from "../../src/tuf/types.ts";

/** Bytes by role; roots oldest first. */
export interface Repository {
  readonly roots: readonly Uint8Array[];
  readonly targets: Uint8Array;
  readonly bins: Uint8Array;
}

export function outputOf(folder: string, file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, "metadata", file)));
}

/** Fails unless all of it is accepted, by us and by tuf-js. */
export function acceptEverywhere({ roots, targets, bins }: Repository, at: UtcSecond): void {
  const options = { at, limits: CLIENT_LIMITS, rehearsal: false, secondOpinion: verifyByJavaScript };
  const [first, ...rest] = roots.map(readDocument);
  assert.ok(first);
  const chain = verifyChain(first, rest, options);
  assert.deepEqual(
    [...chain.findings, ...chain.steps.flatMap(({ findings }) => findings)].filter(
      ({ severity }) => severity === "error",
    ),
    [],
  );
  assert.ok(chain.isValid && chain.trusted);
  const named = Object.entries({ targets, bins }).map(([name, bytes]) => ({
    name,
    document: readDocument(bytes),
  }));
  for (const step of verifyDelegated(chain.trusted, named, options)) {
    assert.equal(step.isAccepted, true, JSON.stringify(step.findings));
  }

  const parsed = roots.map((bytes) => Metadata.fromJSON(MetadataKind.Root, json(bytes)));
  for (const [index, root] of parsed.entries()) {
    root.verifyDelegate("root", root);
    parsed[index - 1]?.verifyDelegate("root", root);
  }
  const top = Metadata.fromJSON(MetadataKind.Targets, json(targets));
  parsed.at(-1)?.verifyDelegate("targets", top);
  top.verifyDelegate("bins", Metadata.fromJSON(MetadataKind.Targets, json(bins)));
}

function json(bytes: Uint8Array) {
  return JSON.parse(new TextDecoder().decode(bytes));
}
