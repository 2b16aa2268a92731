/** What is on a provider's tokens after a ceremony, by looking and not by what the ceremony says. */
import assert from "node:assert/strict";
import { PinFailures } from "../../src/keystore/pkcs11/pin-source.ts";
import type { SurveyedKey } from "../../src/keystore/pkcs11/protocol.ts";
import { listTokens, openToken } from "../../src/keystore/pkcs11/token-store.ts";
import { profileOf } from "../keystore/pkcs11/soft-token.ts";
import type { ProviderCeremony } from "./ceremony-bench.ts";

/**
 * The keys on every token of that kind that the ceremony has initialised, in the order of the slots: `serial label: scheme,
 * both halves`. A token whose initialisation was cut off has no user PIN, and no key.
 */
export async function listKeys(ceremony: ProviderCeremony, device: string): Promise<readonly string[]> {
  const { user } = ceremony.pinsOf(device);
  const module = ceremony.modules.get(device);
  assert.ok(module !== undefined);
  const lines: string[] = [];
  for (const { serial, label, initialised, userPinInitialised } of await listTokens(module)) {
    if (!initialised || !userPinInitialised) continue;
    const store = await openToken({
      module,
      serial,
      label,
      blank: false,
      profile: profileOf(device),
      pin: { kind: "function", pin: () => user },
      pinFailures: new PinFailures(),
    });
    try {
      await store.login();
      const { keys, more } = await store.keys();
      assert.equal(more, 0);
      lines.push(...keys.map((key) => `${serial} ${describe(key)}`));
    } finally {
      await store.close();
    }
  }
  return lines;
}

function describe({ label, scheme, hasPublic, attributes }: SurveyedKey): string {
  const halves = [hasPublic ? "public" : "", attributes === null ? "" : "private"].filter(Boolean);
  return `${label}: ${scheme}, ${halves.length === 2 ? "both halves" : halves.join()}`;
}
