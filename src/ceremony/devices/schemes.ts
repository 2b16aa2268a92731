import { SCHEMES, type Scheme } from "../../tuf/types.ts";

export { SCHEMES };
export const NO_ED25519: readonly Scheme[] = SCHEMES.filter((scheme) => scheme !== "ed25519");
