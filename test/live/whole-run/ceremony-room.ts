/**
 * What a real ceremony needs on its table, in a temporary folder: a script for today, an empty SoftHSM, two media for
 * each holder of a file, a machine file. One key on a token, two in files, two one-time keys, 16 bins.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModuleConfig } from "../../../src/keystore/pkcs11/protocol.ts";
import { softhsmModule } from "../../support/requires.ts";

/**
 * The sources; or what `TUF_CEREMONY` says, from the project's folder: `dist/cli.js` for the program as it is shipped, or the
 * launcher of a kit.
 */
const cli = fileURLToPath(
  new URL(process.env["TUF_CEREMONY"] ?? "src/cli.ts", new URL("../../../", import.meta.url)),
);
export const program: readonly string[] = /\.[jt]s$/.test(cli) ? [process.execPath, cli] : [cli];
const examples = fileURLToPath(new URL("../../../ceremony-scripts/", import.meta.url));

/** As long as a name may be, and half of it twice as wide as it is long. */
const LONG_NAME = `Ada ${"山本".repeat(49)} ${"Lovelace-".repeat(12).slice(0, 97)}`;

const HOUR_MILLISECONDS = 3_600_000;

export class CeremonyRoom {
  readonly root = mkdtempSync(join(tmpdir(), "tuf-whole-run-"));
  readonly folder = join(this.root, "ceremony");
  readonly script = join(this.root, "script.yaml");
  readonly machine = join(this.root, "machine.yaml");
  readonly tokens = join(this.root, "tokens");
  readonly softhsmConf = join(this.root, "softhsm2.conf");

  /** @param provider whose token it is instead of SoftHSM's */
  constructor(provider?: { readonly device: string; readonly module: ModuleConfig }) {
    for (const folder of ["keys", "tokens", "grace-1", "grace-2", "admin-1", "admin-2"]) {
      mkdirSync(join(this.root, folder));
    }
    copyFileSync(join(examples, "keys", "online.pem"), join(this.root, "keys", "online.pem"));
    writeFileSync(this.softhsmConf, `directories.tokendir = ${this.tokens}\nobjectstore.backend = file\n`);
    const softhsm = { module: softhsmModule ?? "/none", env: { SOFTHSM2_CONF: this.softhsmConf } };
    const { device, module } = provider ?? { device: "softhsm", module: softhsm };
    writeFileSync(this.script, scriptOfToday(device));
    writeFileSync(this.machine, this.#machineFile(device, module));
  }

  get command(): readonly string[] {
    const { script, folder, machine } = this;
    return [...program, "run", script, "--folder", folder, "--machine", machine];
  }

  get transcript(): Buffer {
    return readFileSync(join(this.folder, "transcript.jsonl"));
  }

  medium(name: string): string {
    return join(this.root, name);
  }

  /** Everything that was written anywhere, by path. */
  allFiles(): ReadonlyMap<string, Buffer> {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return new Map(files.map((path) => [path, readFileSync(path)]));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #machineFile(device: string, { module, initString, env }: ModuleConfig): string {
    const media = (holder: string) => [this.medium(`${holder}-1`), this.medium(`${holder}-2`)];
    const modules = { [device]: { module, init: initString, env } };
    // JSON is YAML, whatever stands in a path.
    return JSON.stringify({ modules, media: { grace: media("grace"), admin: media("admin") } });
  }
}

/** minimal.yaml with a token, the long name, and a window around now. */
function scriptOfToday(device: string): string {
  const time = (hours: number): string =>
    `${new Date(Date.now() + hours * HOUR_MILLISECONDS).toISOString().slice(0, 19)}Z`;
  return readFileSync(join(examples, "minimal.yaml"), "utf8")
    .replace("from: 2026-12-04T15:00:00Z", `from: ${time(-1)}`)
    .replace("to: 2026-12-04T23:00:00Z", `to: ${time(5)}`)
    .replaceAll("2027-12-04T00:00:00Z", time(360 * 24))
    .replace("name: Ada Lovelace", `name: "${LONG_NAME}"`)
    .replace(
      "root-ada: { holder: ada, scheme: ed25519, store: file }",
      `root-ada: { holder: ada, scheme: ecdsa-sha2-nistp256, store: hsm, device: ${device}, serial: at-ceremony, provision: true, attestation: waived }`,
    );
}
