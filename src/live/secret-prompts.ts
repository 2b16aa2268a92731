/** What people read before and while a child process waits for their PIN. One line each; nothing secret can be in them. */
import { findProfile } from "../keystore/pkcs11/profiles.ts";
import type { PinRefusal, PinRequest } from "../keystore/pkcs11/protocol.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import type { Situation } from "./people.ts";

const REFUSED: Readonly<Record<PinRefusal, string>> = {
  mismatch: "The two entries differ. Begin again. ",
  "too-short": "That was too short. ",
  "too-long": "That was too long. ",
  "too-simple": "That was too simple: no rows like 1234, no single repeated sign. ",
  "factory-default": "That is a factory default, which everybody knows. ",
  "same-as-officer": "The PIN must differ from the security officer's. ",
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
  return `${refused === null ? "" : REFUSED[refused]}${ASKED[purpose]}${form}${repeat ? ", once more" : ""}: `;
}

/** The screen above such a prompt: whose secret, and that it stays one. */
export function secretScreen(key: string, { state }: Situation): readonly string[] {
  const planned = state.plan.keys.get(key)?.key;
  const id = planned !== undefined && "holder" in planned ? planned.holder : "";
  const name = clipForTerminal(state.plan.script.people.get(id)?.name ?? id, 50);
  const hint = planned?.store === "hsm" ? findProfile(planned.device)?.pinHint : undefined;
  const isToken = planned?.store === "hsm";
  return [
    `${name}, only you type now: a secret of ${key}.`,
    "Nothing of it shows, not even its length. Everybody else looks away.",
    "Enter ends an entry, Ctrl-U begins it again, Ctrl-C cancels it.",
    ...(isToken
      ? [
          "",
          "A device that is initialised gets two PINs, each typed twice: the security",
          "officer's, which resets a forgotten PIN, and the PIN that signs.",
        ]
      : []),
    ...(hint === undefined || hint === "" ? [] : ["", hint]),
  ];
}
