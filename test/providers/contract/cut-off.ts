/**
 * Taking away what a token lives by, and bringing it back: the server behind p11-kit, the daemon behind openCryptoki and the
 * TPM, the folder behind a library that has none. Nobody asks a daemon to end: it is killed, as a crash would.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Provider } from "../provider.ts";

export interface CutOff {
  takeAway(): Promise<void>;
  bringBack(): Promise<void>;
  /** After everything that uses the token is closed, and before the provider is stopped. */
  end(): Promise<void>;
}

export function cutOffOf(provider: Provider): CutOff {
  switch (provider.name) {
    case "softhsm":
      return folderOf(provider, "tokens");
    case "nss":
      return folderOf(provider, "first");
    case "tpm2": {
      const bus = provider.module.env?.["DBUS_SESSION_BUS_ADDRESS"] ?? "";
      return daemonOf(provider, "abrmd", "revive-tpm2.sh", [bus, join(provider.folder, "swtpm")]);
    }
    case "opencryptoki":
      return daemonOf(provider, "pkcsslotd", "revive-opencryptoki.sh", []);
    case "p11-kit":
      return {
        takeAway: async () => await provider.unplug?.(),
        bringBack: async () => await provider.plugIn?.(),
        end: async () => {},
      };
    default:
      return provider.name satisfies never;
  }
}

function folderOf({ folder }: Provider, name: string): CutOff {
  const [there, away] = [join(folder, name), join(folder, `${name}-away`)];
  return {
    takeAway: async () => renameSync(there, away),
    bringBack: async () => renameSync(away, there),
    end: async () => {},
  };
}

function daemonOf(provider: Provider, name: string, script: string, args: readonly string[]): CutOff {
  let end = async () => {};
  return {
    takeAway: async () => {
      const pid = provider.pids.get(name);
      if (pid === undefined) throw new Error(`${provider.name} has no ${name}`);
      process.kill(pid, "SIGKILL");
      while (isRunning(pid)) await delay(10);
    },
    bringBack: async () => {
      end = await revive(script, args);
    },
    end: async () => await end(),
  };
}

/** Answers how it is ended. */
async function revive(script: string, args: readonly string[]): Promise<() => Promise<void>> {
  const folder = join(tmpdir(), `tuf-ceremony-revived-${randomBytes(6).toString("hex")}`);
  const path = fileURLToPath(new URL(script, import.meta.url));
  const process = spawn("sh", [path, folder, ...args], { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const closed = once(process, "close");
  const complaint = text(process.stderr);
  let said = "";
  process.stdout.setEncoding("utf8");
  for await (const chunk of process.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk;
    if (said.endsWith("ready\n")) break;
  }
  if (!said.endsWith("ready\n")) throw new Error(`${script} has ended: ${await complaint}`);
  process.stdout.resume();
  return async () => {
    process.stdin.end();
    await closed;
  };
}

/** One that has ended and that nobody has asked for yet is not running. */
function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
}
