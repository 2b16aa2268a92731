/** What was measured of each provider, where they differ: the contract holds them to it. */
import type { RawAttributes } from "../../../src/keystore/pkcs11/protocol.ts";
import type { Situation } from "../../../src/keystore/pkcs11/situations.ts";
import type { PinState } from "../../../src/keystore/pkcs11/token-info.ts";
import { SCHEMES, type Scheme } from "../../../src/tuf/types.ts";
import type { ProviderName } from "../provider.ts";

export interface Facts {
  /** Of a new key; the mechanism is the scheme's own, or the token does not say. */
  readonly local: boolean;
  readonly saysMechanism: boolean;
  /** pkcs11-tool has no way to hand over library parameters, and NSS does not start without. */
  readonly opensc: boolean;
  /** `publics-stay`: keys that can't sign any more are listed for ever. */
  readonly erase: "empties" | "publics-stay" | "refused";
  /** After one wrong PIN. */
  readonly afterWrongPin: PinState;
  readonly locks: boolean;
  /** A new user PIN by the officer: it keeps the keys, or is refused. */
  readonly unlock: "keeps-keys" | Situation;
  /** When another program makes a second key with the CKA_ID of one of ours. */
  readonly sameId: "both-stay" | "older-destroyed";
  /** Of a key for a scheme that the device has not, when it is asked all the same. */
  readonly unknownScheme: Situation;
  readonly cutOff: {
    /** A process that held the token before. */
    readonly sign: "works" | Situation;
    readonly generate: "works" | Situation;
    readonly login: "works" | Situation;
    /** A new one. */
    readonly open: Situation;
  };
  readonly wraps: readonly Scheme[];
  readonly restores: readonly Scheme[];
  readonly wrapRefusal: Situation;
  readonly restoreRefusal: Situation;
}

const WITHOUT_DEVICE = {
  sign: "token/gone",
  generate: "token/gone",
  login: "token/device-error",
  open: "module/failed",
} as const;
const ECDSA_AND_RSA = SCHEMES.filter((scheme) => scheme !== "ed25519");

const SOFTHSM: Facts = {
  local: true,
  saysMechanism: true,
  opensc: true,
  erase: "empties",
  afterWrongPin: "low",
  locks: false,
  unlock: "keeps-keys",
  sameId: "both-stay",
  unknownScheme: "token/mechanism-missing",
  cutOff: WITHOUT_DEVICE,
  wraps: ECDSA_AND_RSA,
  restores: ECDSA_AND_RSA,
  wrapRefusal: "token/key-not-wrappable",
  restoreRefusal: "token/key-not-wrappable",
};

export const FACTS: Readonly<Record<ProviderName, Facts>> = {
  softhsm: SOFTHSM,
  nss: {
    ...SOFTHSM,
    local: false,
    saysMechanism: false,
    opensc: false,
    erase: "publics-stay",
    afterWrongPin: "ok", // it sets no flags; the profile knows that it never locks
    unlock: "token/argument",
    sameId: "older-destroyed",
    // Its files stay open. Nothing new can be written, and the number is NSS's own.
    cutOff: { sign: "works", generate: "token/unknown-code", login: "works", open: "module/failed" },
    wraps: ECDSA_AND_RSA,
    restores: ["rsassa-pss-sha256"],
    restoreRefusal: "token/argument",
  },
  tpm2: {
    ...SOFTHSM,
    erase: "refused",
    afterWrongPin: "unknown",
    wraps: [],
    restores: [],
    wrapRefusal: "token/argument", // CKA_EXTRACTABLE may not be true
    restoreRefusal: "token/vendor-tool", // C_UnwrapKey is none of its functions
  },
  opencryptoki: {
    ...SOFTHSM,
    saysMechanism: false,
    erase: "refused",
    locks: true,
    // The daemon counts processes and sessions, and the library does the rest without it.
    cutOff: { sign: "works", generate: "works", login: "works", open: "module/failed" },
    wraps: [],
    restores: [],
    wrapRefusal: "token/mechanism-missing",
    restoreRefusal: "token/mechanism-missing",
  },
  "p11-kit": {
    ...SOFTHSM,
    cutOff: { ...WITHOUT_DEVICE, open: "token/absent" },
    wraps: [],
    restores: [],
    wrapRefusal: "token/mechanism-missing",
    restoreRefusal: "token/mechanism-missing",
  },
};

/** CKA_ID is the key's own and checked elsewhere. */
export function attributesOf({ local, saysMechanism }: Facts, scheme: Scheme): RawAttributes {
  return {
    CKA_LOCAL: local,
    CKA_SENSITIVE: true,
    CKA_EXTRACTABLE: false,
    CKA_ALWAYS_SENSITIVE: true,
    CKA_NEVER_EXTRACTABLE: true,
    CKA_KEY_GEN_MECHANISM: saysMechanism ? MECHANISMS[scheme] : null,
  };
}

const MECHANISMS: Readonly<Record<Scheme, number>> = {
  ed25519: 0x1055,
  "ecdsa-sha2-nistp256": 0x1040,
  "ecdsa-sha2-nistp384": 0x1040,
  "rsassa-pss-sha256": 0,
};
