/** Asks one peer, as peers/README.md has it: one line of JSON for a question, one for the answer. */
import { Buffer } from "node:buffer";
import * as z from "zod";
import { JsonLines } from "./json-lines.ts";
import { commandOf, type PeerInfo } from "./peer-table.ts";

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
  readonly #lines: JsonLines;

  /** It has to be installed. */
  constructor(info: PeerInfo) {
    this.info = info;
    this.#lines = new JsonLines(info.name, commandOf(info));
  }

  async about(): Promise<About> {
    return await this.#lines.ask(About, { op: "about" });
  }

  /** Null where it refuses a document. */
  async canonical(documents: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]> {
    const { results } = await this.#lines.ask(Canonical, {
      op: "canonical",
      documents: documents.map(toText),
    });
    return results.map((text) => (text === null ? null : fromText(text)));
  }

  async chain(roots: readonly Uint8Array[]): Promise<readonly PeerStep[]> {
    return (await this.#lines.ask(Steps, { op: "chain", roots: roots.map(toText) })).steps;
  }

  async delegated(root: Uint8Array, documents: readonly DelegatedDocument[]): Promise<readonly PeerStep[]> {
    const texts = documents.map(({ name, delegator, bytes }) => ({ name, delegator, bytes: toText(bytes) }));
    return (await this.#lines.ask(Steps, { op: "delegated", root: toText(root), documents: texts })).steps;
  }

  async refresh({ bootstrap, serverUrl, target }: RefreshRequest): Promise<z.infer<typeof Refreshed>> {
    return await this.#lines.ask(Refreshed, {
      op: "refresh",
      bootstrap: toText(bootstrap),
      metadataUrl: `${serverUrl}/metadata`,
      targetsUrl: `${serverUrl}/targets`,
      target,
    });
  }

  /** Or why it does not sign with keys of that scheme. */
  async sign(scheme: string): Promise<SignedByPeer | z.infer<typeof Unsupported>> {
    const answer = await this.#lines.ask(Signed, { op: "sign", scheme });
    if ("unsupported" in answer) return answer;
    return { roots: answer.roots.map(fromText), targets: fromText(answer.targets) };
  }

  close(): void {
    this.#lines.close();
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function fromText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
