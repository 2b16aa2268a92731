/** A finished ceremony of any number of human steps: what makes a transcript long enough to measure. */
import { holdSession, NOTHING_INCOMING } from "../../src/live/hold-session.ts";
import { clockFrom } from "../../src/live/performer.ts";
import { throwAwayStores } from "../../src/live/rehearsal-stores.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { type Disk, realDisk } from "../../src/machine/disk.ts";
import { loadScript, START } from "../live/ceremony-harness.ts";

const AGENDA_BEFORE = [
  "preflight",
  "attendance",
  "script",
  "clock",
  "beacon",
  "generate: [root-ada, root-grace, root-admin]",
  "confirm: [online]",
];
const AGENDA_AFTER = [
  "lint",
  "one-time",
  "sign: { root: [root-ada, root-grace, root-admin] }",
  "verify",
  "outputs",
];

/** A disk that keeps nothing safe and is fast for it: power is not cut while something is measured. */
const unsynced: Disk = {
  ...realDisk,
  openFile: (path, mode) => {
    const file = realDisk.openFile(path, mode);
    return {
      readAll: () => file.readAll(),
      isStillAt: (at, sizeBytes) => file.isStillAt(at, sizeBytes),
      write: (bytes, position) => file.write(bytes, position),
      sync: () => {},
      truncate: (sizeBytes) => file.truncate(sizeBytes),
      close: () => file.close(),
    };
  },
};

/** `minimal.yaml` with that many instructions between the keys and the documents, held unattended. Gives the number of lines: four for each step. */
export async function holdLongCeremony(folder: string, humanSteps: number): Promise<number> {
  const instructions = Array.from(
    { length: humanSteps },
    (_, index) => `instruct: Hold up card ${index + 1}.`,
  );
  const items = [...AGENDA_BEFORE, ...instructions, ...AGENDA_AFTER].map((item) => `  - ${item}\n`);
  const loaded = loadScript("minimal.yaml", (text) => `${text}\nagenda:\n${items.join("")}`);
  const { reason, lines } = await holdSession({
    root: folder,
    script: loaded,
    rehearsal: false,
    tool: "tuf-ceremony test",
    kit: null,
    people: unattendedPeople(),
    stores: () => throwAwayStores(),
    incoming: NOTHING_INCOMING,
    clock: clockFrom(START),
    preflight: async () => ({ results: [{ id: "swap", verdict: "pass", found: "none" }] }),
    disk: unsynced,
  });
  if (reason !== "finished") throw new Error(`the long ceremony is ${reason}`);
  return lines;
}
