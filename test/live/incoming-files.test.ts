/** Which of the files that were handed over is taken for whom: each once, and what is no signature file by whoever asks first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { incomingFiles } from "../../src/live/incoming-files.ts";

const sha256 = sha256Hex("a document");
const file = (role: string, key: string, more = "") => JSON.stringify({ role, key, more });
const wanted = (role: string, key: string) => ({ role, key, sha256 });

test("a file is found by its role and key, in the order in which they were handed over, and handed on once", async () => {
  const [first, second] = [file("root", "root-linus", "1"), file("root", "root-linus", "2")];
  const incoming = incomingFiles([file("targets", "root-linus"), first, second, file("root", "root-ada")]);
  assert.equal(await incoming.find(wanted("root", "root-linus")), first);
  assert.equal(await incoming.find(wanted("root", "root-linus")), second);
  assert.equal(await incoming.find(wanted("root", "root-linus")), null);
  assert.equal(await incoming.find(wanted("targets", "root-linus")), file("targets", "root-linus"));
  assert.equal(await incoming.find(wanted("snapshot", "root-ada")), null);
  assert.equal(await incoming.find(wanted("root", "root-ada")), file("root", "root-ada"));
});

for (const [what, text] of [
  ["no JSON", "-----BEGIN SSH SIGNATURE-----"],
  ["nothing", ""],
  ["a list", "[]"],
  ["null", "null"],
  ["floats", '{"role":1.5}'],
  ["a member twice", '{"role":"root","role":"root","key":"root-linus"}'],
] as const) {
  test(`${what}: handed to whoever asks first, so that it is refused on the record`, async () => {
    const incoming = incomingFiles([text]);
    assert.equal(await incoming.find(wanted("root", "root-linus")), text);
    assert.equal(await incoming.find(wanted("root", "root-linus")), null);
  });
}

test("an object that says nothing of whom it is for, or something odd, is nobody's", async () => {
  for (const text of [
    "{}",
    '{"role":"root"}',
    '{"role":["root"],"key":"root-linus"}',
    '{"role":"root","key":"root-linus "}',
  ])
    assert.equal(await incomingFiles([text]).find(wanted("root", "root-linus")), null);
});

test("whatever was handed over, each text is handed on at most once", async () => {
  const names = fc.constantFrom("root", "targets", "x");
  const texts = fc.array(
    fc.oneof(
      fc.string(),
      fc.json(),
      fc.tuple(names, names).map(([role, key]) => file(role, key)),
    ),
  );
  const requests = fc.array(fc.tuple(names, names), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(texts, requests, async (handed, asked) => {
      const incoming = incomingFiles(handed);
      const left = [...handed];
      for (const [role, key] of asked) {
        const found = await incoming.find(wanted(role, key));
        if (found === null) continue;
        const at = left.indexOf(found);
        assert.notEqual(at, -1);
        left.splice(at, 1);
      }
    }),
  );
});
