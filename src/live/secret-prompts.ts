/** What people read before and while a child process waits for their PIN. Nothing secret can be in it. */
import { DEVICES } from "../ceremony/devices/index.ts";
import type { PinRefusal, PinRequest } from "../keystore/pkcs11/protocol.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { wrapLines } from "../terminal/panel.ts";
import type { Situation } from "./people.ts";

const REFUSED: Readonly<Record<PinRefusal, string>> = {
  mismatch: "The two entries differ. Begin again.",
  "too-short": "That was too short.",
  "too-long": "That was too long.",
  "too-simple": "That was too simple: no rows like 1234, no single repeated sign.",
  "factory-default": "That is a factory default, which everybody knows.",
  "same-as-officer": "The PIN must differ from the security officer's.",
};

const ASKED: Readonly<Record<PinRequest["purpose"], string>> = {
  user: "PIN",
  officer: "The security officer's PIN",
  "new-user": "New PIN",
  "new-officer": "New PIN of the security officer",
};

export function pinPrompt(request: PinRequest): string {
  const { purpose, repeat, refused, minBytes, maxBytes } = request;
  const isNew = purpose === "new-user" || purpose === "new-officer";
  const form = isNew && !repeat ? ` (${minBytes} to ${maxBytes} characters)` : "";
  // On a line of its own, so that no terminal breaks the question within a word.
  return `${refused === null ? "" : `${REFUSED[refused]}\n`}${ASKED[purpose]}${form}${repeat ? ", once more" : ""}: `;
}

/** What the secret is needed for: new PINs of a device, a new key, a signature. */
export type SecretUse = "provision" | "generate" | "sign";

/** The screen above such a prompt: whose secret, which one, and that it stays one. */
export function secretScreen(key: string, use: SecretUse, { state }: Situation): readonly string[] {
  const planned = state.plan.keys.get(key)?.key;
  const id = planned !== undefined && "holder" in planned ? planned.holder : "";
  const name = clipForTerminal(state.plan.script.people.get(id)?.name ?? id, 50);
  const hint = planned?.store === "hsm" ? DEVICES.get(planned.device)?.pin.form : undefined;
  return [
    `${name}, only you type now.`,
    ...(planned?.store === "hsm" ? PIN_ASKED[use] : PASSPHRASE_ASKED[use])(key),
    "",
    "Nothing of it shows, not even its length. Everybody else looks away.",
    "Enter ends an entry, Ctrl-U begins it again, Ctrl-C or exception cancels it.",
    ...(hint === undefined || hint === "" ? [] : ["", ...wrapLines(hint)]),
  ];
}

type Asked = Readonly<Record<SecretUse, (key: string) => readonly string[]>>;

const thePin = (key: string): readonly string[] => [
  `The PIN of the device with ${key}:`,
  "the one that signs, not the security officer's.",
];
const PIN_ASKED: Asked = {
  provision: (key) => [
    `The device for ${key} gets two new PINs, each typed twice: the security`,
    "officer's, which resets a forgotten PIN, and the PIN that signs.",
  ],
  generate: thePin,
  sign: thePin,
};

const aNewPassphrase = (key: string): readonly string[] => [
  `A new passphrase for ${key}, typed twice: best five random words.`,
  "Then the file is made and opened again, which takes some seconds.",
];
const PASSPHRASE_ASKED: Asked = {
  provision: aNewPassphrase,
  generate: aNewPassphrase,
  sign: (key) => [`The passphrase of ${key}. Opening the file takes some seconds.`],
};
