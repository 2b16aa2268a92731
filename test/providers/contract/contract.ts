/** The contract: what this program relies on of a token, the same for every provider and run on each (NAME.hsm.ts). */
import { describe } from "node:test";
import { opensc, openssl, pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import type { ProviderName } from "../provider.ts";
import { provider, superuser } from "../resources.ts";
import { testCopies } from "./copies.ts";
import { testIds } from "./ids.ts";
import { testKeys } from "./keys.ts";
import { testKilled } from "./killed.ts";
import { testPins } from "./pins.ts";
import { testProvisioning } from "./provisioning.ts";
import { testUnplugged } from "./unplugged.ts";

export function holdContract(name: ProviderName): void {
  const ours = name === "opencryptoki" ? [superuser] : [];
  const there = requires(provider(name), pkcs11Addon, opensc, openssl, softhsm, ...ours);
  const suite = { name, there };
  describe(name, () => {
    testProvisioning(suite);
    testPins(suite);
    testKeys(suite);
    testIds(suite);
    testCopies(suite);
    testKilled(suite);
    testUnplugged(suite);
  });
}
