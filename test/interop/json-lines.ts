/** A program that is asked by lines of JSON and answers each by one, in their order, until its input ends. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { z } from "zod";

export class JsonLines {
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: PromiseWithResolvers<string>[] = [];
  #beginning: string[] = [];

  /** `name` is for errors. What the program says on standard error is shown as it is: a mistake in a test. */
  constructor(name: string, [program = "", ...words]: readonly string[]) {
    this.#name = name;
    this.#child = spawn(program, words, { env: environment(), stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.#child.stdin.on("error", () => undefined); // it has ended, which is told by what is waiting
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("close", (status, signal) => this.#end(`ended with ${status ?? signal}`));
  }

  async ask<Answer>(shape: z.ZodType<Answer>, request: object): Promise<Answer> {
    const answer = Promise.withResolvers<string>();
    this.#waiting.push(answer);
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return shape.parse(JSON.parse(await answer.promise));
  }

  close(): void {
    this.#child.stdin.end();
  }

  /** At once, whatever it is doing. */
  kill(): void {
    this.#child.kill("SIGKILL");
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
    const error = new Error(`the peer ${this.#name} ${why}`);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** A program that wants a `node` gets the one that runs this. */
export function environment(): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  return { ...process.env, PATH: path };
}
