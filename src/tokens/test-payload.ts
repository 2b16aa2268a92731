/** What a key signs to show that it can. */
import { randomBytes } from "node:crypto";

/** No client takes it for metadata, and nobody can have chosen it. */
export function testPayload(): string {
  return `{"_type":"test-signature","nonce":"${randomBytes(16).toString("hex")}"}`;
}
