/**
 * How a token gets its label and its PINs, which each kind of device wants in its own way. All PINs are asked for before
 * anything is destroyed, and are zeroed whatever comes of it. PKCS#11 2.40 §5.5 (C_InitToken, C_InitPIN, C_SetPIN).
 */
import { Buffer } from "node:buffer";
import type { DeviceProfile, Provisioning } from "../../ceremony/devices/profile.ts";
import type { Cryptoki, Handle } from "./addon.ts";
import { Attribute, ObjectClass, TokenFlag } from "./cryptoki.ts";
import { call } from "./module.ts";
import { findObjects } from "./objects.ts";
import { askNewPin, askPin, type PinDialogue } from "./pin-entry.ts";
import type { Calls } from "./protocol.ts";
import { thenRelease } from "./release.ts";
import { closeSession, logIn, openSession, textOf } from "./session.ts";
import { TokenFailure } from "./situations.ts";
import type { TokenInSlot } from "./token.ts";
import { type PinState, padLabel, type TokenInfo } from "./token-info.ts";

export interface Desk extends TokenInSlot {
  readonly cryptoki: Cryptoki;
  readonly dialogue: PinDialogue;
}

/** Answers the label that the token has from now on; its serial and its slot may be others, too. */
export async function provisionToken(
  desk: Desk,
  { provisioning }: DeviceProfile,
  request: Calls["provision"]["request"],
): Promise<string> {
  const { info } = desk;
  refuseUnwritable(info);
  if (info.initialised && !request.erase)
    throw new TokenFailure({ situation: "token/not-blank", found: "a token that is initialised" });
  switch (provisioning.by) {
    case "token":
      await initialiseToken(desk, provisioning, request.label);
      return request.label;
    case "user-pin":
      await setFirstPin(desk);
      return info.label;
    case "vendor-tool":
      throw new TokenFailure({
        situation: "token/vendor-tool",
        found: "one that only the vendor's tool sets up",
      });
    default:
      return provisioning satisfies never;
  }
}

/** A new user PIN by the security officer: for a locked one, or one that was never set. No key is touched. */
export async function setUserPin(desk: Desk): Promise<void> {
  const { info, dialogue } = desk;
  refuseUnwritable(info);
  refuseLastTry(info.officerPin);
  await withPins(
    [() => askPin(dialogue, "officer", info), (officer) => askNewPin(dialogue, "new-user", info, officer)],
    (officer, user) => asOfficer(desk, officer, (session) => initPin(desk, session, user)),
  );
}

async function initialiseToken(
  desk: Desk,
  { factoryOfficerPin, erasable }: Extract<Provisioning, { by: "token" }>,
  label: string,
): Promise<void> {
  const { cryptoki, slot, info, dialogue } = desk;
  const padded = requireLabel(label);
  const isFactoryNew = factoryOfficerPin !== null && hasFactoryOfficerPin(desk);
  if (info.initialised && !erasable && !isFactoryNew) return await finish(desk, label);
  const isOfficerNew = !info.initialised || isFactoryNew;
  if (!isOfficerNew) refuseLastTry(info.officerPin);
  await withPins(
    [
      () =>
        isOfficerNew ? askNewPin(dialogue, "new-officer", info, null) : askPin(dialogue, "officer", info),
      (officer) => askNewPin(dialogue, "new-user", info, officer),
    ],
    (officer, user) => {
      const first = isFactoryNew ? Buffer.from(factoryOfficerPin) : officer;
      call("C_InitToken", () => cryptoki.C_InitToken(slot, textOf(first), padded));
      asOfficer(desk, first, (session) => {
        if (isFactoryNew) call("C_SetPIN", () => cryptoki.C_SetPIN(session, textOf(first), textOf(officer)));
        initPin(desk, session, user);
      });
    },
  );
}

/** What a cut-off attempt left: our label, and no key. Anything else stays as it is, for nothing here could erase it. */
async function finish(desk: Desk, label: string): Promise<void> {
  const found = desk.info.label === label ? countKeys(desk) : null;
  if (found === 0) return await setUserPin(desk);
  throw new TokenFailure({
    situation: "token/not-erasable",
    found: found === null ? "a token that is initialised" : `a token with ${found} keys`,
  });
}

/** C_InitToken by an officer without a PIN brings such a token back to its first day. */
async function setFirstPin(desk: Desk): Promise<void> {
  const { cryptoki, slot, info, dialogue } = desk;
  const nobody = new Uint8Array(0);
  await withPins([() => askNewPin(dialogue, "new-user", info, null)], (user) => {
    if (info.initialised) call("C_InitToken", () => cryptoki.C_InitToken(slot, "", requireLabel(info.label)));
    asOfficer(desk, nobody, (session) => initPin(desk, session, user));
  });
}

type Ask = (before: Uint8Array | null) => Promise<Uint8Array>;

async function withPins(
  asks: readonly Ask[],
  work: (...pins: [Uint8Array, Uint8Array]) => void,
): Promise<void> {
  const pins: Uint8Array[] = [];
  try {
    for (const ask of asks) pins.push(await ask(pins.at(-1) ?? null));
    const [first = new Uint8Array(0), second = first] = pins;
    work(first, second);
  } finally {
    for (const pin of pins) pin.fill(0);
  }
}

function asOfficer({ cryptoki, slot }: Desk, pin: Uint8Array, work: (session: Handle) => void): void {
  const session = openSession(cryptoki, slot);
  thenRelease(
    () => {
      logIn(cryptoki, session, "securityOfficer", pin);
      work(session);
    },
    () => closeSession(cryptoki, session),
  );
}

function initPin({ cryptoki }: Desk, session: Handle, user: Uint8Array): void {
  call("C_InitPIN", () => cryptoki.C_InitPIN(session, textOf(user)));
}

/** A blank one has it, and one whose first officer never got as far as setting another. */
function hasFactoryOfficerPin({ cryptoki, slot, info }: Desk): boolean {
  if (!info.initialised) return true;
  const { flags } = call("C_GetTokenInfo", () => cryptoki.C_GetTokenInfo(slot));
  return (flags & TokenFlag.officerPinToBeChanged) !== 0;
}

function countKeys({ cryptoki, slot }: Desk): number {
  const handle = openSession(cryptoki, slot);
  const classes = [ObjectClass.publicKey, ObjectClass.privateKey];
  return thenRelease(
    () =>
      classes
        .map((value) => findObjects({ cryptoki, handle }, [{ type: Attribute.class, value }]).length)
        .reduce((sum, count) => sum + count, 0),
    () => closeSession(cryptoki, handle),
  );
}

function requireLabel(label: string): string {
  const padded = padLabel(label);
  if (padded !== null) return padded;
  const found = `${Buffer.byteLength(label)} bytes, or characters that no label may have`;
  throw new TokenFailure({ situation: "token/label-too-long", found });
}

/** Never the try that would lock it. */
export function refuseLastTry(state: PinState): void {
  if (state === "locked")
    throw new TokenFailure({ situation: "pin/locked", found: "a PIN that the token has locked" });
  if (state === "final") throw new TokenFailure({ situation: "pin/final-try", found: "one try" });
}

function refuseUnwritable(info: TokenInfo): void {
  refusePinpad(info);
  if (info.writeProtected)
    throw new TokenFailure({ situation: "token/read-only", found: "write protection" });
}

export function refusePinpad(info: TokenInfo): void {
  if (info.pinpad)
    throw new TokenFailure({ situation: "token/pinpad", found: "a device with its own PIN pad" });
}
