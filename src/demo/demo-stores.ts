/** The places that keep the demonstration's keys: all of them real, but for the tokens of a machine without SoftHSM. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCRYPT_WORK_FACTOR } from "../keystore/age-seal.ts";
import type { CeremonyFolder } from "../live/ceremony-folder.ts";
import type { MachineFile } from "../live/machine-file.ts";
import type { People } from "../live/people.ts";
import { realStores } from "../live/real-stores.ts";
import { throwAwayStores } from "../live/rehearsal-stores.ts";
import type { Stores } from "../live/stores.ts";
import { DemoPins } from "./demo-pins.ts";

/** The folder of one demonstration. */
export interface Workplace {
  readonly root: string;
  readonly ceremony: string;
  readonly tokens: string;
  readonly media: readonly [string, string];
}

export interface DemoStoresOptions {
  readonly folder: CeremonyFolder;
  readonly people: People;
  readonly workplace: Workplace;
  /** SoftHSM's PKCS#11 module; null where there is none. */
  readonly module: string | null;
}

export function demoStores({ folder, people, workplace, module }: DemoStoresOptions): Stores {
  const pins = new DemoPins();
  const real = realStores({
    folder,
    people,
    machine: machineOf(workplace, module),
    secrets: {
      kind: "scripted",
      pin: (request) => pins.answer(request),
      passphrase: randomBytes(24).toString("base64url"),
      workFactor: SCRYPT_WORK_FACTOR,
    },
  });
  return module === null ? withSoftwareTokens(real, throwAwayStores()) : real;
}

/** What people write into a machine file; the tokens get a SoftHSM configuration of their own. */
function machineOf({ tokens, media }: Workplace, module: string | null): MachineFile {
  mkdirSync(tokens);
  const configuration = join(tokens, "softhsm2.conf");
  writeFileSync(
    configuration,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const softhsm = { module: module ?? "", initString: undefined, env: { SOFTHSM2_CONF: configuration } };
  return {
    modules: new Map(module === null ? [] : [["softhsm", softhsm]]),
    media: new Map([["barbara", media]]),
  };
}

function withSoftwareTokens(real: Stores, tokens: Stores): Stores {
  const placeOf = ({ store }: { readonly store: string }): Stores => (store === "hsm" ? tokens : real);
  return {
    findToken: (request, situation) => tokens.findToken(request, situation),
    provision: (request, situation) => tokens.provision(request, situation),
    generate: (request, ...rest) => placeOf(request).generate(request, ...rest),
    readCertificates: (request, situation) => real.readCertificates(request, situation),
    sign: (request, ...rest) => placeOf(request).sign(request, ...rest),
    endKey: (request) => real.endKey(request),
    close: async () => {
      await tokens.close();
      await real.close();
    },
  };
}
