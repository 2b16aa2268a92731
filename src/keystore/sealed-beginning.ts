/**
 * How every file begins that age-seal.ts makes: age's first line, then the stanza of a passphrase. It is all that a file
 * tells without the passphrase; which key is inside it does not.
 */
export const SEALED_BEGINNING = "age-encryption.org/v1\n-> scrypt ";
