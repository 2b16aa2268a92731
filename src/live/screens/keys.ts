/** Screens of the steps that bring keys. */
import type { Data } from "../../ceremony/effects.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import { clipForTerminal } from "../../terminal/escape.ts";
import { digestLines, pairLines, wrapLines } from "../../terminal/panel.ts";
import type { Screen, ScreenContext } from "./screen-context.ts";
import { askedName, at, digestAt, keyTitle, shownAt, textAt } from "./screen-context.ts";

export const insertToken: Screen = ({ state, step, request }) => {
  const device = shownAt(request.data, "device");
  const serial = shownAt(request.data, "serial");
  const purpose = step.kind === "sign" ? `to sign ${step.role ?? ""}` : "to make the key on it";
  return {
    title: serial === "" ? `Insert the ${device}.` : `Insert ${device} ${serial}.`,
    expected: serial === "" ? `one ${device}` : `${device} with the serial ${serial}`,
    body: [
      pairLines([
        ["Key", keyTitle(state, textAt(request.data, "key"))],
        ["Device", device],
        ["Serial", serial === "" ? "not known yet: it is recorded now" : serial],
        ["What for", purpose],
      ]),
      wrapLines(
        serial === ""
          ? "Insert exactly one device, and take all others out."
          : "Compare the whole serial on the device with this screen and with your paper. Then insert exactly this one, and take all others out.",
      ),
      ["  inserted  this device, and no other, is in"],
    ],
    readAloud: [
      serial === "" ? "The serial on the device, whole." : `The serial on the device, whole: ${serial}`,
    ],
  };
};

/** What comes on the day; a rehearsal has throw-away keys, and nobody waits for a prompt that never opens. */
function secretNext(context: ScreenContext, announcement: string): readonly string[] {
  const name = askedName(context);
  return wrapLines(
    context.state.rehearsal
      ? `In this rehearsal nothing secret is asked for here. ${name}, on the day ${announcement}`
      : `${name}, ${announcement}`,
  );
}

export const provision: Screen = (context) => {
  const { state, request } = context;
  const token = at(request.data, "token");
  return {
    title: "Initialise this device? Everything on it is destroyed.",
    expected: "a device that is to be initialised",
    body: [
      pairLines([
        ["Key", keyTitle(state, textAt(request.data, "key"))],
        ["Device", `${shownAt(token, "manufacturer")} ${shownAt(token, "model")}`],
        ["Serial", shownAt(token, "serial") || "none yet"],
        ["Label", shownAt(token, "label") || "none yet"],
        ["Firmware", shownAt(token, "firmware")],
        ["In use", at(token, "initialised") === true ? "yes: it was initialised before" : "no: it is blank"],
      ]),
      secretNext(
        context,
        "you are asked for the new PINs right after this. Nothing of a PIN ever shows on the screen, not even its length.",
      ),
      [
        state.rehearsal
          ? "  initialise  goes on; nothing is destroyed today"
          : "  initialise  destroys what is on it and sets the new PINs",
      ],
    ],
  };
};

export const newKey: Screen = (context) => {
  const { state, request } = context;
  const attributes = at(request.data, "attributes");
  const swept = Number(textAt(request.data, "swept"));
  return {
    title: `The key ${clipForTerminal(textAt(request.data, "key"), 40)} is made. This is its keyid.`,
    expected: "a key whose keyid everybody saw",
    body: [
      pairLines([
        ["Key", keyTitle(state, textAt(request.data, "key"))],
        ["Scheme", schemeOf(state, textAt(request.data, "key"))],
        ["On", textAt(request.data, "serial") === "" ? "an age file" : shownAt(request.data, "serial")],
        ["Signed", "a proof that it works, which two implementations verified"],
        ...(swept > 0 ? [["Destroyed", `${swept} unfinished before it`] as const] : []),
        ...claims(attributes),
      ]),
      digestLines(digestAt(request.data, "keyid")),
    ],
    readAloud: ["All 32 words, line by line, while somebody writes them down."],
  };
};

/** What a device says of its key, in PKCS#11's words; of a file, whether its two copies are really two. */
function claims(attributes: Data): readonly (readonly [string, string])[] {
  if (attributes === null || typeof attributes !== "object") return [];
  return Object.entries(attributes).flatMap(([name, value]): readonly (readonly [string, string])[] => {
    if (name === "sameDevice") return [["Copies", value === true ? ONE_MEDIUM : "on two media"]];
    return name.startsWith("CKA_") ? [[clipForTerminal(name, 22), clipForTerminal(String(value), 40)]] : [];
  });
}

const ONE_MEDIUM = "BOTH ON ONE MEDIUM: when that is lost, both are";

function schemeOf(state: CeremonyState, name: string): string {
  const key = state.plan.keys.get(name)?.key;
  return key !== undefined && "scheme" in key ? key.scheme : "";
}

export const media: Screen = (context) => {
  const { state, step, request } = context;
  const key = keyTitle(state, textAt(request.data, "key"));
  if (step.kind === "sign") {
    return {
      title: "Insert the medium with your key.",
      expected: `the medium with the key ${textAt(request.data, "key")}`,
      body: [
        pairLines([
          ["Key", key],
          ["What for", `to sign ${step.role ?? ""}`],
        ]),
        secretNext(context, "you are asked for the passphrase next. Nothing of it ever shows on the screen."),
        ["  ready  the medium is in"],
      ],
    };
  }
  return {
    title: "Have two media of your own at hand.",
    expected: "two media of the key's holder",
    body: [
      pairLines([["Key", key]]),
      wrapLines(
        "The key becomes a file that only your passphrase opens. It is written to both media, read back and opened " +
          "again before it counts. Nothing of it stays on this machine.",
      ),
      secretNext(
        context,
        "you are asked for a new passphrase next, twice. Nothing of it ever shows on the screen.",
      ),
      ["  ready  both media are in"],
    ],
  };
};

export const confirmKey: Screen = (context) => {
  const { state, request } = context;
  const isOnline = textAt(request.data, "store") === "public";
  return {
    title: `Is this the right public key: ${clipForTerminal(textAt(request.data, "key"), 40)}?`,
    expected: "the public key whose keyid is on the paper",
    body: [
      pairLines([["Key", keyTitle(state, textAt(request.data, "key"))]]),
      wrapLines(
        isOnline
          ? "This key is used online and was made outside of this room. Only its public part came here. Take the paper on which its owner gave you the words of its keyid."
          : "This key was made elsewhere by its holder. Take the paper on which the holder gave you the words of its keyid.",
      ),
      wrapLines(`${askedName(context)}, read them aloud and type the words that are asked for below.`),
      [
        "The words must come from the paper. This screen does not show them, and does",
        "not show what you type.",
      ],
    ],
  };
};
