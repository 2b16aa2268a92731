/**
 * Fetches `N.root.json`. Whoever answers may be anybody and answer anything: no more is read than a root may have, no
 * redirect is followed, nothing is unpacked, and all requests together have one time limit.
 */
import { Buffer } from "node:buffer";
import { Agent, get, type IncomingMessage } from "node:http";
import { CeremonyError } from "../../../src/errors.ts";
import { CLIENT_LIMITS } from "../../../src/tuf/chain.ts";

/** A repository that has no such root says one or the other: S3 answers 403 where it doesn't let people list. */
const NOT_THERE: ReadonlySet<number | undefined> = new Set([403, 404]);

export class RootFetcher {
  readonly #url: URL;
  /** A new connection for each root: an idle one may be gone just when it is wanted again. */
  readonly #agent = new Agent({ keepAlive: false });
  readonly #deadline: AbortSignal;
  readonly #limit: string;

  constructor(url: URL, timeLimitSeconds: number) {
    this.#url = url;
    this.#deadline = AbortSignal.timeout(timeLimitSeconds * 1000);
    this.#limit = `an answer within ${timeLimitSeconds} seconds`;
  }

  /**
   * Null where the repository says that there is none. Throws `client/status`, `client/too-large`, `client/time-limit`
   * and `client/connection`.
   */
  async fetch(version: number): Promise<Uint8Array | null> {
    const name = `${version}.root.json`;
    try {
      const response = await this.#request(name);
      if (response.statusCode === 200) return await readBody(response, name);
      if (NOT_THERE.has(response.statusCode)) return null;
      throw fault("client/status", `${name}, or 404`, `status ${response.statusCode}`);
    } catch (error) {
      if (error instanceof CeremonyError || !isConnectionError(error)) throw error;
      if (this.#deadline.aborted) throw fault("client/time-limit", this.#limit, `none for ${name}`, error);
      throw fault("client/connection", `an answer for ${name}`, String(error.code), error);
    }
  }

  /** Also gives up what is still coming. */
  close(): void {
    this.#agent.destroy();
  }

  async #request(name: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = { agent: this.#agent, signal: this.#deadline };
    get(new URL(name, this.#url), options, resolve).on("error", reject);
    return await promise;
  }
}

async function readBody(response: IncomingMessage, name: string): Promise<Uint8Array> {
  if (Number(response.headers["content-length"] ?? 0) > CLIENT_LIMITS.rootBytes) throw tooLarge(name);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  // Without an encoding its chunks are bytes.
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > CLIENT_LIMITS.rootBytes) throw tooLarge(name);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(name: string): CeremonyError {
  return fault("client/too-large", `at most ${CLIENT_LIMITS.rootBytes} bytes for ${name}`, "more");
}

/** From the system, from Node.js's reader of HTTP, from the time limit, or where the other side went away. */
const CONNECTION_CODE = /^(?:E[A-Z]+|HPE_\w+|ABORT_ERR|ERR_STREAM_PREMATURE_CLOSE)$/;

function isConnectionError(error: unknown): error is Error & { readonly code: unknown } {
  return error instanceof Error && "code" in error && CONNECTION_CODE.test(String(error.code));
}

function fault(code: string, expected: string, found: string, cause?: unknown): CeremonyError {
  const remedy = "Ask who runs the repository.";
  return new CeremonyError({ code, exit: "refused", expected, found, remedy, cause });
}
