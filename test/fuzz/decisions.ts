/**
 * What we accept and python-tuf or go-tuf refuses, and where it was decided. Of a document that both of them refuse, each
 * refusal has to be explained by one of these; any other is a finding.
 */
import type { ReadDocument } from "../../src/tuf/documents.ts";
import type { RuleId } from "../../src/tuf/rules.ts";
import { SCHEMES } from "../../src/tuf/types.ts";

export type PeerName = "python-tuf" | "go-tuf";

/** A document that we accept. */
export interface Subject {
  readonly document: ReadDocument;
  readonly bytes: Uint8Array;
  /** The documents that say who may sign it, itself included where it is a root. */
  readonly authorities: readonly ReadDocument[];
}

export interface Decision {
  /** As the page says it. */
  readonly title: string;
  /** In docs/. */
  readonly page: string;
  /** `words`: the peer's own. */
  readonly explains: (peer: PeerName, subject: Subject, words: string) => boolean;
}

const POLICY = "decisions/reading-policy.md";

/** Where one of the rules was observed, and the peer's words are these. */
function observed(rules: readonly RuleId[], words: Partial<Record<PeerName, RegExp>>): Decision["explains"] {
  return (peer, { document, authorities }, said) =>
    words[peer]?.test(said) === true &&
    [document, ...authorities].some(({ observations }) =>
      observations.some(({ rule }) => rules.includes(rule)),
    );
}

const UNSIGNED = { "python-tuf": /UnsignedMetadataError/, "go-tuf": /ErrUnsignedMetadata/ };

export const DECISIONS: readonly Decision[] = [
  {
    title: "`expires` with a fraction or an offset: accepted, warning",
    page: POLICY,
    explains: observed(["document/expires-form"], {
      "python-tuf": /time data .* does not match format/,
      "go-tuf": UNSIGNED["go-tuf"], // it writes the time in another form before it verifies
    }),
  },
  {
    title: "a scheme that can't be verified here: accepted, warning",
    page: POLICY,
    explains: observed(["key/unknown-scheme"], {
      "python-tuf": /Unsupported public key|UnsignedMetadataError/,
      "go-tuf": /unsupported public key type|invalid uncompressed public key|ErrUnsignedMetadata/,
    }),
  },
  {
    title: "a malformed or weak key that no role names: a warning",
    page: POLICY,
    explains: observed(["key/unusable-unused"], {
      "python-tuf": /DeserializationError/,
      "go-tuf": /UnmarshalTypeError.*keys|unsupported public key type|ErrUnsignedMetadata/,
    }),
  },
  {
    title: "roles beyond the four: accepted, warning",
    page: POLICY,
    explains: observed(["role/unexpected"], { "python-tuf": /Role names must be the top-level/ }),
  },
  {
    title: "a keyid in a role without a key: accepted, warning",
    page: POLICY,
    explains: observed(["role/dangling-keyid"], { "go-tuf": /not found in .* keyids/ }),
  },
  {
    title:
      "upper-case hex, a hex point, a compressed point, a PKCS#1 PEM, another keytype: accepted, warning",
    page: POLICY,
    explains: observed(["key/spelling"], {
      ...UNSIGNED,
      "go-tuf":
        /PEM decoding failed|invalid uncompressed public key|ErrUnsignedMetadata|unsupported public key type/,
    }),
  },
  {
    title: "odd digit, white space, junk, base64: counts for nothing, warning",
    page: POLICY,
    explains: observed(["signature/not-hex"], { "go-tuf": /hex/ }),
  },
  {
    title: "`consistent_snapshot` missing: accepted, warning",
    page: POLICY,
    explains: observed(["root/consistent-snapshot-missing"], { "go-tuf": UNSIGNED["go-tuf"] }),
  },
  {
    title: "P-521, RSA with PKCS#1 v1.5, or with other hashes than SHA-256: read by python-tuf only",
    page: "rules.md",
    explains: (peer, { document, authorities }, words) =>
      UNSIGNED[peer].test(words) && [document, ...authorities].some(hasKeyOfFew),
  },
  {
    title: "letters written as `\\u0061`: accepted",
    page: POLICY,
    explains: (peer, { bytes }, words) =>
      peer === "go-tuf" &&
      /hex|time\.ParseError/.test(words) &&
      /\\u00[2-7][0-9a-f]/i.test(new TextDecoder().decode(bytes)),
  },
  {
    title: "integers beyond 2^53: exact in unknown fields",
    page: POLICY,
    explains: (peer, _, words) => peer === "go-tuf" && /Can't canonicalize floating point number/.test(words),
  },
];

/** See the rule `key/scheme-of-few`. */
function hasKeyOfFew(document: ReadDocument): boolean {
  const keys =
    document.kind === "root" ? document.keys : document.kind === "targets" && document.delegations?.keys;
  return (
    keys instanceof Map && [...keys.values()].some(({ scheme }) => !SCHEMES.some((known) => known === scheme))
  );
}

/** Null where nothing that was written down explains it. */
export function findDecision(peer: PeerName, subject: Subject, words: string): Decision | null {
  return DECISIONS.find(({ explains }) => explains(peer, subject, words)) ?? null;
}
