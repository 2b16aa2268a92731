/** The mechanisms that matter to a ceremony, by PKCS#11's names without their CKM_. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x1055, "EC_EDWARDS_KEY_PAIR_GEN"],
  [0x1057, "EDDSA"],
  [0x1040, "EC_KEY_PAIR_GEN"],
  [0x1041, "ECDSA"],
  [0x0000, "RSA_PKCS_KEY_PAIR_GEN"],
  [0x000d, "RSA_PKCS_PSS"],
  [0x0043, "SHA256_RSA_PKCS_PSS"],
  [0x0009, "RSA_PKCS_OAEP"],
  [0x1080, "AES_KEY_GEN"],
  [0x2109, "AES_KEY_WRAP"],
  [0x210a, "AES_KEY_WRAP_PAD"],
]);

/** In the order of the table, whatever order the token gives them in. */
export function nameMechanisms(mechanisms: readonly number[]): readonly string[] {
  const there = new Set(mechanisms);
  return Array.from(NAMES).flatMap(([number, name]) => (there.has(number) ? [name] : []));
}
