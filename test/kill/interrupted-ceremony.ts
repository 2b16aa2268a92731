/** Ceremonies on a simulated disk, with a word said at every moment at which a crash could come. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import { type HeldSession, holdSession, NOTHING_INCOMING } from "../../src/live/hold-session.ts";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import type { People } from "../../src/live/people.ts";
import { clockFrom } from "../../src/live/performer.ts";
import type { Stores } from "../../src/live/stores.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { secondsOf, type UtcSecond } from "../../src/tuf/types.ts";
import { planOf, START, time } from "../live/ceremony-harness.ts";
import { makeMedia, mediaStores } from "./media-stores.ts";
import { type DiskImage, SimulatedDisk, writeImage } from "./simulated-disk.ts";

/** Called at every moment at which a crash could come. */
export type Moment = (what: string, disk: SimulatedDisk) => void;

export interface Attempt {
  readonly loaded: LoadedScript;
  /** What the disk holds at its start; null: the media, empty. */
  readonly from: DiskImage | null;
  /** 1 for the first; each begins ten minutes after the one before it. */
  readonly number: number;
  readonly moment: Moment;
}

export interface Attempted {
  readonly end: HeldSession;
  readonly base: string;
}

/** One session to its end in a folder of its own, which `look` sees before it is removed. */
export async function attempt<Result>(
  { loaded, from, number, moment }: Attempt,
  look: (attempted: Attempted) => Promise<Result>,
): Promise<Result> {
  const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-crash-"));
  try {
    if (from === null) makeMedia(base, planOf(loaded).script.people.keys());
    else writeImage(from, base);
    const stores = (_: CeremonyFolder, disk: SimulatedDisk): Stores => mediaStores(base, disk);
    const end = await holdInterruptible({ base, loaded, number, moment, stores });
    return await look({ end, base });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

export interface Interruptible extends Omit<Attempt, "from"> {
  /** Holds the ceremony's folder and the media. */
  readonly base: string;
  readonly stores: (folder: CeremonyFolder, disk: SimulatedDisk, people: People) => Stores;
}

export async function holdInterruptible(options: Interruptible): Promise<HeldSession> {
  const { base, loaded, number, moment, stores } = options;
  const disk: SimulatedDisk = new SimulatedDisk(base, (what) => moment(what, disk));
  const say = (what: string): void => moment(what, disk);
  const people = talkingPeople(say);
  return await holdSession({
    root: join(base, "ceremony"),
    script: loaded,
    rehearsal: false,
    tool: "tuf-ceremony test",
    kit: null,
    people,
    stores: (folder) => talkingStores(stores(folder, disk, people), say),
    incoming: NOTHING_INCOMING,
    clock: clockFrom(later(START, number)),
    preflight: async () => ({ results: [{ id: "swap", verdict: "pass", found: "none" }] }),
    disk,
    hook: (when, line) => say(`${when} appending line ${line.seq}, ${line.type}`),
  });
}

function later(start: UtcSecond, sessions: number): UtcSecond {
  return time(new Date((secondsOf(start) + sessions * 600) * 1000).toISOString().replace(".000Z", "Z"));
}

export function imageDigest(image: DiskImage): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of [...image].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path} ${bytes === null ? "folder" : bytes.length}\n`).update(bytes ?? "");
  }
  return hash.digest("hex");
}

function talkingPeople(say: (what: string) => void): People {
  const people = unattendedPeople();
  return {
    ...people,
    ask: (request, situation) =>
      around(say, `asking ${request.prompt}`, () => people.ask(request, situation)),
    during: (what, situation, work) =>
      around(say, `performing ${what}`, () => people.during(what, situation, work)),
  };
}

function talkingStores(stores: Stores, say: (what: string) => void): Stores {
  return {
    findToken: (...args) => around(say, "finding a token", () => stores.findToken(...args)),
    provision: (...args) => around(say, "provisioning a token", () => stores.provision(...args)),
    generate: (...args) => around(say, `generating ${args[0].key}`, () => stores.generate(...args)),
    readCertificates: (...args) =>
      around(say, "reading certificates", () => stores.readCertificates(...args)),
    sign: (...args) => around(say, `signing with ${args[0].key}`, () => stores.sign(...args)),
    endKey: (...args) => around(say, `ending ${args[0].key}`, () => stores.endKey(...args)),
    close: () => around(say, "closing the stores", () => stores.close()),
  };
}

async function around<Result>(
  say: (what: string) => void,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  say(`before ${what}`);
  const result = await work();
  say(`after ${what}`);
  return result;
}
