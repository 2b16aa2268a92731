/** The facts with which a step ends well, made without running it: for tests of what follows from facts alone. */
import type { Fact, SignatureFact } from "../../src/ceremony/facts.ts";
import { oneTimeSigners } from "../../src/ceremony/next.ts";
import type { PlannedStep } from "../../src/ceremony/plan-types.ts";
import type { CeremonyState } from "../../src/ceremony/state.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { makeTestKey } from "../support/test-keys.ts";

/** Null where it can't end well yet: something that it works on is not there. */
export function factsOf(
  state: CeremonyState,
  { kind, key = "", role = "" }: PlannedStep,
): readonly Fact[] | null {
  switch (kind) {
    case "generate":
      return [keyFact(state, key)];
    case "confirm": {
      const keyid = state.plan.keys.get(key)?.knownKeyid;
      return keyid === undefined ? null : [{ fact: "confirmed", key, keyid }];
    }
    case "lint":
      return [{ fact: "linted", scriptSha256: state.plan.scriptSha256, clients: [] }];
    case "one-time":
      return oneTimeFacts(state);
    case "sign":
    case "collect": {
      const signature = signatureFact(state, role, key);
      return signature === null ? null : [signature];
    }
    case "request": {
      const sha256 = state.document(role)?.sha256;
      return sha256 === undefined ? null : [{ fact: "requested", role, key, sha256 }];
    }
    case "verify": {
      const documents = state.plan.documents.map((planned) => ({
        role: planned.role,
        sha256: state.document(planned.role)?.sha256,
      }));
      const known = documents.flatMap(({ role, sha256 }) => (sha256 === undefined ? [] : [{ role, sha256 }]));
      return known.length < documents.length ? null : [{ fact: "verified", documents: known, clients: [] }];
    }
    default:
      return [];
  }
}

function keyFact(state: CeremonyState, name: string): Extract<Fact, { fact: "key" }> {
  const key = state.plan.keys.get(name)?.key;
  if (key === undefined || key.store === "public" || key.store === "elsewhere")
    throw new TypeError(`${name} is not made in a ceremony`);
  const { publicKey } = makeTestKey(key.scheme);
  return {
    fact: "key",
    key: name,
    keyid: keyIdOf(keyObject(publicKey)),
    publicKey,
    store: key.store,
    serial: key.store === "hsm" ? key.serial : null,
    attributes: {},
    swept: 0,
  };
}

/** The signature itself is never looked at by the state: the step has verified it. */
function signatureFact(state: CeremonyState, role: string, key: string): SignatureFact | null {
  const sha256 = state.document(role)?.sha256;
  const keyid = state.plan.keys.get(key)?.knownKeyid ?? state.keys.get(key)?.keyid;
  if (sha256 === undefined || keyid === undefined) return null;
  return { fact: "signature", role, key, keyid, sha256, sig: "00" };
}

/** All keys are made before any signs: documents name one another's keys. */
function oneTimeFacts(state: CeremonyState): readonly Fact[] | null {
  const signers = oneTimeSigners(state);
  const made = [...new Set(signers.map(([, key]) => key))].map((key) => keyFact(state, key));
  const known = state.publicKeys();
  for (const fact of made) known.set(fact.key, fact.publicKey);
  const signatures = signers.map(([role, key]): SignatureFact | null => {
    const document = state.composer.compose(role, known);
    const keyid = made.find((fact) => fact.key === key)?.keyid;
    if (document === null || keyid === undefined) return null;
    return { fact: "signature", role, key, keyid, sha256: document.sha256, sig: "00" };
  });
  const whole = signatures.flatMap((fact) => (fact === null ? [] : [fact]));
  return whole.length < signatures.length ? null : [...made, ...whole];
}
