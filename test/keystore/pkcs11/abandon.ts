/** A parent to be killed: opens a token, begins to make a key with it, and says the number of the process in between. */
import { possessionMessage } from "../../../src/ceremony/possession.ts";
import { PinFailures } from "../../../src/keystore/pkcs11/pin-source.ts";
import { openToken } from "../../../src/keystore/pkcs11/token-store.ts";
import { CEREMONY, profileOf, USER_PIN } from "./soft-token.ts";

const [module = "", serial = ""] = process.argv.slice(2);
const store = await openToken({
  module: JSON.parse(module),
  serial,
  profile: profileOf("softhsm"),
  pin: { kind: "function", pin: () => USER_PIN },
  pinFailures: new PinFailures(),
});
await store.login();
console.log(store.pid);
await store.generate(
  { key: "key-1", label: `${CEREMONY} key-1`, scheme: "ed25519" },
  possessionMessage(CEREMONY, "key-1"),
);
