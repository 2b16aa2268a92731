/** That each provider starts, has tokens in our eyes and in somebody else's, and leaves nothing behind. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ModuleConfig } from "../../src/keystore/pkcs11/protocol.ts";
import type { TokenInfo } from "../../src/keystore/pkcs11/token-info.ts";
import { listTokens } from "../../src/keystore/pkcs11/token-store.ts";
import { opensc, pkcs11Addon, requires } from "../support/requires.ts";
import { type Provider, type ProviderName, startProvider } from "./provider.ts";
import { provider, superuser } from "./resources.ts";

const NAMES: readonly ProviderName[] = ["softhsm", "nss", "tpm2", "opencryptoki", "p11-kit"];

describe("PKCS#11 providers", () => {
  for (const name of NAMES) {
    const ours = name === "opencryptoki" ? [superuser] : [];
    const there = requires(provider(name), pkcs11Addon, opensc, ...ours);

    it(`${name}: tokens in our eyes and in somebody else's`, there, async (test) => {
      const started = await startProvider(name, test);
      for (const module of modulesOf(started)) {
        const tokens = await listTokens(module);
        assert.ok(blankOnes(tokens).length > 0, JSON.stringify(tokens));
        // pkcs11-tool has no way to hand over library parameters, and NSS does not start without.
        if (module.initString === undefined) assert.deepEqual(describeByOpensc(module), describeByUs(tokens));
      }
    });

    it(`${name}: leaves neither process nor file`, there, async (test) => {
      const started = await startProvider(name, test);
      await listTokens(started.module);
      assert.ok(existsSync(started.folder));
      for (const pid of started.pids.values()) assert.ok(isRunning(pid));
      await started.stop();
      assert.deepEqual(leftOvers(started), []);
    });

    it(`${name}: its daemons end when its script is killed`, there, async (test) => {
      const killed = await startAndKill(name, test);
      for (const pid of killed) await untilEnded(pid);
      const next = await startProvider(name, test);
      assert.ok((await listTokens(next.module)).length > 0);
    });

    it(`${name}: two at once`, there, async (test) => {
      const tokens = await Promise.all(
        [1, 2].map(async () => {
          const started = await startProvider(name, test);
          const found = await listTokens(started.module);
          await started.stop();
          return found;
        }),
      );
      for (const found of tokens) assert.equal(blankOnes(found).length, 1);
    });
  }

  it(
    "p11-kit: unplugged there is no token, plugged in again there is",
    requires(provider("p11-kit"), pkcs11Addon),
    async (test) => {
      const { module, unplug, plugIn } = await startProvider("p11-kit", test);
      assert.ok(unplug !== null && plugIn !== null);
      for (const _ of [1, 2]) {
        assert.equal((await listTokens(module)).length, 1);
        await unplug();
        assert.deepEqual(await listTokens(module), []);
        await plugIn();
      }
    },
  );
});

function modulesOf({ module, second }: Provider): readonly ModuleConfig[] {
  return second === null || JSON.stringify(second) === JSON.stringify(module) ? [module] : [module, second];
}

function blankOnes(tokens: readonly TokenInfo[]): readonly TokenInfo[] {
  return tokens.filter(({ initialised }) => !initialised);
}

/** One line for each token. Of a blank one pkcs11-tool tells nothing but that it is one. */
function describeByUs(tokens: readonly TokenInfo[]): readonly string[] {
  return tokens.map(({ initialised, label, serial }) => (initialised ? `${label} ${serial}` : "blank"));
}

function describeByOpensc({ module, env }: ModuleConfig): readonly string[] {
  const text = execFileSync("pkcs11-tool", ["--module", module, "--list-token-slots"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const field = (slot: string, name: string) => new RegExp(`^  ${name} *: *(.*)$`, "m").exec(slot)?.[1] ?? "";
  return text
    .split(/^Slot /m)
    .slice(1)
    .map((slot) =>
      field(slot, "token state") === "uninitialized"
        ? "blank"
        : `${field(slot, "token label")} ${field(slot, "serial num")}`,
    );
}

/** Killed itself, the script can't stop anything any more. Answers its daemons. */
async function startAndKill(name: ProviderName, test: TestContext): Promise<readonly number[]> {
  const path = fileURLToPath(new URL(`${name}.sh`, import.meta.url));
  const folder = join(tmpdir(), `tuf-ceremony-${name}-killed-${process.pid}`);
  test.after(() => execFileSync("rm", ["-rf", folder]));
  const script = spawn("sh", [path, folder], { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of script.stdout.setEncoding("utf8")) {
    said += chunk;
    if (said.includes("ready\n")) script.kill("SIGKILL");
  }
  if (script.signalCode === null) await once(script, "exit");
  assert.equal(script.signalCode, "SIGKILL");
  return [...said.matchAll(/^pid \S+ (\d+)$/gm)].map(([, pid]) => Number(pid));
}

async function untilEnded(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

/** One that has ended and that nobody has asked for yet is not running. */
function isRunning(pid: number): boolean {
  const status = read(`/proc/${pid}/status`);
  return status !== "" && !/^State:\s+Z/m.test(status);
}

/** What still bears the name of the provider's folder or is a daemon of its own, and what openCryptoki has elsewhere. */
function leftOvers({ folder, pids }: Provider): readonly string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isRunning(Number(name)));
  const bearing = processes.filter((name) => read(`/proc/${name}/cmdline`).includes(folder));
  const daemons = [...pids.values()].filter(isRunning).map(String);
  const files = [
    folder,
    "/var/lib/opencryptoki/tuf-ceremony",
    "/dev/shm/var.lib.opencryptoki.tuf-ceremony",
    "/etc/opencryptoki/opencryptoki.conf.before-tests",
  ].filter((path) => existsSync(path));
  return [...bearing, ...daemons, ...files];
}

/** Empty where it is not there, or not any more. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}
