/** What `openssl speed` says of this processor: the least that one signature can cost. */
import { spawnSync } from "node:child_process";

/** Schemes that it is asked about, by the name that it has for each. */
const NAMES = { ed25519: "ed25519", "ecdsa-sha2-nistp256": "ecdsap256" } as const;

export type SpeedScheme = keyof typeof NAMES;

/**
 * Microseconds of processor time that one verification takes, measured for a second by one process, as a list of one. It
 * verifies a signature of some twenty bytes.
 */
export function measureOpenSslVerification(scheme: SpeedScheme): readonly [number] | "no openssl" {
  const words = ["speed", "-seconds", "1", "-mr", NAMES[scheme]];
  const { stdout, status } = spawnSync("openssl", words, {
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
  });
  const rate = status === 0 ? readVerificationsPerSecond(stdout, scheme) : null;
  return rate === null ? "no openssl" : [1_000_000 / rate];
}

/**
 * From the lines that `-mr` writes: the last two numbers of an `F4` line (ECDSA) and of an `F6` line (EdDSA) are
 * signatures made and signatures verified in a second of the process's own time.
 */
export function readVerificationsPerSecond(text: string, scheme: SpeedScheme): number | null {
  const line = {
    ed25519: /^\+F6:\d+:\d+:Ed25519:[\d.]+:([\d.]+)$/m,
    "ecdsa-sha2-nistp256": /^\+F4:\d+:256:[\d.]+:([\d.]+)$/m,
  }[scheme];
  const rate = Number(line.exec(text)?.[1]);
  return rate > 0 ? rate : null;
}
