/** The one key of a token that a PKCS#11 URI means by its `object` and `id`. */
import { Buffer } from "node:buffer";
import { CeremonyError } from "../errors.ts";
import type { KeySurvey, SurveyedKey } from "../keystore/pkcs11/protocol.ts";
import type { Pkcs11Uri } from "../keystore/pkcs11/uri.ts";
import { quote } from "../tuf/quote.ts";

/** Throws `token/key-unnamed`, `token/key-none`, `token/key-ambiguous`. */
export function selectKey({ keys }: KeySurvey, uri: Pkcs11Uri): SurveyedKey {
  const { object, id } = uri;
  if (object === undefined && id === undefined) {
    throw refuse(
      "key-unnamed",
      "usage",
      "a URI that names a key too, by `object` (its label) or `id`",
      "none",
    );
  }
  if (uri.type !== undefined && uri.type !== "private" && uri.type !== "public")
    throw refuse(
      "key-unnamed",
      "usage",
      "a URI of a key pair (type=private or type=public)",
      `type=${uri.type}`,
    );
  const wanted = id === undefined ? undefined : Buffer.from(id).toString("hex");
  const meant = keys.filter(
    (key) => (object === undefined || key.label === object) && (wanted === undefined || key.id === wanted),
  );
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  const shown = (meant.length > 1 ? meant : keys).map((key) => `${quote(key.label, 64)} (id ${key.id})`);
  throw refuse(
    meant.length > 1 ? "key-ambiguous" : "key-none",
    "device",
    "exactly one key that the URI means",
    shown.length === 0 ? "no key that shows" : shown.slice(0, 8).join(", "),
  );
}

function refuse(code: string, exit: "usage" | "device", expected: string, found: string): CeremonyError {
  const remedy = "See `tuf-ceremony token inspect --login` for the URIs of a token's keys.";
  return new CeremonyError({ code: `token/${code}`, exit, expected, found, remedy });
}
