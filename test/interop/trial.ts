/** One client and one repository that it follows, each fresh; and what `verify` says of the same files. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { judgeFiles } from "../../src/commands/verify-files.ts";
import { CLIENT_LIMITS } from "../../src/tuf/chain.ts";
import { ClientRunner } from "./client-runner.ts";
import { type RepositoryServer, serveRepository } from "./repository-server.ts";
import { daysFromNow, SimulatedRepository } from "./simulated-repository.ts";

export interface Trial {
  readonly client: ClientRunner;
  readonly repository: SimulatedRepository;
  readonly server: RepositoryServer;
}

export async function begin(context: TestContext): Promise<Trial> {
  const server = await serveRepository();
  context.after(server.close);
  return {
    client: new ClientRunner(context, server.url),
    repository: new SimulatedRepository(server),
    server,
  };
}

/** Accepted, and nothing was asked of the repository. */
export async function initialize({ client, repository, server }: Trial): Promise<void> {
  const { status, error } = await client.init(repository.published[0] ?? new Uint8Array());
  assert.equal(status, 0, error);
  assert.deepEqual(server.requests, []);
}

/** The exit status of a refresh, as if it were `days` days later; `verify` has to agree with it. */
export async function refresh({ client, server }: Trial, days = 0): Promise<number | null> {
  const isValid = verify(client, server, days);
  const before = days === 0 ? [] : ["faketime", pythonTime(days)];
  const { status, error } = await client.refresh({ before });
  assert.match(error, /^conformance-client: root only: this refresh ends after the chain of roots\n/);
  if (status !== 0) assert.match(error, /\nconformance-client: refused \[\w+\/[\w-]+\]: expected .+\n$/);
  assert.equal(isValid, status === 0, error);
  return status;
}

/** `tuf-ceremony verify --from root.json --dir REPOSITORY` */
function verify(client: ClientRunner, { files }: RepositoryServer, days: number): boolean {
  if (client.trustedRoot === null) return false;
  const folder = mkdtempSync(join(tmpdir(), "conformance-verify-"));
  try {
    for (const [path, bytes] of files) writeFileSync(join(folder, basename(path)), bytes);
    const from = join(client.metadataFolder, "root.json");
    const options = { at: daysFromNow(days), secondOpinion: null, limits: CLIENT_LIMITS, rehearsal: false };
    return judgeFiles({ files: [], from, folder, repository: null }, options).isValid;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As Python writes an instant, since that is what the suite gives `faketime`. */
function pythonTime(days: number): string {
  return daysFromNow(days).replace("T", " ").replace("Z", ".000000+00:00");
}
