/** Signs a draft as it is, so that what is wrong with it decides and not a broken signature; or breaks the signature. */
import { Buffer } from "node:buffer";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { tryParseJson } from "../../src/tuf/json.ts";
import { bend } from "./bend.ts";
import { COMPACT, type Draft, DraftObject, looseSpelling, Raw, write } from "./draft.ts";
import { hostileText, hostileValue } from "./hostile-values.ts";
import type { Random } from "./random.ts";
import type { SpelledKey } from "./spelled-keys.ts";

/** The bytes of a file. */
export function signDraft(random: Random, signed: DraftObject, signers: readonly SpelledKey[]): Uint8Array {
  const spelling = random.oneIn(3) ? looseSpelling(random) : COMPACT;
  const text = write(signed, spelling);
  const payload = payloadOf(text);
  const signatures: Draft[] = signers.map(
    ({ keyid, sign }) =>
      new DraftObject([
        ["keyid", keyid],
        ["sig", sign(payload)],
      ]),
  );
  const envelope = new DraftObject([
    ["signatures", random.oneIn(8) ? disturb(random, signatures) : signatures],
    ["signed", new Raw(text)],
  ]);
  if (random.oneIn(4)) envelope.members.reverse();
  if (random.oneIn(30)) bend(random, envelope);
  return Buffer.from(write(envelope, spelling));
}

/** What is refused anyway is signed as it stands. */
function payloadOf(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const parsed = tryParseJson(bytes, { onRepeatedMember: () => undefined });
  return parsed.ok ? canonicalBytes(parsed.value) : bytes;
}

function disturb(random: Random, signatures: Draft[]): Draft[] {
  if (signatures.length === 0) return [hostileValue(random)];
  const at = random.below(signatures.length);
  const chosen = signatures[at];
  if (!(chosen instanceof DraftObject)) return signatures;
  const sig = String(chosen.get("sig"));
  const replace = (name: string, value: Draft) => () => {
    chosen.set(name, value);
    return signatures;
  };
  return random.weighted<() => Draft[]>([
    [3, () => signatures.toSpliced(at, 1)],
    [3, () => [...signatures].reverse()],
    [2, replace("sig", sig.toUpperCase())],
    [2, replace("sig", flipDigit(random, sig))],
    [1, replace("sig", "")],
    [1, replace("sig", sig.slice(1))],
    [1, replace("sig", ` ${sig}`)],
    [1, replace("sig", Buffer.from(sig, "hex").toString("base64"))],
    [1, replace("sig", "00".repeat(64))],
    [1, replace("sig", hostileValue(random))],
    [2, replace("keyid", hostileText(random))],
    [
      2,
      () => [
        ...signatures,
        new DraftObject([
          ["keyid", hostileText(random)],
          ["sig", sig],
        ]),
      ],
    ],
    [
      1,
      () => [
        ...signatures,
        new DraftObject([
          ["keyid", hostileText(random)],
          ["sig", ""],
        ]),
      ],
    ],
    [1, () => [...signatures, chosen]],
    [1, () => [...signatures, hostileValue(random)]],
    [2, replace(hostileText(random), hostileValue(random))],
  ])();
}

function flipDigit(random: Random, hex: string): string {
  const at = random.below(hex.length);
  const digit = Number.parseInt(hex.charAt(at), 16) ^ (1 << random.below(4));
  return hex.slice(0, at) + digit.toString(16) + hex.slice(at + 1);
}
