/** Asks one peer, as peers/README.md has it: one line of JSON for a question, one for the answer. */
import { Buffer } from "node:buffer";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { cacheOf, type PeerInfo, scriptOf } from "./peer-table.ts";

const Unsupported = z.strictObject({ unsupported: z.string() });
const Step = z.discriminatedUnion("accepted", [
  z.strictObject({ accepted: z.literal(true) }),
  z.strictObject({ accepted: z.literal(false), error: z.string() }),
]);
const About = z.strictObject({ name: z.string(), versions: z.record(z.string(), z.string()) });
const Canonical = z.strictObject({ results: z.array(z.base64().nullable()) });
const Steps = z.strictObject({ steps: z.array(Step) });
const Refreshed = z.union([
  z.strictObject({ accepted: z.literal(true), rootVersion: z.int() }),
  z.strictObject({ accepted: z.literal(false), error: z.string() }),
]);
const Signed = z.union([z.strictObject({ roots: z.array(z.base64()), targets: z.base64() }), Unsupported]);

export type PeerStep = z.infer<typeof Step>;
export type About = z.infer<typeof About>;

/** A document and the role whose document says who may sign it: `root`, or an earlier document. */
export interface DelegatedDocument {
  readonly name: string;
  readonly delegator: string;
  readonly bytes: Uint8Array;
}

/** Two roots, each signed by two keys of its own and the second by both of the first too; and targets below it. */
export interface SignedByPeer {
  readonly roots: readonly Uint8Array[];
  readonly targets: Uint8Array;
}

export interface RefreshRequest {
  readonly bootstrap: Uint8Array;
  /** `http://127.0.0.1:PORT`: metadata is below `/metadata`, targets below `/targets`. */
  readonly serverUrl: string;
  readonly target: string | null;
}

export class Peer {
  readonly info: PeerInfo;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: PromiseWithResolvers<string>[] = [];
  #beginning: string[] = [];

  /** It has to be installed. What it says on standard error is shown as it is: a mistake in a test. */
  constructor(info: PeerInfo) {
    this.info = info;
    this.#child = spawn("sh", [scriptOf(info, "run.sh"), cacheOf(info)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.#child.stdin.on("error", () => undefined); // it has ended, which is told by what is waiting
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("close", (status, signal) => this.#end(`ended with ${status ?? signal}`));
  }

  async about(): Promise<About> {
    return await this.#ask(About, { op: "about" });
  }

  /** Null where it refuses a document. */
  async canonical(documents: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]> {
    const { results } = await this.#ask(Canonical, { op: "canonical", documents: documents.map(toText) });
    return results.map((text) => (text === null ? null : fromText(text)));
  }

  async chain(roots: readonly Uint8Array[]): Promise<readonly PeerStep[]> {
    return (await this.#ask(Steps, { op: "chain", roots: roots.map(toText) })).steps;
  }

  async delegated(root: Uint8Array, documents: readonly DelegatedDocument[]): Promise<readonly PeerStep[]> {
    const texts = documents.map(({ name, delegator, bytes }) => ({ name, delegator, bytes: toText(bytes) }));
    return (await this.#ask(Steps, { op: "delegated", root: toText(root), documents: texts })).steps;
  }

  async refresh({ bootstrap, serverUrl, target }: RefreshRequest): Promise<z.infer<typeof Refreshed>> {
    return await this.#ask(Refreshed, {
      op: "refresh",
      bootstrap: toText(bootstrap),
      metadataUrl: `${serverUrl}/metadata`,
      targetsUrl: `${serverUrl}/targets`,
      target,
    });
  }

  /** Or why it does not sign with keys of that scheme. */
  async sign(scheme: string): Promise<SignedByPeer | z.infer<typeof Unsupported>> {
    const answer = await this.#ask(Signed, { op: "sign", scheme });
    if ("unsupported" in answer) return answer;
    return { roots: answer.roots.map(fromText), targets: fromText(answer.targets) };
  }

  close(): void {
    this.#child.stdin.end();
  }

  async #ask<Answer>(shape: z.ZodType<Answer>, request: object): Promise<Answer> {
    const answer = Promise.withResolvers<string>();
    this.#waiting.push(answer);
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return shape.parse(JSON.parse(await answer.promise));
  }

  /** Not by node:readline, which would also split at U+2028. */
  #read(text: string): void {
    const [end = "", ...others] = text.split("\n");
    this.#beginning.push(end);
    for (const beginning of others) {
      this.#waiting.shift()?.resolve(this.#beginning.join(""));
      this.#beginning = [beginning];
    }
  }

  #end(why: string): void {
    const error = new Error(`the peer ${this.info.name} ${why}`);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function fromText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
