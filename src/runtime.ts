/**
 * Refuses a Node.js that is too old, before anything is imported that it could not even parse. This file and cli.ts
 * keep to what Node.js 18 understands.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Three numbers: `26.10.0`. What follows them (`-nightly…`) doesn't count. */
function parseVersion(text: string): readonly [number, number, number] {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (match === null) {
    throw new TypeError(`a version of Node.js has three numbers, "${text}" has not`);
  }
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

function isAtLeast(version: string, minimum: string): boolean {
  const [major, minor, patch] = parseVersion(version);
  const [leastMajor, leastMinor, leastPatch] = parseVersion(minimum);
  if (major !== leastMajor) {
    return major > leastMajor;
  }
  return minor === leastMinor ? patch >= leastPatch : minor > leastMinor;
}

/**
 * Understands what package.json's `engines.node` uses: `^22.22.2 || >=26.0.0`, that is, alternatives of a least
 * version, with `^` of that major version only. Throws a TypeError at anything else.
 */
export function isSupported(version: string, engines: string): boolean {
  return engines.split("||").some((alternative) => {
    const match = /^(\^|>=)(\d+\.\d+\.\d+)$/.exec(alternative.trim());
    const minimum = match?.[2];
    if (minimum === undefined) {
      throw new TypeError(`engines: expected ^1.2.3 or >=1.2.3, got "${alternative.trim()}"`);
    }
    const sameMajor = parseVersion(version)[0] === parseVersion(minimum)[0];
    return isAtLeast(version, minimum) && (sameMajor || match?.[1] === ">=");
  });
}

/** The Node.js that `npm ci` puts into a checkout, seen from src/ or dist/. */
const PINNED = new URL("../node_modules/node/bin/node", import.meta.url);

/**
 * Where the running Node.js is too old, goes on with the pinned one of a checkout and ends with its exit status; where
 * there is none, ends with exit status 2 (usage) and one clear message.
 */
export async function assertRuntime(engines: string): Promise<void> {
  if (isSupported(process.versions.node, engines)) {
    return;
  }
  if (existsSync(PINNED)) {
    const { spawnSync } = await import("node:child_process");
    const { status } = spawnSync(fileURLToPath(PINNED), process.argv.slice(1), { stdio: "inherit" });
    process.exit(status === null ? 70 : status);
  }
  process.stderr.write(
    `tuf-ceremony: refused [runtime/too-old]
  expected  Node.js ${engines}
  found     Node.js ${process.versions.node}
  remedy    Install Node.js 26 and put it first on the PATH; in a checkout, "npm ci" puts it there.
`,
  );
  process.exit(2);
}
