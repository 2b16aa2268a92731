/** Lines as a ceremony could write them, with whatever text people, devices and files may put into them. */
import fc from "fast-check";
import type { FileDigest, LineBody } from "../../src/transcript/line.ts";
import { isSha256Hex, isUtcSecond, type Sha256Hex, type UtcSecond } from "../../src/tuf/types.ts";

export const digests: fc.Arbitrary<Sha256Hex> = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("hex"))
  .filter(isSha256Hex);

export const times: fc.Arbitrary<UtcSecond> = fc
  .integer({ min: 0, max: 4_000_000_000 })
  .map((seconds) => new Date(seconds * 1000).toISOString().replace(".000", ""))
  .filter(isUtcSecond);

const text = fc.string({ unit: "binary" });
const count = fc.nat();

const file: fc.Arbitrary<FileDigest> = fc.record(
  { path: text, sizeBytes: count, sha256: digests },
  { noNullPrototype: true },
);

/** Plain data without floats, of any depth. */
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    text,
    fc.array(tie("data"), { maxLength: 4 }),
    fc.dictionary(text, tie("data"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const bodies = fc.oneof(
  fc.record({
    type: fc.constant("session"),
    session: count,
    rehearsal: fc.boolean(),
    tool: text,
    kit: fc.option(digests),
    script: file,
    inputs: fc.array(file, { maxLength: 3 }),
    cut: count,
    abandons: fc.option(text),
  }),
  fc.record({ type: fc.constant("begin"), step: text, revision: count }),
  fc.record({ type: fc.constant("action"), id: text, kind: text, request: data }),
  fc.record({
    type: fc.constant("outcome"),
    id: text,
    outcome: fc.dictionary(text, data, { noNullPrototype: true }),
  }),
  fc.record({ type: fc.constant("end"), step: text, facts: fc.array(data, { maxLength: 4 }) }),
  fc.record({ type: fc.constant("amend"), script: file, inputs: fc.array(file, { maxLength: 3 }) }),
  fc.record({
    type: fc.constant("seal"),
    reason: fc.constantFrom("finished", "paused", "waiting", "aborted"),
  }),
);

/** Of any of the seven types. The data in them is more various than the types of kinds, outcomes and facts allow. */
export const lineBodies = bodies.map((body) => ({ ...body }) as LineBody); // see above: wider, never narrower
