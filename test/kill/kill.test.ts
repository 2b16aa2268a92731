/**
 * Kill test: a ceremony is broken off at every moment (before and after every append to the transcript, every change of
 * the disk, every effect) and held to its end from what is left.
 *
 * One ceremony is held with a copy of its disk taken at each moment: what a new process finds after a SIGKILL is the disk
 * as it is then, and what it finds after a power cut is what was synced, and by chance some of the rest
 * (real-kill.test.ts compares with real SIGKILLs). Moments that leave the same disk are resumed once.
 */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import { loadScript } from "../live/ceremony-harness.ts";
import { edit } from "../support/scripts.ts";
import { attempt, imageDigest, type Moment } from "./interrupted-ceremony.ts";
import type { Chance, DiskImage, SimulatedDisk } from "./simulated-disk.ts";
import { checkSurvival, isFinished } from "./survival.ts";

const minimal = loadScript("minimal.yaml");
const manyBins = loadScript("minimal.yaml", (text) => edit(text, "count: 16,", "count: 16384,"));

test("minimal.yaml survives a SIGKILL at every moment, and a second one while it is resumed", async (t) => {
  const { seed, chance } = makeChance();
  t.diagnostic(`seed ${seed}`);
  // Torn lines are many and alike: one in four will do.
  const { states, moments } = await gatherStates(minimal, (disk, what) =>
    what.startsWith("after half of write") && chance() > 0.25 ? null : disk.afterKill(),
  );
  let second = 0;
  for (const [index, image] of states.entries()) {
    const isKilledAgain = index % 8 === 0;
    const later = await resume(
      minimal,
      image,
      2,
      isKilledAgain ? keepOne(chance, (disk) => disk.afterKill()) : null,
    );
    if (later === null) continue;
    second += 1;
    await resume(minimal, later, 3, null);
  }
  assert.ok(moments > 1000 && states.length > 150 && second > 15);
  t.diagnostic(
    `survived a SIGKILL at ${moments} moments (${states.length} states of the disk), at ${second} of them twice; seed ${seed}`,
  );
});

test("minimal.yaml survives a power cut at every moment on a disk that keeps only what was synced", async (t) => {
  const { states, moments } = await gatherStates(minimal, (disk) => disk.afterPowerCut(null));
  for (const image of states) await resume(minimal, image, 2, null);
  assert.ok(moments > 1000 && states.length > 125);
  t.diagnostic(`survived a power cut at ${moments} moments (${states.length} states of the disk)`);
});

test("minimal.yaml survives power cuts on a disk that keeps a random part of what was not synced", async (t) => {
  const { seed, chance } = makeChance();
  const { states } = await gatherStates(minimal, (disk) =>
    chance() < 0.12 ? disk.afterPowerCut(chance) : null,
  );
  for (const image of states) {
    const later = await resume(
      minimal,
      image,
      2,
      chance() < 0.2 ? keepOne(chance, (disk) => disk.afterPowerCut(chance)) : null,
    );
    if (later !== null) await resume(minimal, later, 3, null);
  }
  assert.ok(states.length > 40);
  t.diagnostic(`survived ${states.length} different disks after a power cut; seed ${seed}`);
});

test("with 16,384 bins a ceremony survives a crash at some moments", async (t) => {
  const { seed, chance } = makeChance();
  const { states, moments } = await gatherStates(manyBins, (disk) =>
    chance() < 0.04 ? disk.afterPowerCut(chance) : null,
  );
  for (const image of states.slice(0, 6)) await resume(manyBins, image, 2, null);
  assert.ok(states.length > 5);
  t.diagnostic(`survived a crash at ${Math.min(6, states.length)} of ${moments} moments; seed ${seed}`);
});

/** Every different disk that a crash of this ceremony may leave. Null: not at this moment. */
async function gatherStates(
  loaded: LoadedScript,
  imageOf: (disk: SimulatedDisk, what: string) => DiskImage | null,
): Promise<{ readonly states: readonly DiskImage[]; readonly moments: number }> {
  const states = new Map<string, DiskImage>();
  let moments = 0;
  const moment: Moment = (what, disk) => {
    // Before something the disk is as it was after what came before.
    const isNew = moments === 0 || what.startsWith("after");
    const image = isNew ? imageOf(disk, what) : null;
    if (image !== null) states.set(imageDigest(image), image);
    moments += 1;
  };
  await attempt({ loaded, from: null, number: 1, moment }, (held) => checkSurvival(held, null));
  return { states: [...states.values()], moments };
}

/** @param keep picks one disk of those that a crash of the resumed session would leave */
async function resume(
  loaded: LoadedScript,
  image: DiskImage,
  number: number,
  keep: ((disk: SimulatedDisk) => DiskImage | null) | null,
): Promise<DiskImage | null> {
  let kept: DiskImage | null = null;
  const moment: Moment = (_, disk) => {
    kept = keep?.(disk) ?? kept;
  };
  const held = attempt({ loaded, from: image, number, moment }, (done) => checkSurvival(done, image));
  if (isFinished(image)) await assert.rejects(held, { code: "folder/finished" });
  else await held;
  return kept;
}

/** One of all that come, each with the same probability. */
function keepOne(
  chance: Chance,
  imageOf: (disk: SimulatedDisk) => DiskImage,
): (disk: SimulatedDisk) => DiskImage | null {
  let seen = 0;
  return (disk) => {
    seen += 1;
    return chance() < 1 / seen ? imageOf(disk) : null;
  };
}

/** Mulberry32: a failure can be had again with its seed (KILL_TEST_SEED). */
function makeChance(): { readonly seed: number; readonly chance: Chance } {
  const seed = Number(process.env["KILL_TEST_SEED"] ?? randomInt(2 ** 31));
  let state = seed;
  const chance = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, chance };
}
