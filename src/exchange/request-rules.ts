/**
 * What a holder elsewhere holds against a request before signing, one row each. `request/…` is asked of the request
 * alone, `anchor/…` of the holder's own copy of the script, `root/…` of the holder's own trusted root, `log/…` of the
 * holder's own signing log. The documentation (docs/formats-exchange.md) is filed under the ids.
 */

export interface RequestRule {
  readonly id: string;
  /** What is required. */
  readonly expected: string;
  readonly remedy: string;
}

export interface RequestFinding {
  readonly rule: RequestRuleId;
  /** Warnings are shown and don't forbid to sign. */
  readonly severity: "error" | "warning";
  readonly expected: string;
  /** Other people's text is quoted in it. */
  readonly found: string;
  readonly remedy: string;
}

const ASK_AGAIN = "Don't sign. Ask for the request again, over another way if it happens twice.";
const ASK_ALOUD =
  "Don't sign. Ask the administrator, by voice, what was agreed; then ask for the request again.";
const TELL_OTHERS =
  "Don't sign, and tell the other holders: somebody asks for something that was not agreed.";

const row = <Id extends string>(id: Id, expected: string, remedy: string) =>
  ({ id, expected, remedy }) as const satisfies RequestRule;

// biome-ignore format: a table is read by its rows
export const REQUEST_RULES = [
  row("request/file", "a JSON object in UTF-8 of at most 16 MiB", ASK_AGAIN),
  row("request/members", "every member that a request has, and no other", ASK_AGAIN),
  row("request/type", "a signing request of version 1", "Update this tool, or give it the file that is meant."),
  row("request/form", "every member in its form", ASK_AGAIN),
  row("request/digest", "the digest of the document that is in the request", ASK_AGAIN),
  row("request/key", "a public key in its one spelling, under the keyid that is its hash", ASK_AGAIN),
  row("request/document", "a document that keeps all rules for documents that are made", ASK_ALOUD),
  row("request/expired", "a document that is still valid for a while", ASK_ALOUD),
  row("request/signer", "a key that counts for this document", ASK_ALOUD),

  row("anchor/script-digest", "the script with the digest that is on your paper",
    "Use your own copy of the script that was agreed; if the paper is right, this copy is not it."),
  row("anchor/ceremony", "the ceremony of your script", ASK_ALOUD),
  row("anchor/script", "a request that was made from the very script that you have",
    "Don't sign. Ask whether the script was amended. If so, get the new one and its digest the way you got the first; by this one nothing else of the request can be judged."),
  row("anchor/document", "a document that your script makes", TELL_OTHERS),
  row("anchor/signer", "the key, the holder and the document that your script brings together", TELL_OTHERS),
  row("anchor/own-key", "the key that your script knows under this name", TELL_OTHERS),
  row("anchor/version", "the version that follows from your script", TELL_OTHERS),
  row("anchor/expires", "the date of expiry in your script", TELL_OTHERS),
  row("anchor/role", "the roles of your script", TELL_OTHERS),
  row("anchor/threshold", "the threshold in your script", TELL_OTHERS),
  row("anchor/key-count", "as many keys as your script gives the role", TELL_OTHERS),
  row("anchor/known-key", "the key that your script knows at this place", TELL_OTHERS),
  row("anchor/new-key", "a fresh key of the script's scheme at this place, and at no other", TELL_OTHERS),
  row("anchor/content", "exactly the document that your script makes with these keys", TELL_OTHERS),

  row("root/digest", "the root with the digest that is on your paper",
    "Use the root that you trust; if the paper is right, this file is not it."),
  row("root/own", "a root that its own keys have signed", "Use the root that you trust, complete with its signatures."),
  row("root/type", "a root: nothing else can be judged by a root alone",
    "Judge this request by your own copy of the script: --script."),
  row("root/version", "the version that follows the root you trust", TELL_OTHERS),

  row("log/second-variant", "no other variant of this document and version signed by this key",
    "Don't sign: two signed variants of one version are a fork. If it has to change after all, others sign it, or you enrol a new key."),
] as const;

export type RequestRuleId = (typeof REQUEST_RULES)[number]["id"];

const RULES = new Map<string, RequestRule>(REQUEST_RULES.map((rule) => [rule.id, rule]));

/** `expected` and `remedy` where the row's own words are too general. */
export function finding(
  rule: RequestRuleId,
  found: string,
  more: Partial<Pick<RequestFinding, "expected" | "severity" | "remedy">> = {},
): RequestFinding {
  const known = RULES.get(rule);
  if (known === undefined) throw new RangeError(`no rule is called ${rule}`);
  const { expected = known.expected, severity = "error", remedy = known.remedy } = more;
  return { rule, severity, expected, found, remedy };
}

export function forbidsSigning(findings: readonly RequestFinding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}
