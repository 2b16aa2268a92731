/** Screens about what a device and its maker say of a key that was made. */
import type { Part } from "../../ceremony/attestation/statement.ts";
import { DEVICES } from "../../ceremony/devices/index.ts";
import { tellParts } from "../../report/attestation-text.ts";
import { pairLines, wrapLines } from "../../terminal/panel.ts";
import type { Screen } from "./screen-context.ts";
import { askedName, keyTitle, listAt, shownAt, textAt } from "./screen-context.ts";

export const attestation: Screen = (context) => {
  const { state, request } = context;
  const key = textAt(request.data, "key");
  const profile = DEVICES.get(textAt(request.data, "device"))?.attestation ?? null;
  const id = shownAt(request.data, "id");
  const commands = (profile?.commands ?? []).map((command) =>
    id === "" ? command : command.replace(/\bID\b/, () => `0x${id}`),
  );
  return {
    title: "Where was this key made? Now its device says so.",
    expected: `certificates about the key ${key}`,
    body: [
      pairLines([
        ["Key", keyTitle(state, key)],
        ["Device", `${shownAt(request.data, "device")} ${shownAt(request.data, "serial")}`],
      ]),
      wrapLines(
        profile?.onToken === true
          ? "The certificates are read from the device; those of its maker's authorities, where it needs them, are in the folder that the machine file calls attestations."
          : `${askedName(context)}, make the certificates with the maker's tool, and put them into the folder ${key}, in the one that the machine file calls attestations:`,
      ),
      ...(profile?.onToken === true
        ? []
        : [commands.flatMap((command) => wrapLines(command, 74).map((line) => `  ${line}`))]),
      ["  ready  they are there"],
    ],
  };
};

export const attested: Screen = (context) => {
  const { state, request } = context;
  // What the step has judged, in the shape that it sends.
  const parts = listAt(request.data, "parts") as unknown as readonly Part[];
  return {
    title: "The device vouches for this key. Every part holds.",
    expected: "evidence that everybody saw",
    body: [
      pairLines([["Key", keyTitle(state, textAt(request.data, "key"))]]),
      tellParts(parts),
      ["  accepted  everybody saw it"],
    ],
  };
};
