/**
 * The cable between p11-kit's module and its server, which is pulled out at a chosen message: a call that the server never
 * hears of, or the answer to one that it has done.
 *
 * One byte of version goes first in each direction. A message is a number, the lengths of its two parts, and these
 * (p11-kit 0.24, p11-kit/rpc-message.h and rpc-transport.c).
 */
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { MachineModule } from "../../src/live/machine-file.ts";
import type { Provider } from "./provider.ts";

const ADDRESS = "P11_KIT_SERVER_ADDRESS";
const HEADER_BYTES = 12;

export class Cable {
  /** Asked at each message: whether to pull the cable out before it is passed on. */
  cuts: () => boolean = () => false;
  readonly #provider: Provider;
  readonly #here: string;
  readonly #there: string;
  #isPlugged = true;

  static async start(test: TestContext, provider: Provider): Promise<Cable> {
    const cable = new Cable(provider);
    const server = createServer((near) => cable.#connect(near));
    test.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(cable.#here, resolve));
    return cable;
  }

  private constructor(provider: Provider) {
    this.#provider = provider;
    this.#here = join(provider.folder, "cable");
    this.#there = (provider.module.env?.[ADDRESS] ?? "").replace("unix:path=", "");
  }

  /** For the machine file: the module at this end. */
  get module(): MachineModule {
    const { module } = this.#provider.module;
    return { module, initString: undefined, env: { [ADDRESS]: `unix:path=${this.#here}` } };
  }

  get isPlugged(): boolean {
    return this.#isPlugged;
  }

  /** The server is killed with the processes that it has for each connection: what it was doing is left as it is. */
  #pullOut(): void {
    const pid = this.#provider.pids.get("server");
    if (pid === undefined) throw new TypeError("no server was started");
    process.kill(-pid, "SIGKILL");
    this.#isPlugged = false;
  }

  async plugIn(): Promise<void> {
    const { unplug, plugIn } = this.#provider;
    if (unplug === null || plugIn === null) throw new TypeError("nothing to plug in");
    await unplug(); // until it has really ended
    await plugIn();
    this.#isPlugged = true;
  }

  #connect(near: Socket): void {
    const far = createConnection(this.#there);
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on("error", end).on("close", end);
    const cut = () => {
      if (!this.#isPlugged || !this.cuts()) return false;
      this.#pullOut();
      end();
      return true;
    };
    passOn(near, far, cut);
    passOn(far, near, cut);
  }
}

/** Whole messages, one at a time, until `stops` says so. */
function passOn(from: Socket, to: Socket, stops: () => boolean): void {
  let rest = Buffer.alloc(0);
  let isBegun = false;
  from.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    if (!isBegun && rest.length > 0) {
      isBegun = true;
      to.write(rest.subarray(0, 1));
      rest = rest.subarray(1);
    }
    for (;;) {
      const length = messageLength(rest);
      if (length === null || rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (stops()) return;
      to.write(message);
    }
  });
}

function messageLength(bytes: Buffer): number | null {
  if (bytes.length < HEADER_BYTES) return null;
  return HEADER_BYTES + bytes.readUInt32BE(4) + bytes.readUInt32BE(8);
}
