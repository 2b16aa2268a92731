/** Finding the one token: by serial number and label, never by slot, whose number means nothing tomorrow. */
import { quote } from "../../tuf/quote.ts";
import type { Cryptoki, Handle } from "./addon.ts";
import { codeOf } from "./codes.ts";
import { call } from "./module.ts";
import type { TokenSelector } from "./protocol.ts";
import { TokenFailure } from "./situations.ts";
import { canHoldKeys, readTokenInfo, type TokenInfo } from "./token-info.ts";

export interface TokenInSlot {
  readonly slot: Handle;
  readonly info: TokenInfo;
}

const TOKEN_NOT_PRESENT = 0xe0;
const TOKEN_NOT_RECOGNISED = 0xe1;

export function listTokens(cryptoki: Cryptoki): readonly TokenInSlot[] {
  const tokens: TokenInSlot[] = [];
  for (const slot of call("C_GetSlotList", () => cryptoki.C_GetSlotList(true))) {
    const info = readInfo(cryptoki, slot);
    if (info !== null) tokens.push({ slot, info });
  }
  return tokens;
}

/** Exactly one, or a refusal that says what is there. */
export function findToken(cryptoki: Cryptoki, selector: TokenSelector): TokenInSlot {
  const present = listTokens(cryptoki);
  const matching = present.filter(({ info }) => matches(info, selector));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  if (matching.length > 1) {
    throw new TokenFailure({
      situation: "token/ambiguous",
      found: `${matching.length} of them (${quote(selector.serial)})`,
    });
  }
  throw new TokenFailure({
    situation: "token/absent",
    found:
      present.length === 0 ? "no token at all" : `not ${quoteSelector(selector)} but ${describe(present)}`,
  });
}

/** An empty serial means a blank token: one that has a serial of its own is named by it, blank or not. */
function matches(info: TokenInfo, selector: TokenSelector): boolean {
  if (info.serial !== selector.serial || !canHoldKeys(info)) return false;
  if (selector.blank !== undefined && selector.blank === info.initialised) return false;
  if (selector.serial === "" && info.initialised) return false;
  return selector.label === undefined || info.label === selector.label;
}

/** Null where a token went away between the list and the question. */
function readInfo(cryptoki: Cryptoki, slot: Handle): TokenInfo | null {
  try {
    return readTokenInfo(cryptoki.C_GetTokenInfo(slot));
  } catch (error) {
    const code = codeOf(error);
    if (code === TOKEN_NOT_PRESENT || code === TOKEN_NOT_RECOGNISED) return null;
    return call("C_GetTokenInfo", () => {
      throw error;
    });
  }
}

function quoteSelector(selector: TokenSelector): string {
  const label = selector.label === undefined ? "" : ` labelled ${quote(selector.label, 32)}`;
  return `${quote(selector.serial, 32)}${label}`;
}

function describe(tokens: readonly TokenInSlot[]): string {
  const few = tokens.slice(0, 4).map(({ info }) => quoteSelector(info));
  return few.join(", ") + (tokens.length > few.length ? ` and ${tokens.length - few.length} more` : "");
}
