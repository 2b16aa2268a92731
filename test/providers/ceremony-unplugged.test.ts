/**
 * A device pulled out during every PKCS#11 call of a ceremony, before it hears of the call and after it has done what was
 * asked, and put back each time: the ceremony goes on, and in the end there is one key.
 */
import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { anException, type Interject } from "../../src/live/unattended-people.ts";
import { pkcs11Addon, requires } from "../support/requires.ts";
import { type Holder, ProviderCeremony, scriptFor, type TokenEffect } from "./ceremony-bench.ts";
import { Cable } from "./ceremony-cable.ts";
import { listKeys } from "./ceremony-keys.ts";
import { provider } from "./resources.ts";

const DEVICE = "p11-kit";
/** The others are there because a root of one key is none. */
const HOLDERS: readonly Holder[] = [
  { id: "ada", name: "Ada Lovelace", device: DEVICE, scheme: "ecdsa-sha2-nistp256" },
  { id: "grace", name: "Grace Hopper", device: "softhsm", scheme: "ed25519" },
  { id: "hedy", name: "Hedy Lamarr", device: "softhsm", scheme: "ed25519" },
];

/** Of each effect, the messages that were the last ones before the device was gone; fewer, and the test has missed some. */
const FEWEST: Readonly<Record<TokenEffect["kind"], number>> = {
  "find-token": 8,
  provision: 40,
  generate: 100,
  sign: 40,
};

it(
  "gone at every message of every call, and put back",
  requires(provider(DEVICE), provider("softhsm"), pkcs11Addon),
  async (test) => {
    const cuts = new Cuts();
    // An effect that has done its work is not tried again: one more ceremony for each message that only ends the talk.
    for (let ceremonies = 0; !cuts.isDone; ceremonies += 1) {
      assert.ok(ceremonies < 20, "it never comes to an end");
      await holdCeremony(test, cuts);
    }
    for (const [kind, count] of cuts.counts) assert.ok(count >= FEWEST[kind], `${kind}: only ${count}`);
    test.diagnostic(
      `unplugged ${[...cuts.counts].map(([kind, count]) => `${count} × in ${kind}`).join(", ")}`,
    );
  },
);

async function holdCeremony(test: TestContext, cuts: Cuts): Promise<void> {
  const ceremony = await ProviderCeremony.start(test, scriptFor(HOLDERS, 2), [DEVICE, "softhsm"]);
  const cable = await Cable.start(test, ceremony.provider(DEVICE));
  ceremony.modules.set(DEVICE, cable.module);
  ceremony.watch(async ({ kind, device }, work) => {
    if (device !== DEVICE) return await work();
    cable.cuts = cuts.begin(kind);
    try {
      return await work();
    } finally {
      cable.cuts = () => false;
      if (cable.isPlugged) cuts.end(kind);
      else {
        if (kind === "provision") takeOthers(ceremony.provider(DEVICE).folder);
        await cable.plugIn();
      }
    }
  });
  ceremony.otherwise = keepTrying;
  await ceremony.session();
  await ceremony.finished();
  const { state } = await ceremony.audit();
  assert.deepEqual(await listKeys(ceremony, DEVICE), [
    `${state?.serialOf("root-ada")} example-2026-root root-ada: ecdsa-sha2-nistp256, both halves`,
  ]);
}

const keepTrying: Interject = (request, situation) => {
  if (request.prompt === "try-again") return { ok: true, value: { form: "choice", chosen: "again" } };
  if (request.prompt !== "failure") return null;
  return { ok: true, value: { form: "exception", exception: anException(request, situation, "retry") } };
};

/** A blank device in the place of the one that was being initialised: SoftHSM would list one more each time. */
function takeOthers(folder: string): void {
  const tokens = join(folder, "tokens");
  for (const name of readdirSync(tokens)) rmSync(join(tokens, name), { recursive: true });
}

/** Which message of an effect is the last one before the device is gone: one further in each attempt, to the end. */
class Cuts {
  readonly #counts = new Map<TokenEffect["kind"], number>();
  readonly #ended = new Set<TokenEffect["kind"]>();

  get counts(): ReadonlyMap<TokenEffect["kind"], number> {
    return this.#counts;
  }

  get isDone(): boolean {
    return Object.keys(FEWEST).length === this.#ended.size;
  }

  begin(kind: TokenEffect["kind"]): () => boolean {
    const count = this.#counts.get(kind) ?? 0;
    let messages = 0;
    return () => {
      messages += 1;
      if (this.#ended.has(kind) || messages <= count) return false;
      this.#counts.set(kind, count + 1);
      return true;
    };
  }

  /** An attempt in which nothing was left to be cut. */
  end(kind: TokenEffect["kind"]): void {
    this.#ended.add(kind);
  }
}
