/** What a holder reads while a device vouches for a key, or does not. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { PromptId } from "../../../src/ceremony/effects.ts";
import { renderScreen } from "../../../src/live/screens/index.ts";
import { displayWidth } from "../../../src/terminal/escape.ts";
import { pagesOf } from "../../../src/terminal/screen.ts";
import { Attested, STEP } from "../../ceremony/attestation/attested-ceremony.ts";
import { MadeUpDevice } from "../../ceremony/attestation/made-up.ts";
import type { Deed } from "../../support/exceptional-ceremony.ts";

/** The screens of Ada's key, by prompt, in one line each: where a line is broken says nothing. */
async function screensOf(
  attested: Attested,
  deeds: readonly Deed[] = [],
): Promise<ReadonlyMap<PromptId, string>> {
  const seen = new Map<PromptId, string>();
  attested.ceremony.sees = (request, situation) => {
    if (situation.step.ref !== STEP) return;
    const lines = pagesOf(renderScreen(request, situation)).flat();
    for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
    seen.set(request.prompt, lines.join(" ").replaceAll(/\s+/g, " "));
  };
  await attested.ceremony.session(deeds);
  await attested.ceremony.finished();
  return seen;
}

it("says which object the certificate must be about, and shows every part with its evidence", async () => {
  const seen = await screensOf(new Attested());
  assert.match(seen.get("attestation") ?? "", /sign-attestation-certificate -i 0x0003 /);
  assert.match(seen.get("attested") ?? "", /yes Serial 13200461 yes Key was generated on the device/);
  assert.match(seen.get("attested") ?? "", /yes Firmware 2\.4\.0, at least 2\.4\.0/);
});

it("a YubiKey's are read from it: nobody has to make any", async () => {
  const seen = await screensOf(new Attested("piv"));
  assert.match(seen.get("attestation") ?? "", /The certificates are read from the device/);
  assert.doesNotMatch(seen.get("attestation") ?? "", /ykman/);
});

it("of what does not hold it says each part in words, and what helps", async () => {
  const attested = new Attested();
  attested.attest(new MadeUpDevice("yubihsm", { statement: { 3: "03 02 00 02" } }));
  const seen = await screensOf(attested, [
    { step: STEP, prompt: "failure", does: "retry", before: () => attested.attest(attested.device) },
  ]);
  const failure = seen.get("failure") ?? "";
  assert.match(failure, /NO Chain .*it ends in "Made-up Root CA", which is no pinned root/);
  assert.match(failure, /NO Key was imported/);
  assert.match(failure, /Put the certificates of all authorities among the files/);
  assert.doesNotMatch(failure, /yes /);
});

it("where only a certificate of an authority is lacking, it is asked for again: no exception", async () => {
  const attested = new Attested();
  const { ceremony, device } = attested;
  ceremony.devices.attesting.set("root-ada", (publicKey) => device.certificatesFor(publicKey).slice(0, 1));
  const seen = await screensOf(attested, [
    { step: STEP, prompt: "try-again", does: { chooses: "again" }, before: () => attested.attest(device) },
  ]);
  assert.match(
    seen.get("try-again") ?? "",
    /the certificate of its signer, "YubiHSM Attestation \(13200461\)", is not there .*again tries the same once more/,
  );
  assert.deepEqual(await ceremony.finished(), []);
});
