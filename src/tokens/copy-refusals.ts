/** Which keys can be copied between tokens, by what is known of the devices; and what to do instead where they can't. */
import type { DeviceProfile } from "../ceremony/devices/profile.ts";
import { describeFailure } from "../keystore/pkcs11/situations.ts";
import type { Scheme } from "../tuf/types.ts";

/** Throws `token/key-not-wrappable` with the way that there is. */
export function requireCopyable({ title, backup }: DeviceProfile, scheme: Scheme | null): void {
  switch (backup.by) {
    case "aes-key-wrap": {
      if (scheme === null || backup.schemes.includes(scheme)) return;
      throw describeFailure({ situation: "token/key-not-wrappable", found: `${scheme} on ${title}` });
    }
    case "vendor-tool":
      throw describeFailure(
        { situation: "token/key-not-wrappable", found: `${title}, whose keys only its vendor's tool copies` },
        `With the vendor's tool: ${backup.commands.join("; ")}. Or give another person a key of their own.`,
      );
    case "none":
      throw describeFailure({
        situation: "token/key-not-wrappable",
        found: `${title}, whose keys stay in it`,
      });
    default:
      return backup satisfies never;
  }
}
