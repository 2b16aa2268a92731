/** One ceremony with a root of five keys, each on the token of another PKCS#11 provider. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { judgeFiles } from "../../src/commands/verify-files.ts";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { openssl, opensc, pkcs11Addon, requires } from "../support/requires.ts";
import { type Holder, ProviderCeremony, scriptFor } from "./ceremony-bench.ts";
import { provider, superuser } from "./resources.ts";

const HOLDERS: readonly Holder[] = [
  { id: "ada", name: "Ada Lovelace", device: "softhsm", scheme: "ed25519" },
  { id: "grace", name: "Grace Hopper", device: "nss", scheme: "ecdsa-sha2-nistp256" },
  { id: "hedy", name: "Hedy Lamarr", device: "tpm2", scheme: "ecdsa-sha2-nistp384" },
  { id: "joan", name: "Joan Clarke", device: "opencryptoki", scheme: "rsassa-pss-sha256" },
  { id: "mary", name: "Mary Jackson", device: "p11-kit", scheme: "ecdsa-sha2-nistp256" },
];
const NAMES = HOLDERS.map(({ device }) => device);

it("x", async (test) => {
  const ceremony = await ProviderCeremony.start(test, scriptFor(HOLDERS, 3), NAMES);
  await ceremony.session();
  console.log(ceremony.prompts.join("\n"), ceremony.last?.reason);
  console.log(await ceremony.finished());
});
