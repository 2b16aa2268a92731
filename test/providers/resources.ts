/** What a provider needs of the machine, for `requires` (test/support/requires.ts). `sh test/providers/setup.sh` installs it. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Resource } from "../support/requires.ts";
import type { ProviderName } from "./provider.ts";

export function provider(name: ProviderName): Resource {
  const lacking = lackingPackages(name);
  return {
    isThere: lacking.length === 0,
    missing: `no PKCS#11 provider ${name} (apt-get install ${lacking.join(" ")})`,
  };
}

/** openCryptoki's daemon and its folders are the system's. */
export const superuser: Resource = {
  isThere: process.getuid?.() === 0,
  missing: "no root (run the tests as root)",
};

function lackingPackages(name: ProviderName): readonly string[] {
  const setup = fileURLToPath(new URL("setup.sh", import.meta.url));
  const { status, stdout } = spawnSync("sh", [setup, "lacking", name], { encoding: "utf8" });
  if (status !== 0) throw new Error(`setup.sh knows no provider ${name}`);
  return stdout.split(/\s+/).filter((word) => word !== "");
}
