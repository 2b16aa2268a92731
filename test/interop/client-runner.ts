/**
 * Starts the client under test as tuf-conformance does: an executable with the words of its protocol, each time a
 * process of its own, before which `faketime` may stand; and looks at what it leaves in its metadata folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const CLIENT = fileURLToPath(new URL("conformance-client/main.ts", import.meta.url));

/** Most of what a client does is starting: what Node.js compiled for one is kept for the next. */
const compiled = mkdtempSync(join(tmpdir(), "conformance-compiled-"));
after(() => rmSync(compiled, { recursive: true, force: true }));

export interface Ended {
  /** Null where it was killed. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly error: string;
}

export interface RunOptions {
  /** Stand before the client: `faketime` and what it needs. */
  readonly before?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export class ClientRunner {
  readonly metadataFolder: string;
  readonly #folder: string;
  readonly #metadataUrl: string;

  constructor(context: TestContext, serverUrl: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "conformance-"));
    context.after(() => rmSync(this.#folder, { recursive: true, force: true }));
    this.metadataFolder = join(this.#folder, "metadata");
    mkdirSync(this.metadataFolder);
    this.#metadataUrl = `${serverUrl}/metadata/`;
  }

  async init(trustedRoot: Uint8Array): Promise<Ended> {
    const path = join(this.#folder, "initial_root.json");
    writeFileSync(path, trustedRoot);
    return await runClient(["--metadata-dir", this.metadataFolder, "init", path]);
  }

  async refresh(options: RunOptions = {}, ...more: readonly string[]): Promise<Ended> {
    const where = ["--metadata-url", this.#metadataUrl, "--metadata-dir", this.metadataFolder];
    return await runClient([...where, ...more, "refresh"], options);
  }

  /** Null where none is trusted. */
  get trustedRoot(): Uint8Array | null {
    const path = join(this.metadataFolder, "root.json");
    return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
  }

  /** Every role that the folder has metadata of, with its version. */
  get trustedRoles(): readonly (readonly [role: string, version: unknown])[] {
    const names = readdirSync(this.metadataFolder).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => {
      const document = JSON.parse(readFileSync(join(this.metadataFolder, name), "utf8"));
      return [name.slice(0, -".json".length), document.signed.version];
    });
  }
}

/** The client says by its first line which Node.js it wants: the one of these tests has to be found first. */
export async function runClient(
  words: readonly string[],
  { before = [], environment = {} }: RunOptions = {},
): Promise<Ended> {
  const [program = CLIENT, ...rest] = [...before, CLIENT, ...words];
  const path = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(program, rest, {
    env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: compiled, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status, signal] = await closed;
  return { status, signal, out, error };
}
