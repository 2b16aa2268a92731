/**
 * The media that the machine file names for holders' key files: is there room, do they take what is written, do they last,
 * are a holder's two two?
 */
import { type Check, check, fail, type MachineView, type MediumView, pass, unknown } from "./view.ts";

/** A key file has some hundred bytes; a file system that has less than this left is nearly full. */
const LEAST_FREE_BYTES = 1_000_000n;

const space = check(
  "media/space",
  "required",
  (view) => {
    const full = view.media.filter(({ freeBytes }) => freeBytes !== null && freeBytes < LEAST_FREE_BYTES);
    if (full.length > 0) return fail(`nearly full: ${full.map(nameOf).join(", ")}`);
    return ifAllAreThere(view, () => pass(`room on all ${view.media.length}`));
  },
  "Make room on it, or take another one.",
);

const sync = check(
  "media/sync",
  "required",
  (view) => {
    const bad = view.media.filter(({ sync: came }) => came !== null && came !== "synced");
    if (bad.length > 0) return fail(bad.map((medium) => `${nameOf(medium)}: ${medium.sync}`).join(", "));
    return ifAllAreThere(view, () => pass("they can be written, and sync"));
  },
  "Unlock the stick's switch, mount it for this user to write, or take another one.",
);

const lasting = check(
  "media/lasting",
  "required",
  (view) => {
    const memory = view.media.filter(({ isInMemory }) => isInMemory === true);
    if (memory.length > 0)
      return fail(`in the machine's memory, gone when it is off: ${memory.map(nameOf).join(", ")}`);
    return ifAllAreThere(view, () => pass("not only in memory"));
  },
  "Mount the stick at the folder that the machine file names.",
);

const apart = check(
  "media/apart",
  "advised",
  (view) => {
    const together = holdersOf(view).filter((holder) => {
      const [one, other] = view.media.filter((medium) => medium.holder === holder);
      return one !== undefined && one.device !== null && one.device === other?.device;
    });
    if (together.length > 0) return fail(`on one file system: both of ${together.join(", ")}`);
    return ifAllAreThere(view, () => pass("two for each holder"));
  },
  "Give each holder two media: what is on one is lost with it.",
);

function ifAllAreThere(
  { media }: MachineView,
  finding: () => ReturnType<typeof pass>,
): ReturnType<typeof pass> {
  const absent = media.filter(({ device }) => device === null);
  if (media.length === 0) return pass("no media in the machine file");
  return absent.length === 0 ? finding() : unknown(`not plugged in: ${absent.map(nameOf).join(", ")}`);
}

function holdersOf({ media }: MachineView): readonly string[] {
  return [...new Set(media.map(({ holder }) => holder))];
}

/** Their paths are nobody's business. */
function nameOf({ holder, number }: MediumView): string {
  return `${holder}'s ${number === 1 ? "first" : "second"}`;
}

export const mediaChecks: readonly Check[] = [space, sync, lasting, apart];
