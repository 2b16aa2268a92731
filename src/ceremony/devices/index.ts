/** All kinds of devices, in the order in which people are shown them. */
import { CLOUDHSM } from "./cloudhsm.ts";
import { LUNA7 } from "./luna7.ts";
import { NITROKEY_HSM2 } from "./nitrokey-hsm2.ts";
import { NSS } from "./nss.ts";
import { OPENCRYPTOKI } from "./opencryptoki.ts";
import { P11_KIT } from "./p11-kit.ts";
import type { DeviceProfile } from "./profile.ts";
import { SMARTCARD_HSM } from "./smartcard-hsm.ts";
import { SOFTHSM } from "./softhsm.ts";
import { TPM2 } from "./tpm2.ts";
import { YUBIHSM2 } from "./yubihsm2.ts";
import { YUBIKEY } from "./yubikey.ts";

/** By the name that a script's `device:` and the machine file use. */
export const DEVICES: ReadonlyMap<string, DeviceProfile> = new Map(
  [
    SOFTHSM,
    NSS,
    TPM2,
    OPENCRYPTOKI,
    P11_KIT,
    YUBIHSM2,
    YUBIKEY,
    NITROKEY_HSM2,
    SMARTCARD_HSM,
    LUNA7,
    CLOUDHSM,
  ].map((device) => [device.name, device]),
);
