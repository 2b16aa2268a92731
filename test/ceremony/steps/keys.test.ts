/** What a store hands over as a new key is judged before anybody is shown it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Effects } from "../../../src/ceremony/effects.ts";
import { throwAwayStores } from "../../../src/live/rehearsal-stores.ts";
import { loadScript, newFolder, runOnce } from "../../live/ceremony-harness.ts";

type Made = Effects["generate"]["value"];

const FLAWS: ReadonlyMap<
  string,
  { readonly code: string; readonly found: string; readonly spoil: (made: Made) => Made }
> = new Map([
  [
    "another scheme than was asked for",
    {
      code: "key/scheme",
      found: "ecdsa-sha2-nistp256",
      spoil: (made) => ({ ...made, publicKey: { ...made.publicKey, scheme: "ecdsa-sha2-nistp256" } }),
    },
  ],
  [
    "the key in upper-case hex",
    {
      code: "key/unusable",
      found: "key/encoding",
      spoil: (made) => withPublic(made, made.publicKey.public.toUpperCase()),
    },
  ],
  [
    "the identity as a key",
    { code: "key/unusable", found: "key/weak", spoil: (made) => withPublic(made, `01${"0".repeat(62)}`) },
  ],
  [
    "a proof by another key",
    {
      code: "key/proof",
      found: "one that they do not",
      spoil: (made) => ({ ...made, proof: "0".repeat(128) }),
    },
  ],
  [
    "a key that can leave its token",
    {
      code: "key/extractable",
      found: "one that can",
      spoil: (made) => ({ ...made, attributes: { CKA_EXTRACTABLE: true } }),
    },
  ],
]);

function withPublic(made: Made, text: string): Made {
  return { ...made, publicKey: { ...made.publicKey, public: text } };
}

for (const [name, { code, found, spoil }] of FLAWS) {
  test(`refused: ${name}`, async () => {
    const stores = throwAwayStores();
    const folder = newFolder();
    const end = await runOnce({
      folder,
      loaded: loadScript("minimal.yaml"),
      stores: {
        ...stores,
        generate: async (...request) => spoil(await stores.generate(...request)),
      },
    });
    assert.equal(end.reason, "aborted");
    const [exception] = end.state.exceptions;
    assert.equal(exception?.step, "generate/root-ada");
    assert.equal(exception.code, code);
    const transcript = readFileSync(join(folder, "transcript.jsonl"), "utf8");
    assert.ok(transcript.includes(`"code":"${code}"`) && transcript.includes(`"found":"${found}"`));
  });
}

test("refused: one key for two holders", async () => {
  const stores = throwAwayStores();
  let first: Made | null = null;
  const end = await runOnce({
    folder: newFolder(),
    loaded: loadScript("minimal.yaml", (text) => text.replaceAll("grace", "ada-2")),
    stores: {
      ...stores,
      generate: async (request, possession, situation, unfinished) => {
        if (first === null) {
          first = await stores.generate(request, possession, situation, unfinished);
          return first;
        }
        // The same key proves possession for its second name, too.
        const { sig } = await stores.sign(
          { ...request, key: "root-ada", role: "", publicKey: first.publicKey, sizeBytes: 0, sha256: end0 },
          possession,
          situation,
        );
        return { ...first, proof: sig };
      },
    },
  });
  assert.equal(end.reason, "aborted");
  assert.equal(end.state.exceptions[0]?.code, "key/twice");
});

const end0 = "0".repeat(64) as Effects["sign"]["request"]["sha256"]; // a digest that nobody looks at
