/**
 * A process that holds one session of a ceremony with real key stores and unattended people, to be killed.
 *
 *     node ceremony-child.ts '{"base": …, "script": …, "killAt": …, "tell": …, "module": …}'
 *
 * Prints `finished <head>`, or the code of what it was refused with.
 */
import { writeSync } from "node:fs";
import { CeremonyError } from "../../src/errors.ts";
import { loadForRun } from "../../src/live/load-for-run.ts";
import type { MachineModule } from "../../src/live/machine-file.ts";
import { realStores } from "../../src/live/real-stores.ts";
import { OFFICER_PIN, USER_PIN } from "../keystore/pkcs11/soft-token.ts";
import { holdInterruptible } from "./interrupted-ceremony.ts";
import { mediaOf, PASSPHRASE, WORK_FACTOR } from "./media-stores.ts";

export interface ChildOptions {
  /** Holds `ceremony` and `media`. */
  readonly base: string;
  /** Path of the script. */
  readonly script: string;
  readonly number: number;
  /** Kills itself at this moment, counted from 1; null: never. */
  readonly killAt: number | null;
  /** Hangs for ever at the first moment with these words; null: never. */
  readonly hangAt: string | null;
  /** Prints every moment. */
  readonly tell: boolean;
  /** Where SoftHSM is; null: no token is needed. */
  readonly module: MachineModule | null;
}

const options = JSON.parse(process.argv[2] ?? "") as ChildOptions; // our own parent's
let moments = 0;

function moment(what: string): void {
  moments += 1;
  if (options.tell) writeSync(1, `${what}\n`);
  if (moments === options.killAt) process.kill(process.pid, "SIGKILL");
  if (what !== options.hangAt) return;
  writeSync(1, "hangs\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const loaded = loadForRun(options.script);
const holders = loaded.plan.script.people.keys();
try {
  const end = await holdInterruptible({
    base: options.base,
    loaded,
    number: options.number,
    moment,
    stores: (folder, _disk, people) =>
      realStores({
        folder,
        people,
        machine: {
          modules: new Map(options.module === null ? [] : [["softhsm", options.module]]),
          media: new Map([...holders].map((holder) => [holder, mediaOf(options.base, holder)])),
        },
        secrets: {
          kind: "scripted",
          pin: ({ purpose }) => (purpose === "user" || purpose === "new-user" ? USER_PIN : OFFICER_PIN),
          passphrase: PASSPHRASE,
          workFactor: WORK_FACTOR,
        },
      }),
  });
  writeSync(1, `${end.reason} ${end.head}\n`);
} catch (error) {
  if (!(error instanceof CeremonyError)) throw error;
  writeSync(1, `refused ${error.code}\n`);
  process.exitCode = 1;
}
