import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readMessages, writeMessage } from "../../../src/keystore/pkcs11/channel.ts";

/** What a reader makes of the bytes, however they are cut. */
function read(chunks: readonly Uint8Array[], maxBytes = 100): readonly unknown[] {
  const messages: unknown[] = [];
  const stream = new Duplex({ read: () => {}, write: () => {} });
  readMessages(stream, maxBytes, (message) => messages.push(message));
  for (const chunk of chunks) stream.emit("data", Buffer.from(chunk));
  return messages;
}

describe("messages over a stream", () => {
  it("arrive as they were sent, wherever the stream is cut", () => {
    const message = fc.record({ kind: fc.string({ unit: "binary" }), id: fc.nat() });
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat({ max: 400 })), (sent, cuts) => {
        const written: Buffer[] = [];
        const stream = new Duplex({
          read: () => {},
          write: (chunk: Buffer, _encoding, done) => {
            written.push(chunk);
            done();
          },
        });
        for (const one of sent) writeMessage(stream, one);
        const bytes = Buffer.concat(written);
        const places = [
          0,
          ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b),
          bytes.length,
        ];
        const chunks = places.map((place, index) => bytes.subarray(places[index - 1] ?? 0, place));
        assert.deepEqual(read(chunks, 10_000), JSON.parse(JSON.stringify(sent)));
      }),
    );
  });

  const rubbish = [
    ["no JSON", '{"a":1}\nrubbish\n{"b":2}\n', [{ a: 1 }, null]],
    ["an empty line", "\n{}\n", [null]],
    ["a line without an end that is too long", "x".repeat(101), [null]],
    ["a line that is too long", `"${"x".repeat(100)}"\n{}\n`, [null]],
    ["bytes that are no UTF-8", "\xff\xfe\n", [null]],
  ] as const;
  for (const [what, text, messages] of rubbish) {
    it(`${what}: null, and nothing more after it`, () => {
      assert.deepEqual(read([Buffer.from(text, "latin1"), Buffer.from("{}\n")]), messages);
    });
  }
});
