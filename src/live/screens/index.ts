/** Every prompt and its screen. */
import type { AskRequest, PromptId } from "../../ceremony/effects.ts";
import type { RenderedScreen } from "../../terminal/screen.ts";
import type { Situation } from "../people.ts";
import { attestation, attested } from "./attestation.ts";
import { confirmKey, insertToken, media, newKey, provision } from "./keys.ts";
import {
  amendment,
  attendance,
  beacon,
  chooseStep,
  clock,
  follow,
  instruct,
  preflightResult,
  scriptWords,
} from "./opening.ts";
import { placeOf } from "./place.ts";
import type { Screen } from "./screen-context.ts";
import {
  awaitSignature,
  failure,
  oneTimeBegin,
  outputsWritten,
  requestWritten,
  signDocument,
  tryAgain,
} from "./signing.ts";

const SCREENS: Readonly<Record<PromptId, Screen>> = {
  "preflight-result": preflightResult,
  attendance,
  "script-words": scriptWords,
  clock,
  beacon,
  follow,
  instruct,
  "insert-token": insertToken,
  provision,
  "new-key": newKey,
  attestation,
  attested,
  media,
  "confirm-key": confirmKey,
  "one-time-begin": oneTimeBegin,
  "sign-document": signDocument,
  "request-written": requestWritten,
  "await-signature": awaitSignature,
  "outputs-written": outputsWritten,
  "choose-step": chooseStep,
  amendment,
  "try-again": tryAgain,
  failure,
};

export function renderScreen(request: AskRequest, { state, step }: Situation): RenderedScreen {
  const content = SCREENS[request.prompt]({ state, step, request });
  return { place: placeOf(state, step, request.who), ...content };
}
