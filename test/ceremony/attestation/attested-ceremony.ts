/** Ceremonies with a key whose device must attest it: Ada's, on a made-up device. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TranscriptReader } from "../../../src/transcript/read.ts";
import { ExceptionalCeremony, scriptOf } from "../../support/exceptional-ceremony.ts";
import { edit, exampleText } from "../../support/scripts.ts";
import { type Changes, MadeUpDevice } from "./made-up.ts";

export const STEP = "generate/root-ada";

/** The key is on the device, whose certificates are wrong as `changes` says. */
export class Attested {
  readonly device: MadeUpDevice;
  readonly ceremony: ExceptionalCeremony;

  constructor(format: "yubihsm" | "piv" = "yubihsm", changes: Changes = {}, rest = "") {
    this.device = new MadeUpDevice(format, changes);
    this.ceremony = new ExceptionalCeremony(scriptOf(this.script(rest)));
    this.attest(this.device);
  }

  script(rest: string, attestation = `{ roots: [${this.device.requirement.roots[0]}]${rest} }`): string {
    const kind = this.device.format === "yubihsm" ? "yubihsm2" : "yubikey";
    return edit(
      exampleText("minimal"),
      "root-ada: { holder: ada, scheme: ed25519, store: file }",
      `root-ada: { holder: ada, scheme: ecdsa-sha2-nistp256, store: hsm, device: ${kind}, serial: "${this.device.serial}", spares: ["0077"], attestation: ${attestation} }`,
    );
  }

  attest(device: MadeUpDevice): void {
    this.ceremony.devices.attesting.set("root-ada", (publicKey) => device.certificatesFor(publicKey));
  }

  get lines() {
    const text = readFileSync(join(this.ceremony.folder, "transcript.jsonl"), "utf8");
    const reader = new TranscriptReader();
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const read = reader.read(new TextEncoder().encode(`${line}\n`));
        assert.ok(read.ok);
        return read.line;
      });
  }
}
