/**
 * Key stores whose left-overs a crash test can look for: holders' keys in age files on two media, as in a real ceremony
 * (src/keystore/age-file.ts writes them), but without a process for each; one-time keys that end with the session.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AgeMethods } from "../../src/keystore/age-child.ts";
import { openAgeStore } from "../../src/keystore/age-file.ts";
import { sealKey, unsealAnyKey, unsealKey } from "../../src/keystore/age-seal.ts";
import type { KeyProcess } from "../../src/keystore/key-process.ts";
import { makeSoftwareKey, type SoftwareKey } from "../../src/keystore/software-key.ts";
import type { Situation } from "../../src/live/people.ts";
import { throwAwayStores } from "../../src/live/rehearsal-stores.ts";
import type { Stores } from "../../src/live/stores.ts";
import type { Disk } from "../../src/machine/disk.ts";

export const PASSPHRASE = "correct horse battery staple";
/** As cheap as scrypt gets: the keys are worth nothing, and there are hundreds of them. */
export const WORK_FACTOR = 1;

/** The two media of each holder below the base of the disk, as the machine file of a real ceremony names them. */
export function mediaOf(base: string, holder: string): readonly [string, string] {
  return [join(base, "media", `${holder}-1`), join(base, "media", `${holder}-2`)];
}

export function makeMedia(base: string, holders: Iterable<string>): void {
  for (const holder of holders) {
    for (const folder of mediaOf(base, holder)) mkdirSync(folder, { recursive: true });
  }
}

export function mediaStores(base: string, disk: Disk): Stores {
  const oneTime = throwAwayStores();
  const storeOf = (key: string, { state }: Situation, unfinished: boolean) => {
    const planned = state.plan.keys.get(key)?.key;
    return openAgeStore({
      ceremony: state.plan.script.ceremony,
      ceremonyFolder: join(base, "ceremony"),
      media: mediaOf(base, planned !== undefined && "holder" in planned ? planned.holder : ""),
      passphrase: { kind: "scripted", passphrase: PASSPHRASE },
      workFactor: WORK_FACTOR,
      unfinished: new Set(unfinished ? [key] : []),
      disk,
      startProcess: ageInThisProcess,
    });
  };
  return {
    ...oneTime,
    async generate(request, possession, situation, unfinished) {
      if (request.store !== "file") return await oneTime.generate(request, possession, situation, unfinished);
      return await storeOf(request.key, situation, unfinished).generate(request, possession);
    },
    async sign(request, payload, situation) {
      if (request.store !== "file") return await oneTime.sign(request, payload, situation);
      const asked = { ...request, payload, document: request.role };
      return { sig: await storeOf(request.key, situation, false).sign(asked) };
    },
  };
}

type Handlers = {
  readonly [Name in keyof AgeMethods]: (
    request: AgeMethods[Name]["request"],
  ) => Promise<AgeMethods[Name]["value"]>;
};

function ageInThisProcess(): KeyProcess<AgeMethods> {
  const passphrase = new TextEncoder().encode(PASSPHRASE);
  let made: SoftwareKey | null = null;
  const handlers: Handlers = {
    make: async ({ scheme, label, possession, workFactor }) => {
      made = makeSoftwareKey(scheme);
      const file = await sealKey(made, label, passphrase, workFactor);
      return { publicKey: made.publicKey, proof: made.sign(possession), file, noCoreDumps: true };
    },
    check: async ({ file, name }) => {
      if (made === null) throw new Error("nothing was made that could be checked");
      (await unsealKey(file, name, passphrase, made.publicKey)).wipe();
      return null;
    },
    prove: async ({ file, name, scheme, possession }) => {
      const key = await unsealAnyKey(file, name, passphrase, scheme);
      return { publicKey: key.publicKey, proof: key.sign(possession) };
    },
    reseal: () => Promise.reject(new Error("no ceremony changes a passphrase")),
    sign: async ({ file, name, publicKey, payload }) =>
      (await unsealKey(file, name, passphrase, publicKey)).sign(payload),
  };
  return {
    pid: undefined,
    ended: new Promise(() => {}),
    call: (method, request) => {
      const handler: Handlers[typeof method] = handlers[method];
      return handler(request);
    },
    close: async () => made?.wipe(),
  };
}
