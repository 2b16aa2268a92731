/** The public half of a key as OpenSC reads it from the same token. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import type { TokenStore } from "../../../src/keystore/pkcs11/token-store.ts";
import type { PublicKey } from "../../../src/tuf/types.ts";
import { spkiPem } from "../../support/openssl-judge.ts";
import type { Bench } from "./bench.ts";

/** Of an RSA key pkcs11-tool lists no numbers but hands out the whole; of P-384 it lists the point but fails to hand it out. */
export function assertSeenByOpensc(bench: Bench, store: TokenStore, key: PublicKey, label: string): void {
  const spki = createPublicKey(spkiPem(key)).export({ type: "spki", format: "der" });
  const tool = (...args: readonly string[]) =>
    execFileSync(
      "pkcs11-tool",
      [
        ...["--module", bench.module.module, "--token-label", store.info.label],
        ...["--login", "--pin", bench.pins.user ?? "", "--type", "pubkey", ...args],
      ],
      { env: { ...process.env, ...bench.module.env }, stdio: ["ignore", "pipe", "ignore"] },
    );
  if (key.scheme === "rsassa-pss-sha256") {
    assert.deepEqual(tool("--read-object", "--label", label), spki);
    return;
  }
  const listed = tool("--list-objects")
    .toString("utf8")
    .split(/^(?=\S)/m);
  const points = listed
    .filter((object) => object.includes(`label:      ${label}\n`))
    .map((object) => /EC_POINT: +([0-9a-f]+)$/m.exec(object)?.[1]);
  assert.equal(points.length, 1);
  // An OCTET STRING of less than 128 bytes is around it; in the SubjectPublicKeyInfo it comes last.
  const [point = ""] = points;
  const length = point.length / 2 - 2;
  assert.equal(point.slice(0, 4), `04${length.toString(16).padStart(2, "0")}`);
  assert.equal(point.slice(4), spki.subarray(-length).toString("hex"));
}
