/** The numbers of PKCS#11 2.40 and 3.1 that this program uses; the addon's own list ends before version 3. */

export const UserType = { securityOfficer: 0, user: 1, contextSpecific: 2 } as const;

export const ObjectClass = { certificate: 1, publicKey: 2, privateKey: 3, secretKey: 4 } as const;

export const KeyType = { rsa: 0x00, ec: 0x03, aes: 0x1f, ecEdwards: 0x40 } as const;

export const Attribute = {
  class: 0x000,
  token: 0x001,
  private: 0x002,
  label: 0x003,
  value: 0x011,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  wrap: 0x106,
  unwrap: 0x107,
  sign: 0x108,
  verify: 0x10a,
  modulus: 0x120,
  modulusBits: 0x121,
  publicExponent: 0x122,
  valueLength: 0x161,
  extractable: 0x162,
  local: 0x163,
  neverExtractable: 0x164,
  alwaysSensitive: 0x165,
  keyGenMechanism: 0x166,
  modifiable: 0x170,
  copyable: 0x171,
  destroyable: 0x172,
  ecParams: 0x180,
  ecPoint: 0x181,
  alwaysAuthenticate: 0x202,
} as const;

export const Mechanism = {
  rsaKeyPairGen: 0x0000,
  rsaOaep: 0x0009,
  rsaPss: 0x000d,
  sha256RsaPss: 0x0043,
  sha1: 0x0220,
  sha256: 0x0250,
  ecKeyPairGen: 0x1040,
  ecdsa: 0x1041,
  ecEdwardsKeyPairGen: 0x1055,
  aesKeyGen: 0x1080,
  aesKeyWrap: 0x2109,
  aesKeyWrapPad: 0x210a,
  eddsa: 0x1057,
} as const;

export const MaskGeneration = { sha1: 1, sha256: 2 } as const;

export const TokenFlag = {
  writeProtected: 0x0002,
  loginRequired: 0x0004,
  userPinInitialised: 0x0008,
  protectedAuthenticationPath: 0x0100,
  tokenInitialised: 0x0400,
  userPinCountLow: 0x0001_0000,
  userPinFinalTry: 0x0002_0000,
  userPinLocked: 0x0004_0000,
  officerPinCountLow: 0x0010_0000,
  officerPinFinalTry: 0x0020_0000,
  officerPinLocked: 0x0040_0000,
  officerPinToBeChanged: 0x0080_0000,
} as const;

export const SessionFlag = { readWrite: 0x2, serial: 0x4 } as const;

/** CKF_OS_LOCKING_OK of C_Initialize. */
export const OS_LOCKING_OK = 0x2;

/** What a length or a mechanism says when there is none: CK_UNAVAILABLE_INFORMATION. */
export const UNAVAILABLE = 0xffff_ffff_ffff_ffffn;

/** The addon's own numbers for the parameters of RSA-OAEP and RSA-PSS; no PKCS#11 constants. */
export const RSA_OAEP_PARAMETER = 4;
export const RSA_PSS_PARAMETER = 5;
