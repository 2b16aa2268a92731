/** Finished ceremonies to be tampered with: one with a holder elsewhere and a witness, one rotation. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { HEAD_NAMESPACE, WITNESSES, witnessedMessage } from "../../src/audit/witnesses.ts";
import { writeSignatureFile } from "../../src/ceremony/exchange-files.ts";
import { incomingFiles } from "../../src/live/incoming-files.ts";
import type { People } from "../../src/live/people.ts";
import { clockFrom } from "../../src/live/performer.ts";
import { anException, opened, unattendedPeople } from "../../src/live/unattended-people.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";
import { makeExample } from "../exchange/plans.ts";
import { exampleStores, loadScript, newFolder, planOf, runOnce, time } from "../live/ceremony-harness.ts";
import { edit } from "../support/scripts.ts";

export interface FinishedFolder {
  readonly folder: string;
  readonly head: Sha256Hex;
}

const IN_FILE = "root-ada: { holder: ada, scheme: ed25519, store: file }";
const ON_TOKEN =
  "root-ada: { holder: ada, scheme: ed25519, store: hsm, device: softhsm, serial: at-ceremony, provision: true, attestation: waived }";
const KATHERINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP/y20KnEzXa0pL+6CxImt2nPhIk29OipGf6WWjUMJYM";

/**
 * `minimal.yaml` with one root key on a token, an exception, a holder elsewhere whose signature came in a second session,
 * and a witness's signature over the head.
 */
export async function holdWithHolderElsewhere(): Promise<FinishedFolder> {
  const folder = newFolder();
  const witness = makeWitness();
  const example = makeExample((text) => edit(edit(text, KATHERINE, witness.publicKey), IN_FILE, ON_TOKEN));
  const loaded = { bytes: example.script, inputs: example.inputs };
  const waiting = await runOnce({ folder, loaded, people: peopleWithAnException() });
  assert.equal(waiting.reason, "waiting");
  const document = waiting.state.document("root");
  assert.ok(document !== null);
  const what = { ceremony: "example-2026-root", role: "root", key: "root-linus", sha256: document.sha256 };
  const file = writeSignatureFile(what, example.linus.sign(document.payload));
  const end = await runOnce({
    folder,
    loaded,
    incoming: incomingFiles([new TextDecoder().decode(file)]),
    clock: clockFrom(time("2026-12-04T18:00:00Z")),
  });
  assert.equal(end.reason, "finished");
  const signature = join(folder, WITNESSES, `witness-1-${end.head.slice(0, 8)}.sig`);
  mkdirSync(dirname(signature));
  writeFileSync(signature, witness.sign(witnessedMessage(end.head)));
  return { folder, head: end.head };
}

/** At the beacon something happens once. */
function peopleWithAnException(): People {
  let happened = false;
  return unattendedPeople((request, situation) => {
    if (request.prompt !== "beacon" || happened) return null;
    happened = true;
    return opened(anException(request, situation, "retry", "somebody rang at the door"));
  });
}

export async function holdRotation(): Promise<FinishedFolder> {
  const folder = newFolder();
  const loaded = loadScript("rotate.yaml");
  const clock = clockFrom(planOf(loaded).script.window.from);
  const end = await runOnce({ folder, loaded, stores: exampleStores(loaded), clock });
  assert.equal(end.reason, "finished");
  return { folder, head: end.head };
}

/** A witness with a key of OpenSSH's, who signs by `ssh-keygen -Y sign`. */
function makeWitness(): { readonly publicKey: string; readonly sign: (message: Uint8Array) => Uint8Array } {
  const home = mkdtempSync(join(tmpdir(), "tuf-ceremony-witness-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  const key = join(home, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
  const [type = "", blob = ""] = readFileSync(`${key}.pub`, "utf8").split(" ");
  return {
    publicKey: `${type} ${blob.trim()}`,
    sign: (message) =>
      execFileSync("ssh-keygen", ["-Y", "sign", "-n", HEAD_NAMESPACE, "-f", key], {
        input: message,
        stdio: ["pipe", "pipe", "ignore"],
      }),
  };
}
