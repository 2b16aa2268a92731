/** Screens around the signatures. */

import type { Part } from "../../ceremony/attestation/statement.ts";
import type { Data } from "../../ceremony/effects.ts";
import { oneTimeSigners } from "../../ceremony/next.ts";
import type { Gate } from "../../ceremony/plan-types.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import { NO_THIRD_PIN } from "../../keystore/pkcs11/situations.ts";
import { adviseOn, tellParts } from "../../report/attestation-text.ts";
import { clipForTerminal } from "../../terminal/escape.ts";
import { digestLines, hexLines, pairLines, wrapLines } from "../../terminal/panel.ts";
import { documentChange } from "./document-change.ts";
import type { Screen } from "./screen-context.ts";
import {
  askedName,
  digestAt,
  holderOf,
  keyTitle,
  listAt,
  nameOf,
  shownAt,
  textAt,
} from "./screen-context.ts";

export const oneTimeBegin: Screen = ({ state, request }) => {
  const keys = listAt(request.data, "keys").map(String);
  const roles = listAt(request.data, "roles").map(String);
  const signs = roles.map((role): readonly [string, string] => [
    role,
    keys.filter((key) => state.plan.keys.get(key)?.roles.includes(role)).join(", "),
  ]);
  return {
    title: "The one-time keys: made, used and gone, in one go.",
    expected: "one-time keys that are made, used and ended in one go",
    body: [
      wrapLines(
        "Each key lives only in the memory of a process that makes it, signs what is listed here, once each, and " +
          "ends. If anything breaks off in between, they are lost and made again.",
      ),
      keys.some((key) => state.leftOver.has(key))
        ? ["That has happened: those of before are lost, and these will be others."]
        : [],
      pairLines(signs),
      wrapLines(
        "Nobody should leave until this step is over. You will see each document before it is signed.",
      ),
      ["  begin  makes the keys"],
    ],
  };
};

/** Nobody signs bytes: first what the document changes, then its digest, of which two words are typed. */
export const signDocument: Screen = (context) => {
  const { state, step, request } = context;
  const role = shownAt(request.data, "role");
  const key = step.key;
  const signer = key === undefined ? oneTimeTitle(state, role) : keyTitle(state, key);
  const sha256 = digestAt(request.data, "sha256");
  const version = shownAt(request.data, "version");
  return {
    title: `You are about to sign ${role}, version ${version}.`,
    expected: `the document ${role}, version ${version}, as planned`,
    body: [
      pairLines([
        ["Signs", signer],
        ["Expires", shownAt(request.data, "expires")],
        ["Signatures", signaturesSoFar(state, role)],
      ]),
      ...documentChange(state, role, sha256),
      digestLines(sha256),
    ],
    readAloud:
      state.validSignatures(role).length === 0
        ? ["All 32 words, line by line. Whoever follows along compares them."]
        : ["The two words that you are going to type."],
  };
};

function oneTimeTitle(state: CeremonyState, role: string): string {
  const signers = oneTimeSigners(state).filter(([signed]) => signed === role);
  return `${signers.map(([, key]) => key).join(", ")}: one-time`;
}

/** `1 so far, needs 2 (new root); 0 so far, needs 2 (previous root)`. */
function signaturesSoFar(state: CeremonyState, role: string): string {
  const gates = state.plan.documents.find((document) => document.role === role)?.gates ?? [];
  const signed = new Set(state.validSignatures(role).map(({ key }) => key));
  const count = ({ keys }: Gate): number =>
    keys.filter(({ name }) => name !== null && signed.has(name)).length;
  const label = { "new-root": "new root", "previous-root": "previous root", delegation: "delegation" };
  return gates
    .map((gate) => `${count(gate)} so far, needs ${gate.threshold} (${label[gate.authority]})`)
    .join("; ");
}

export const requestWritten: Screen = ({ state, request }) => {
  const key = textAt(request.data, "key");
  const holder = holderOf(state, key) ?? key;
  return {
    title: `A signing request for ${holder} is written.`,
    body: [
      pairLines([
        ["File", shownAt(request.data, "path")],
        ["Document", shownAt(request.data, "role")],
        ["Key", keyTitle(state, key)],
      ]),
      wrapLines(`Send this file to ${holder}, who sees the same change and signs on a machine of their own.`),
      ["Digest of the document:", ...hexLines(digestAt(request.data, "document"))],
      ["  noted  somebody takes care of it"],
    ],
  };
};

export const awaitSignature: Screen = ({ state, request }) => {
  const holder = nameOf(state, textAt(request.data, "holder"));
  return {
    title: `Nothing has come from ${holder} yet.`,
    expected: `a signature file of ${shownAt(request.data, "key")} for ${shownAt(request.data, "role")}`,
    body: [
      pairLines([
        ["Document", shownAt(request.data, "role")],
        ["Key", keyTitle(state, textAt(request.data, "key"))],
      ]),
      wrapLines("The signature file is handed over with `tuf-ceremony collect`, today or another day."),
      ["  wait  goes on with other steps, or ends the session until it has come", "  look  looks once more"],
    ],
  };
};

export const outputsWritten: Screen = (context) => {
  const files = listAt(context.request.data, "files");
  return {
    title: "The finished documents are written.",
    body: [
      wrapLines(
        "They were synced and read back. These are the digests of the files, as sha256sum prints them:",
      ),
      ...files.map((file) => [
        `${shownAt(file, "path")}  (${shownAt(file, "sizeBytes")} bytes)`,
        ...hexLines(digestAt(file, "sha256")),
      ]),
      ["  noted  somebody wrote down the digest of root"],
    ],
    readAloud: ["The digest of the root, in groups of four."],
  };
};

function failureLines(data: Data): readonly (readonly string[])[] {
  // What a step has judged, in the shape that it sends.
  const parts = listAt(data, "parts") as unknown as readonly Part[];
  const code = ["Code", shownAt(data, "code")] as const;
  if (parts.length > 0) return [tellParts(parts), adviseOn(parts), pairLines([code])];
  const remedy = clipForTerminal(textAt(data, "remedy"), 400);
  return [
    pairLines([
      ["Expected", clipForTerminal(textAt(data, "expected"), 400)],
      ["Found", clipForTerminal(textAt(data, "found"), 400)],
      ...(remedy === "" ? [] : [["What to do", remedy] as const]),
      code,
    ]),
  ];
}

/** What was mistyped, cancelled or not plugged in: no fault of anybody's, and tried again. */
export const tryAgain: Screen = (context) => {
  const { request } = context;
  const expected = clipForTerminal(textAt(request.data, "expected"), 400);
  const isPinWrong = textAt(request.data, "code") === "pin/wrong";
  if (isPinWrong && textAt(request.data, "remedy") === NO_THIRD_PIN) {
    return {
      title: "That was the second wrong PIN. Type exception.",
      expected,
      listsException: true,
      body: [
        ...failureLines(request.data),
        wrapLines(`Nothing is lost. ${askedName(context)}, take the time you need.`),
        pairLines([
          ["exception", "says what happened, and how to go on"],
          ["again", "asks for no PIN any more, and comes to the same"],
        ]),
      ],
    };
  }
  return {
    title: "That did not work. Try it again.",
    expected,
    body: [
      ...failureLines(request.data),
      wrapLines(
        isPinWrong
          ? `Nothing is lost. ${askedName(context)}, take the time you need: after two wrong PINs the device is not asked again in this session.`
          : `Nothing is lost. ${askedName(context)}, take the time you need.`,
      ),
      pairLines([["again", "tries the same once more"]]),
    ],
  };
};

export const failure: Screen = (context) => {
  const { request } = context;
  const expected = clipForTerminal(textAt(request.data, "expected"), 400);
  return {
    title: "Something is not as it should be.",
    expected,
    body: [
      ...failureLines(request.data),
      wrapLines(`Nothing is lost. ${askedName(context)}, take the time you need.`),
    ],
  };
};
