import type { DeviceProfile } from "./profile.ts";
import { NO_ED25519 } from "./schemes.ts";
import { SOFTHSM } from "./softhsm.ts";

/** SoftHSM behind p11-kit 0.24's remoting, which passes on neither Ed25519 nor mechanisms that hash. */
export const P11_KIT: DeviceProfile = {
  ...SOFTHSM,
  name: "p11-kit",
  title: "SoftHSM behind p11-kit",
  schemes: NO_ED25519,
  backup: { by: "none" },
};
