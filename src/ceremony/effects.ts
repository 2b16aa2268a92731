/**
 * Everything a step can want from the world, in one table (design: "steps ask, drivers act, facts remain").
 *
 * A request and a value are plain JSON data and go into the transcript as they are, so they carry ids and numbers,
 * never prose: a better wording must not break an old audit. What is large or private travels beside the action as an
 * attachment and is named in the request by size and digest.
 */
import type { PublicKey, Sha256Hex, UtcSecond } from "../tuf/types.ts";
import type { KeyName, PersonId, RoleName } from "./script.ts";

export type Data = null | boolean | number | string | readonly Data[] | { readonly [member: string]: Data };

/** How a deviation goes on. Which of them a prompt allows is part of the action. */
export type Disposition =
  | "retry"
  | "postpone"
  | "spare"
  | "reinitialise"
  | "without-signer"
  | "amend"
  | "pause"
  | "abort";

/** A recorded deviation: what happened in somebody's own words, how to go on, and the two people who said so. */
export interface Exception {
  readonly happened: string;
  readonly disposition: Disposition;
  readonly confirmedBy: readonly [PersonId, PersonId];
}

/**
 * What a person may answer.
 * - `words`: PGP words of `sha256` at `positions` (0–31), typed from their own paper before the screen shows them, or
 *   from the screen. A mistype is counted, never recorded.
 * - `choice`: exactly one of the options.
 * - `text`: one line of public free text for each field, 1–200 characters, hidden while typed, shown back, confirmed.
 * - `exception`: asked after something failed: what happened, how to go on, two names.
 */
export type Accept =
  | {
      readonly form: "words";
      readonly from: "paper" | "screen";
      readonly sha256: Sha256Hex;
      readonly positions: readonly number[];
    }
  | { readonly form: "choice"; readonly options: readonly string[] }
  | { readonly form: "text"; readonly fields: readonly string[] }
  | { readonly form: "exception" };

export type Answer =
  | { readonly form: "words"; readonly mismatches: number }
  | { readonly form: "choice"; readonly chosen: string }
  | { readonly form: "text"; readonly fields: { readonly [field: string]: string } }
  | { readonly form: "exception"; readonly exception: Exception };

/** Which screen to show: every prompt has one, in src/live/screens/. */
export type PromptId =
  | "preflight-result"
  | "attendance"
  | "script-words"
  | "clock"
  | "beacon"
  | "follow"
  | "instruct"
  | "insert-token"
  | "provision"
  | "new-key"
  | "attestation"
  | "attested"
  | "media"
  | "confirm-key"
  | "one-time-begin"
  | "sign-document"
  | "request-written"
  | "await-signature"
  | "outputs-written"
  | "choose-step"
  | "amendment"
  | "try-again"
  | "failure";

export interface AskRequest {
  readonly prompt: PromptId;
  /** Whose turn it is. */
  readonly who: readonly PersonId[];
  /** What the screen shows besides the plan and the facts. */
  readonly data: Data;
  readonly accept: Accept;
  /** What an exception opened at this prompt may lead to; never empty. */
  readonly dispositions: readonly Disposition[];
}

/** What a PKCS#11 token says of itself. */
export type TokenFacts = {
  readonly serial: string;
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly initialised: boolean;
  readonly pin: "ok" | "low" | "final" | "locked" | "unknown";
};

export type CheckResult = {
  readonly id: string;
  readonly verdict: "pass" | "fail" | "unknown";
  readonly found: string;
};

export interface Effects {
  /** Ask people. */
  ask: { request: AskRequest; value: Answer };
  /** Look at the machine. */
  preflight: { request: Record<string, never>; value: { readonly results: readonly CheckResult[] } };
  /** Read the system clock. */
  clock: { request: Record<string, never>; value: { readonly time: UtcSecond } };
  /** Find exactly one token: by serial, or any that is not bound to another key. */
  "find-token": {
    request: {
      readonly key: KeyName;
      readonly device: string;
      readonly serial: string | null;
      /** Only a token that has not been initialised yet (soft tokens whose serial is not known in advance). */
      readonly blank: boolean;
      readonly notThese: readonly string[];
    };
    value: TokenFacts;
  };
  /** Initialise the token and set its PINs; a soft token gets a new serial. Everything on it is destroyed. */
  provision: {
    request: {
      readonly key: KeyName;
      readonly device: string;
      readonly serial: string;
      readonly label: string;
    };
    value: TokenFacts;
  };
  /** Make a key. Left-overs of a killed attempt are destroyed first and counted in `swept`. */
  generate: {
    request: {
      readonly key: KeyName;
      readonly store: "hsm" | "file" | "one-time";
      readonly scheme: PublicKey["scheme"];
      readonly label: string;
      readonly device: string | null;
      readonly serial: string | null;
      /** One-time keys: the documents this key may sign, once each. */
      readonly documents: readonly RoleName[];
    };
    value: {
      readonly publicKey: PublicKey;
      readonly proof: string;
      readonly attributes: { readonly [name: string]: boolean | number | string | null };
      readonly swept: number;
    };
  };
  /** What a device and its maker say of a key: base64 of certificates in DER, at most 32, from the token or from files. */
  "read-certificates": {
    request: { readonly key: KeyName; readonly device: string; readonly serial: string };
    value: { readonly certificates: readonly string[] };
  };
  /** Sign the canonical bytes of a document (attachment). `sig` is hex. */
  sign: {
    request: {
      readonly key: KeyName;
      readonly store: "hsm" | "file" | "one-time";
      /** CKA_LABEL; null: a key of an earlier ceremony, found by its public part. */
      readonly label: string | null;
      readonly device: string | null;
      readonly serial: string | null;
      readonly role: RoleName;
      readonly publicKey: PublicKey;
      readonly sizeBytes: number;
      readonly sha256: Sha256Hex;
    };
    value: { readonly sig: string };
  };
  /** End a one-time key: its process exits. */
  "end-key": { request: { readonly key: KeyName }; value: { readonly ended: true } };
  /** Write a new file of the ceremony folder (attachment), synced and read back. */
  write: {
    request: { readonly path: string; readonly sizeBytes: number; readonly sha256: Sha256Hex };
    value: { readonly written: true };
  };
  /** A signature file from a holder elsewhere, as text of at most 65,536 characters. */
  receive: {
    request: { readonly role: RoleName; readonly key: KeyName; readonly sha256: Sha256Hex };
    value: { readonly text: string };
  };
  /** Compose every document with throw-away keys of the same schemes, sign, judge and try the clients on them. */
  lint: {
    request: { readonly scriptSha256: Sha256Hex; readonly roles: readonly RoleName[] };
    value: {
      readonly documents: readonly {
        readonly role: RoleName;
        readonly payloadBytes: number;
        readonly fileBytes: number;
      }[];
      readonly findings: readonly {
        readonly role: RoleName;
        readonly rule: string;
        readonly severity: "error" | "warning";
      }[];
      readonly clients: readonly ClientVerdict[];
    };
  };
  /** Load the finished documents (attachments by path) with other people's client code. */
  "try-clients": {
    request: { readonly documents: readonly { readonly path: string; readonly sha256: Sha256Hex }[] };
    value: { readonly clients: readonly ClientVerdict[] };
  };
}

export type ClientVerdict = {
  readonly client: string;
  readonly version: string;
  readonly accepted: boolean;
  /** It parsed only the first of very many delegations (and verified the signatures over all of them). */
  readonly isPartial: boolean;
  /** Known limits of that client that explain a refusal, by rule id. */
  readonly known: readonly string[];
};

export type Kind = keyof Effects;

/** What a step yields. `attachments` are not recorded; the request names them by digest. */
export interface Action<K extends Kind = Kind> {
  readonly kind: K;
  /** Unique within the step: `insert-token`, `insert-token.2` for the second try. */
  readonly id: string;
  readonly request: Effects[K]["request"];
  readonly attachments: ReadonlyMap<string, Uint8Array>;
}
export type AnyAction = { [K in Kind]: Action<K> }[Kind];

/** What comes back. Failures are values; nothing is ever thrown into a step. */
export type Outcome<K extends Kind = Kind> =
  | { readonly ok: true; readonly value: Effects[K]["value"] }
  | {
      readonly ok: false;
      /** The code of the CeremonyError, or `exception` where a person opened one at a prompt. */
      readonly code: string;
      readonly expected: string;
      readonly found: string;
      /** What to do about it, where the failure came with advice. */
      readonly remedy?: string;
      readonly exception?: Exception;
    };
