import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { isObject, object, parseJson } from "../../src/tuf/json.ts";
import { type FileStyle, serializeDocument } from "../../src/tuf/serialize.ts";
import type { JsonObject, KeyId } from "../../src/tuf/types.ts";
import { jsonValue, text } from "./arbitraries.ts";

const signed = object([
  ["version", 1],
  ["keys", object([])],
  ["list", ["é\n\u202e", []]],
]);
const signatures = [{ keyid: "ab" as KeyId, sig: "00" }]; // the test's own keyid

const write = (style: FileStyle) =>
  Buffer.from(serializeDocument(signed, signatures, style)).toString("utf8");

test("indented by one space, ended by a line feed", () => {
  const lines = [
    "{",
    ' "signatures": [',
    "  {",
    '   "keyid": "ab",',
    '   "sig": "00"',
    "  }",
    " ],",
    ' "signed": {',
    '  "keys": {},',
    '  "list": [',
    '   "é\\n\u202e",',
    "   []",
    "  ],",
    '  "version": 1',
    " }",
    "}",
    "",
  ];
  assert.equal(write("indented"), lines.join("\n"));
});

test("compact: no white space at all", () => {
  const expected =
    '{"signatures":[{"keyid":"ab","sig":"00"}],"signed":{"keys":{},"list":["é\\n\u202e",[]],"version":1}}';
  assert.equal(write("compact"), expected);
});

test("the signed part reads back to the identical canonical form, and JSON.parse agrees", () => {
  const objects = fc.array(fc.tuple(text, jsonValue)).map((members): JsonObject => new Map(members));
  fc.assert(
    fc.property(objects, fc.constantFrom<FileStyle>("indented", "compact"), (content, style) => {
      const bytes = serializeDocument(content, [], style);
      const document = parseJson(bytes);
      assert.ok(isObject(document));
      assert.deepEqual(canonicalBytes(document.get("signed") ?? null), canonicalBytes(content));
      assert.equal(Object.keys(JSON.parse(Buffer.from(bytes).toString("utf8")).signed).length, content.size);
    }),
  );
});
