/** The certificates on a token, of which a YubiKey's attestation is one. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { MadeUpDevice } from "../../ceremony/attestation/made-up.ts";
import { opensc, pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import { SoftTokens } from "./soft-token.ts";

it(
  "are read before anybody has logged in, and after",
  requires(softhsm, pkcs11Addon, opensc),
  async (test) => {
    const tokens = new SoftTokens(test);
    const first = await tokens.provision();
    assert.deepEqual(await first.certificates(), []);
    const { serial } = first.info;
    await first.close();
    const device = new MadeUpDevice("piv");
    tokens.writeCertificate(serial, "X.509 Certificate for PIV Attestation 9c", device.leaf);
    tokens.writeCertificate(serial, "X.509 Certificate for PIV Attestation", device.device);

    const again = await tokens.open({ serial });
    const wanted = [device.leaf, device.device].map((der) => der.toString("hex")).sort();
    const read = async () =>
      (await again.certificates()).map((der) => Buffer.from(der).toString("hex")).sort();
    assert.deepEqual(await read(), wanted);
    await again.login();
    assert.deepEqual(await read(), wanted);
  },
);
