/** One token on the desk of the person who works on it: opened for one piece of work, and closed whatever comes of it. */
import type { HolderTerminal } from "../exchange/holder-terminal.ts";
import { PinFailures } from "../keystore/pkcs11/pin-source.ts";
import { type OpenTokenOptions, openToken, type TokenStore } from "../keystore/pkcs11/token-store.ts";
import { pinPrompt } from "../live/secret-prompts.ts";
import { clipForTerminal, escapeForTerminal } from "../terminal/escape.ts";
import { pairLines } from "../terminal/panel.ts";
import type { TokenAtHand } from "./find-token.ts";

/** Whoever sits there asks for more keys or tokens by one process each: wrong PINs count together. */
const pinFailures = new PinFailures();

export async function withToken<Result>(
  { module, info, profile }: TokenAtHand,
  terminal: HolderTerminal,
  work: (store: TokenStore) => Promise<Result>,
  options: Pick<OpenTokenOptions, "wrappable"> = {},
): Promise<Result> {
  const pin = { kind: "terminal", prompt: pinPrompt, ...terminal.lent } as const;
  const blank = !info.initialised;
  const label = blank ? undefined : info.label;
  const selector = { serial: info.serial, label, blank };
  const store = await openToken({ module, ...selector, profile, pin, pinFailures, ...options });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The same, with somebody logged in. */
export async function withLogin<Result>(
  token: TokenAtHand,
  terminal: HolderTerminal,
  work: (store: TokenStore) => Promise<Result>,
  options: Pick<OpenTokenOptions, "wrappable"> = {},
): Promise<Result> {
  const loggedIn = async (store: TokenStore) => {
    await terminal.lend(`The PIN of ${nameToken(token)}`, pinLines(token), () => store.login());
    return await work(store);
  };
  return await withToken(token, terminal, loggedIn, options);
}

export function nameToken({ info }: TokenAtHand): string {
  return info.label === "" ? "a token without a label" : `the token "${clipForTerminal(info.label, 32)}"`;
}

/** For screens: what somebody compares with the device in front of them. */
export function tokenLines({ info, profile }: TokenAtHand): readonly string[] {
  return pairLines([
    ["device", profile.title],
    ...(profile.evidence === "documented" ? ([["profile", "from documentation, not tested"]] as const) : []),
    ["made by", escapeForTerminal(`${info.manufacturer}, ${info.model}, firmware ${info.firmware}`)],
    ["label", info.label === "" ? "none" : escapeForTerminal(info.label)],
  ]);
}

export function pinLines({ profile }: TokenAtHand): readonly string[] {
  return [
    "Nothing that you type is shown. It stays in the process that uses the token,",
    "which ends right after.",
    ...(profile.pin.form === "" ? [] : ["", profile.pin.form]),
  ];
}
