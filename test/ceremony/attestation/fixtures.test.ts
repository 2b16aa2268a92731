/** The attestations that were published: of the device of PyPI's ceremony in 2020, and of two YubiKeys of sigstore's. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { judgeAttestation } from "../../../src/ceremony/attestation/judge.ts";
import { SHIPPED_ROOTS } from "../../../src/ceremony/attestation/roots.ts";
import type { AttestationRequirement } from "../../../src/ceremony/script.ts";
import { publicKeyFromPem } from "../../../src/tuf/public-keys.ts";
import type { Sha256Hex, UtcSecond } from "../../../src/tuf/types.ts";
import { fixtures, fixturesFolder, requires } from "../../support/requires.ts";
import { failing, profileOf } from "./made-up.ts";

const FOLDER = join(fixturesFolder, "attestation");
const PSF = "psf-2020/0013200461/0013200461";
const ROOTS = SHIPPED_ROOTS.map(({ sha256 }) => sha256);

function judge(
  format: "yubihsm" | "piv",
  files: readonly string[],
  key: string,
  serial: string,
  requirement: Partial<AttestationRequirement> = {},
) {
  return judgeAttestation({
    profile: profileOf(format),
    certificates: files.map((file) => new X509Certificate(readFileSync(join(FOLDER, file))).raw),
    publicKey: publicKeyFromPem(readFileSync(join(FOLDER, key), "utf8"), "ecdsa-sha2-nistp256"),
    serial,
    requirement: { roots: ROOTS, firmware: null, domains: null, pin: null, touch: null, ...requirement },
    at: "2020-10-30T15:00:00Z" as UtcSecond, // so it is written
  });
}

describe("the YubiHSM of 30 October 2020", () => {
  for (const [role, id] of [
    ["root", "0x0003"],
    ["targets", "0x0004"],
  ])
    it(
      `its ${role} key: the issuer's certificate was never published, the firmware leaks; all else holds`,
      requires(fixtures),
      () => {
        const files = [`${PSF}_${role}_attestation.der`, `${PSF}_cert.der`];
        const judgement = judge("yubihsm", files, `${PSF}_${role}_pubkey.pem`, "0013200461", {
          domains: [1],
        });
        assert.deepEqual(failing(judgement), [
          `chain: "YubiHSM Attestation id:${id}" < "YubiHSM Attestation (13200461)"; issuer-missing "Yubico YubiHSM 6742036 Sub-CA"`,
          "firmware: 2.1.2",
        ]);
        const holding = judgement.parts.filter(({ holds }) => holds).map(({ part }) => part);
        assert.deepEqual(holding, [
          "certificate",
          "key",
          "serial",
          "origin",
          "export",
          "capabilities",
          "domains",
          "extensions",
        ]);
      },
    );

  it("the certificate of the targets key is none of the root key", requires(fixtures), () => {
    const files = [`${PSF}_targets_attestation.der`, `${PSF}_cert.der`];
    const parts = failing(judge("yubihsm", files, `${PSF}_root_pubkey.pem`, "0013200461")).map(
      (line) => line.split(":")[0],
    );
    assert.deepEqual(parts, ["chain", "key", "firmware"]);
  });
});

describe("YubiKeys of sigstore's root", () => {
  for (const [serial, firmware] of [
    ["13078778", "5.2.6"],
    ["14470876", "5.2.7"],
  ] as const) {
    const folder = `sigstore-piv/${serial}/${serial}`;
    const files = [`${folder}_device_cert.pem`, `${folder}_key_cert.pem`];
    it(
      `${serial} holds in every part but its firmware, and in every part for a script that takes that`,
      requires(fixtures),
      () => {
        const policies = { pin: "always", touch: "always" } as const;
        assert.deepEqual(failing(judge("piv", files, `${folder}_pubkey.pem`, serial, policies)), [
          `firmware: ${firmware}`,
        ]);
        const lenient = judge("piv", files, `${folder}_pubkey.pem`, serial, {
          ...policies,
          firmware: "5.2.0",
        });
        assert.ok(lenient.holds);
        assert.deepEqual(lenient.chain.map(({ sha256 }) => sha256).at(-1), ROOTS[0]);
      },
    );

    it(`${serial} is refused where another root is pinned`, requires(fixtures), () => {
      const others = ROOTS.slice(1) as readonly Sha256Hex[];
      const [first] = failing(
        judge("piv", files, `${folder}_pubkey.pem`, serial, { roots: others, firmware: "5.2.0" }),
      );
      assert.match(first ?? "", /^chain: .*; other-root "Yubico PIV Root CA Serial 263751"$/);
    });
  }
});
