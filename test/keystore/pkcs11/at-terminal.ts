/**
 * A whole life of a token in a terminal, for pin-entry.test.ts: provision, log in until it works, make a key.
 *
 * Like the real program it keeps the terminal's echo off throughout and reads nothing from it meanwhile. What crosses
 * the channel to the token process is written to the file DUMP. Arguments: the module as JSON, and DUMP.
 */
import { appendFileSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { possessionMessage } from "../../../src/ceremony/possession.ts";
import { CeremonyError } from "../../../src/errors.ts";
import { PinFailures } from "../../../src/keystore/pkcs11/pin-source.ts";
import { openToken } from "../../../src/keystore/pkcs11/token-store.ts";
import { CEREMONY, profileOf } from "./soft-token.ts";

const [module = "", dump = ""] = process.argv.slice(2);

function dumpChannels(): void {
  const dumping = <F extends (...args: never[]) => unknown>(original: F): F =>
    new Proxy(original, {
      apply(target, socket, args) {
        appendFileSync(dump, String(args[0]));
        return Reflect.apply(target, socket, args);
      },
    });
  Socket.prototype.write = dumping(Socket.prototype.write);
  Socket.prototype.push = dumping(Socket.prototype.push);
}

async function untilItWorks(what: string, attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await attempt();
      console.log(`${what}: done\r`);
      return;
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      console.log(`${what}: ${error.code} ${error.stack} ${JSON.stringify(error)}\r`);
    }
  }
}

process.stdin.setRawMode(true);
process.stdin.pause();
dumpChannels();
console.log("echo is off\r");
await delay(300); // time for the impatient to type
const store = await openToken({
  module: JSON.parse(module),
  serial: "",
  profile: profileOf("softhsm"),
  pin: { kind: "terminal", prompt: ({ purpose, repeat }) => `${purpose}${repeat ? " again" : ""}> ` },
  pinFailures: new PinFailures(),
});
await untilItWorks("provision", () => store.provision({ label: "token", erase: false }));
await untilItWorks("login", () => store.login());
await untilItWorks("generate", () =>
  store.generate(
    { key: "key-1", label: `${CEREMONY} key-1`, scheme: "ed25519" },
    possessionMessage(CEREMONY, "key-1"),
  ),
);
await delay(500); // time to look around
await store.close();
