/** A device that attests says where a key was made: what it says is judged before the key counts. */
import { Buffer } from "node:buffer";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
import { writePem } from "../../tuf/pem.ts";
import type { PublicKey } from "../../tuf/types.ts";
import { type Judgement, judgeAttestation } from "../attestation/judge.ts";
import { sha256Hex } from "../composer.ts";
import { DEVICES } from "../devices/index.ts";
import type { AttestationProfile } from "../devices/profile.ts";
import type { Disposition, Effects } from "../effects.ts";
import type { AttestedFact } from "../facts.ts";
import type { AttestationRequirement, HsmKey } from "../script.ts";
import { ask, attempt, deviate, type Got, type Part, type StepContext } from "../step.ts";

/** Where the certificates are kept that were judged: in PEM, from the key's up to the root. */
export function attestationPath(key: string, keyid: string): string {
  return `inputs/attestations/${key}-${keyid.slice(0, 16)}.pem`;
}

/** Null: nothing is required, or this is a rehearsal, whose keys nobody attests. */
export function* attest(
  context: StepContext,
  key: HsmKey,
  { publicKey, attributes }: Effects["generate"]["value"],
  serial: string,
  dispositions: readonly Disposition[],
): Part<Got<AttestedFact | null>> {
  const { attestation: requirement, device } = key;
  if (requirement === null || requirement === "waived") return { kind: "value", value: null };
  const profile = DEVICES.get(device)?.attestation;
  if (profile === null || profile === undefined) throw new TypeError(`${device} attests nothing`);
  const asked = { key: key.name, device, serial };
  for (;;) {
    const ready = yield* ask(context, "attestation", {
      data: { ...asked, id: attributes["CKA_ID"] ?? null },
      accept: { form: "choice", options: ["ready"] },
      dispositions,
    });
    if (ready.kind === "deviation") return ready;
    if (context.state.rehearsal) return { kind: "value", value: null };
    const read = yield* attempt(context, "read-certificates", "read-certificates", asked, dispositions);
    if (read.kind === "deviation") return read;
    const judgement = judge(context, profile, requirement, publicKey, serial, read.value.certificates);
    if (judgement.holds)
      return yield* accept(context, asked, publicKey, requirement, judgement, dispositions);
    const deviation = yield* deviate(context, "read-certificates", refusal(judgement), dispositions);
    if (deviation !== null) return { kind: "deviation", disposition: deviation };
  }
}

function judge(
  context: StepContext,
  profile: AttestationProfile,
  requirement: AttestationRequirement,
  publicKey: PublicKey,
  serial: string,
  certificates: readonly string[],
): Judgement {
  const { lastTime } = context.state;
  if (lastTime === null) throw new TypeError("a step after no line at all");
  const ders = certificates.map((text) => Buffer.from(text, "base64"));
  return judgeAttestation({ profile, certificates: ders, publicKey, serial, requirement, at: lastTime });
}

function refusal({ parts, isIncomplete }: Judgement) {
  const failing = parts.filter(({ holds }) => !holds);
  return {
    code: isIncomplete ? "attestation/incomplete" : "attestation/refused",
    expected: failing.map(({ part, expected }) => `${part} ${expected}`.trim()).join("; "),
    found: failing.map(({ part, found }) => `${part} ${found}`).join("; "),
    parts: failing,
  };
}

function* accept(
  context: StepContext,
  asked: { readonly key: string; readonly device: string; readonly serial: string },
  publicKey: PublicKey,
  requirement: AttestationRequirement,
  { parts, chain }: Judgement,
  dispositions: readonly Disposition[],
): Part<Got<AttestedFact>> {
  const seen = yield* ask(context, "attested", {
    data: { ...asked, parts, chain: chain.map(({ subject, sha256 }) => ({ subject, sha256 })) },
    accept: { form: "choice", options: ["accepted"] },
    dispositions,
  });
  if (seen.kind === "deviation") return seen;
  const keyid = keyIdOf(keyObject(publicKey));
  const content = Buffer.from(
    chain.map(({ der }) => writePem({ label: "CERTIFICATE", bytes: der })).join(""),
  );
  const path = attestationPath(asked.key, keyid);
  const file = { path, sizeBytes: content.length, sha256: sha256Hex(content) };
  const written = yield* attempt(context, "write", "write", file, dispositions, new Map([[path, content]]));
  if (written.kind === "deviation") return written;
  return {
    kind: "value",
    value: { fact: "attested", key: asked.key, keyid, requirement, chain: chain.map(({ sha256 }) => sha256) },
  };
}
