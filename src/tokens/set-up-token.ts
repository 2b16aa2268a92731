/** A blank token becomes one with a label and PINs. Where only the vendor's tool can do it, its work is checked. */
import { isInitialisedHere } from "../ceremony/devices/profile.ts";
import { CeremonyError } from "../errors.ts";
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import type { TokenInfo } from "../keystore/pkcs11/token-info.ts";
import { wrapLines } from "../terminal/panel.ts";
import type { TokenAtHand } from "./find-token.ts";
import { pinLines, tokenLines, withToken } from "./token-desk.ts";

export interface SetUpOrder {
  /** 1 to 32 bytes of UTF-8; null where there is none to set. */
  readonly label: string | null;
  /** Every key on a token that is initialised already is destroyed. */
  readonly erase: boolean;
}

/** Throws `token/serial-other`, `token/vendor-tool`, and what tokens say. */
export async function setUpToken(
  token: TokenAtHand,
  { label, erase }: SetUpOrder,
  terminal: HolderTerminal,
): Promise<TokenInfo> {
  const { profile, info } = token;
  if (!isInitialisedHere(profile)) return await checkVendorsWork(token, terminal);
  if (info.initialised && info.userPinInitialised && !erase) throw notBlank();
  await confirmDevice(token, terminal);
  return await withToken(token, terminal, (store) =>
    terminal.lend("New PINs", [...newPinLines(token), "", ...pinLines(token)], () =>
      store.provision({ label: label ?? "", erase: info.initialised }),
    ),
  );
}

/** The device in hand, and not the one that the screen speaks of: its serial is typed before the screen shows it. */
async function confirmDevice(token: TokenAtHand, terminal: HolderTerminal): Promise<void> {
  const { profile, info } = token;
  const keys = info.initialised ? "EVERY KEY ON THIS TOKEN WILL BE DESTROYED." : "This token is blank.";
  const body = [tokenLines(token), wrapLines(keys)];
  if (profile.serial !== "printed" || info.serial === "") {
    await terminal.confirmWord({ title: "Set up this token?", body }, info.initialised ? "erase" : "begin");
    return;
  }
  const ask = wrapLines("Type the serial number that is on the device, or on your paper.");
  await terminal.confirmSerial({ title: "Which device is it?", body: [...body, ask] }, info.serial);
}

/** What can be seen without the vendor's tool: that the device has PINs, and that the user's is none that everybody knows. */
async function checkVendorsWork(token: TokenAtHand, terminal: HolderTerminal): Promise<TokenInfo> {
  const { provisioning } = token.profile;
  const commands = provisioning.by === "vendor-tool" ? provisioning.commands : [];
  if (!token.info.initialised || !token.info.userPinInitialised) {
    throw new CeremonyError({
      code: "token/vendor-tool",
      exit: "device",
      expected: "a device that its vendor's tool has set up",
      found: token.info.initialised ? "one without a user PIN" : "one that was never initialised",
      remedy: `Run these, then this command again: ${commands.join("; ")}`,
    });
  }
  await confirmDevice(token, terminal);
  return await withToken(token, terminal, (store) =>
    terminal.lend("The PIN that was set", pinLines(token), () => store.proveFitPin()),
  );
}

function newPinLines({ profile }: TokenAtHand): readonly string[] {
  return profile.provisioning.by === "user-pin"
    ? ["Choose the PIN. It is asked for twice."]
    : [
        "Two PINs are chosen: the security officer's, who can set up the token again,",
        "and its holder's, who signs. Each is asked for twice, and they must differ.",
      ];
}

function notBlank(): CeremonyError {
  return new CeremonyError({
    code: "token/not-blank",
    exit: "refused",
    expected: "a blank token: setting one up destroys every key on it",
    found: "a token that is initialised",
    remedy: "Take another device, or say --erase if every key on this one shall be destroyed.",
  });
}
