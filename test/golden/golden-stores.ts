/** Stores whose keys everybody can compute from their names, so that a ceremony comes out the same byte for byte. */
import assert from "node:assert/strict";
import { CeremonyError } from "../../src/errors.ts";
import type { People, Situation } from "../../src/live/people.ts";
import type { Stores } from "../../src/live/stores.ts";
import { type ExampleKey, exampleKey } from "../support/example-keys.ts";
import type { GoldenFailure } from "./answers.ts";

/** Keys that outlive a session: those of devices and files. */
export class GoldenKeys {
  readonly #made = new Map<string, number>();

  /** The key as it is now; one that was never made here is of an earlier ceremony. */
  current(name: string): ExampleKey {
    const times = this.#made.get(name) ?? 1;
    return exampleKey(times === 1 ? name : `${name} ${times}`);
  }

  /** Another key each time; the number of the last one made is in `swept` of what the store says. */
  make(name: string): { readonly key: ExampleKey; readonly before: number } {
    const before = this.#made.get(name) ?? 0;
    this.#made.set(name, before + 1);
    return { key: this.current(name), before };
  }
}

export function goldenStores(keys: GoldenKeys, people: People, failures: GoldenFailure[]): Stores {
  const working = async <Result>(
    kind: GoldenFailure["kind"],
    situation: Situation,
    work: () => Result,
  ): Promise<Result> =>
    await people.during(kind, situation, async () => {
      failIfPlanned(failures, kind, situation);
      return work();
    });
  return {
    async findToken() {
      return assert.fail("no golden ceremony has a token: what tokens say is tried with real ones");
    },
    async provision() {
      return assert.fail("no golden ceremony has a token");
    },
    async generate(request, possession, situation, unfinished) {
      return await working("generate", situation, () => {
        const { key, before } = keys.make(request.key);
        return {
          publicKey: key.publicKey,
          proof: key.sign(possession),
          attributes: { store: request.store, sameDevice: false },
          swept: unfinished ? before : 0,
        };
      });
    },
    async readCertificates() {
      return assert.fail("no golden ceremony has a token");
    },
    async sign({ key }, payload, situation) {
      return await working("sign", situation, () => ({ sig: keys.current(key).sign(payload) }));
    },
    async endKey() {},
    async close() {},
  };
}

function failIfPlanned(failures: GoldenFailure[], kind: string, { step }: Situation): void {
  const [first] = failures;
  if (first?.at !== step.ref || first.kind !== kind) return;
  failures.shift();
  const { code, expected, found, remedy } = first;
  throw new CeremonyError({ code, exit: "device", expected, found, remedy });
}
