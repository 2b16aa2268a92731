/** The examples held to their end: what they make must be accepted by others, and lead on from one root to the next. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata, MetadataKind } from "@tufjs/models";
import { CLIENT_LIMITS, verifyChain } from "../../src/tuf/chain.ts";
import { verifyDelegated } from "../../src/tuf/delegation-chain.ts";
import { verifyByJavaScript } from "../../src/tuf/javascript-signatures.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { isUtcSecond, type UtcSecond } from "../../src/tuf/types.ts";
import { exampleKey } from "../support/example-keys.ts";
import { holdCeremony } from "../support/hold-ceremony.ts";
import { EXAMPLES, exampleFile, exampleText, planOf } from "../support/scripts.ts";

const utc = (text: string): UtcSecond => {
  assert.ok(isUtcSecond(text));
  return text;
};
const options = {
  at: utc("2026-12-31T00:00:00Z"),
  limits: CLIENT_LIMITS,
  rehearsal: false,
  secondOpinion: verifyByJavaScript,
};

test("ceremony-scripts/previous/ is what a ceremony of minimal.yaml makes with the example keys", () => {
  const files = holdCeremony(planOf(exampleText("minimal")));
  assert.deepEqual([...files.keys()].sort(), ["1.bins.json", "1.root.json", "1.targets.json"]);
  for (const [name, bytes] of files) {
    assert.deepEqual(
      Buffer.from(bytes).toString(),
      Buffer.from(exampleFile(`previous/${name}`)).toString(),
      name,
    );
  }
});

for (const name of EXAMPLES) {
  test(`${name}.yaml leads to documents that we and tuf-js accept`, () => {
    const text = exampleText(name);
    const made = name === "pep458-bootstrap" ? withoutDevices(text) : planOf(text);
    const files = holdCeremony(made);
    const roots = [...made.previous.keys()].includes("root") ? [exampleFile("previous/1.root.json")] : [];
    const newRoot = [...files].find(([file]) => file.endsWith(".root.json"))?.[1];
    assert.ok(newRoot);
    const [first, ...rest] = [...roots, newRoot].map(readDocument);
    assert.ok(first);
    const chain = verifyChain(first, rest, options);
    assert.deepEqual(
      chain.steps.flatMap(({ findings }) => findings),
      [],
    );
    assert.equal(chain.isValid, true);
    assert.ok(chain.trusted);
    const targets = new Map(
      [...made.previous.keys()].map((role) => [role, exampleFile(`previous/1.${role}.json`)]),
    );
    for (const [file, bytes] of files) targets.set(file.split(".")[1] ?? "", bytes);
    targets.delete("root");
    const named = [...targets].map(([role, bytes]) => ({ name: role, document: readDocument(bytes) }));
    for (const step of verifyDelegated(chain.trusted, named, options)) {
      assert.equal(step.isAccepted, true, JSON.stringify(step.findings));
    }
    checkWithTufJs(roots, newRoot, targets);
  });
}

/** The same documents with Ed25519 root keys in files, which the example keys are. */
function withoutDevices(text: string) {
  return planOf(
    text.replaceAll(
      /\{ holder: (\w+), scheme: [\w-]+, store: hsm, .*\}/g,
      "{ holder: $1, scheme: ed25519, store: file }",
    ),
  );
}

function checkWithTufJs(
  roots: readonly Uint8Array[],
  newRoot: Uint8Array,
  targets: ReadonlyMap<string, Uint8Array>,
): void {
  const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString("utf8"));
  const root = Metadata.fromJSON(MetadataKind.Root, json(newRoot));
  root.verifyDelegate("root", root);
  for (const previous of roots)
    Metadata.fromJSON(MetadataKind.Root, json(previous)).verifyDelegate("root", root);
  const top = targets.get("targets");
  const bins = targets.get("bins");
  assert.ok(top && bins);
  const topMetadata = Metadata.fromJSON(MetadataKind.Targets, json(top));
  root.verifyDelegate("targets", topMetadata);
  topMetadata.verifyDelegate("bins", Metadata.fromJSON(MetadataKind.Targets, json(bins)));
}

test("a new root that too few keys of the previous one signed leads nowhere", () => {
  const plan = planOf(exampleText("rotate"));
  const strangers = ["root-ada", "root-grace"];
  const files = holdCeremony(plan, (name) => exampleKey(strangers.includes(name) ? `not ${name}` : name));
  const newRoot = files.get("2.root.json");
  assert.ok(newRoot);
  const first = readDocument(exampleFile("previous/1.root.json"));
  const { isValid, steps } = verifyChain(first, [readDocument(newRoot)], options);
  assert.equal(isValid, false);
  assert.equal(steps[1]?.own?.isMet, true);
  assert.equal(steps[1]?.previous?.isMet, false);
});
