/** What people read while a child process waits for their PIN. One line each; nothing secret can be in them. */
import type { PinRefusal, PinRequest } from "../keystore/pkcs11/protocol.ts";

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
