/** A machine file against what a script's keys need: everything that is lacking or unknown in one message. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { CeremonyState } from "../../src/ceremony/state.ts";
import { CeremonyError } from "../../src/errors.ts";
import { EMPTY_MACHINE, type MachineFile } from "../../src/live/machine-file.ts";
import { requireMachine, stepsToCome } from "../../src/live/machine-needs.ts";
import { makeExample } from "../exchange/plans.ts";
import { loadScript, planOf } from "./ceremony-harness.ts";

const base = mkdtempSync(join(tmpdir(), "machine-needs-"));
after(() => rmSync(base, { recursive: true }));
const module = join(base, "module.so");
writeFileSync(module, "");

const plan = planOf(
  loadScript("minimal.yaml", (text) =>
    text.replace(
      "root-ada: { holder: ada, scheme: ed25519, store: file }",
      "root-ada: { holder: ada, scheme: ecdsa-sha2-nistp256, store: hsm, device: softhsm, serial: at-ceremony, provision: true, attestation: waived }",
    ),
  ),
);
const MEDIA = { grace: ["/media/grace-1", "/media/grace-2"], admin: ["/media/a-1", "/media/a-2"] } as const;

function machine(
  modules: Readonly<Record<string, string>>,
  media: Readonly<Record<string, readonly [string, string]>>,
): MachineFile {
  return {
    modules: new Map(
      Object.entries(modules).map(([name, path]) => [name, { module: path, initString: undefined, env: {} }]),
    ),
    media: new Map(Object.entries(media)),
  };
}

function refusal(named: MachineFile | null, of: Plan = plan): CeremonyError {
  try {
    requireMachine(of, of.steps, named);
  } catch (error) {
    assert.ok(error instanceof CeremonyError);
    assert.deepEqual([error.code, error.exit], ["machine/lacks", "usage"]);
    return error;
  }
  return assert.fail("nothing was refused");
}

test("what the script needs is enough, though no medium is inserted", () => {
  requireMachine(plan, plan.steps, machine({ softhsm: module }, MEDIA));
  const more = { ...MEDIA, ada: ["/x", "/y"] } as const;
  requireMachine(plan, plan.steps, machine({ softhsm: module, yubihsm2: "/not/installed.so" }, more));
});

test("without a machine file everything is lacking, and said", () => {
  const { expected, found } = refusal(null);
  assert.equal(
    expected,
    "a machine file (--machine) with what the script needs: the module of softhsm, and two media each of grace and admin",
  );
  assert.equal(found, "no machine file; no module for softhsm; no media of grace; no media of admin");
});

test("all mistakes at once: unknown names, a module that is not there, one folder twice", () => {
  const { found } = refusal(
    machine(
      { softhsm: join(base, "none.so"), softhsn: module },
      { grase: MEDIA.grace, admin: ["/media/a", "/media/b/../a"] },
    ),
  );
  for (const part of [
    /the module of softhsm is no file: ".*none\.so"/,
    /no media of grace/,
    /one folder twice for "admin": "\/media\/a"/,
    /"softhsn" under modules, which is no device \(softhsm\?\)/,
    /"grase" under media, whom the script does not have \(grace\?\)/,
  ]) {
    assert.match(found, part);
  }
});

test("a holder elsewhere needs nothing, nor does what is done already", () => {
  const { plan: example } = makeExample();
  const { found } = refusal(EMPTY_MACHINE, example);
  assert.equal(found, "no media of ada; no media of grace");
  const rest = example.steps.filter(({ kind }) => kind === "collect" || kind === "verify");
  requireMachine(example, rest, null);
  assert.equal(stepsToCome(plan, null), plan.steps);
  const begun = new CeremonyState(example, false);
  assert.deepEqual(stepsToCome(example, begun).length, example.steps.length);
  assert.equal(stepsToCome(plan, begun), plan.steps, "another script");
});
