/** What is read from `openssl speed -mr`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readVerificationsPerSecond } from "./openssl-speed.ts";

/** As OpenSSL 3.0 writes it, of both algorithms. */
const SPOKEN = "+F4:3:256:42926.881720:14647.368421\n+F6:0:253:Ed25519:22918.947368:8480.000000\n";

test("the last number of a line is that of verifications", () => {
  assert.equal(readVerificationsPerSecond(SPOKEN, "ed25519"), 8480);
  assert.equal(readVerificationsPerSecond(SPOKEN, "ecdsa-sha2-nistp256"), 14647.368421);
});

test("other curves, other words and no speed at all are no number", () => {
  for (const text of [
    "",
    "+F4:4:384:1000.0:500.0\n+F6:1:456:Ed448:1000.0:500.0\n",
    "+F4:3:256:42926.9\n+F6:0:253:Ed25519:22918.9\n",
    "+F4:3:256:42926.9:0.0\n+F6:0:253:Ed25519:22918.9:0.0\n",
    "253 bits EdDSA (Ed25519)   0.0001s   0.0002s  15115.6   6242.9\n",
  ]) {
    assert.equal(readVerificationsPerSecond(text, "ed25519"), null, text);
    assert.equal(readVerificationsPerSecond(text, "ecdsa-sha2-nistp256"), null, text);
  }
});
