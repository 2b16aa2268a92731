/**
 * Tokens whose place is full, or read-only: SoftHSM and NSS keep theirs in a folder, which is on a small tmpfs here. Only
 * root can mount one, and not in every container.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { generate } from "../keystore/pkcs11/soft-token.ts";
import { pkcs11Addon, requires } from "../support/requires.ts";
import { assertSigns, Bench, labelOf, refusalOf } from "./contract/bench.ts";
import { provider } from "./resources.ts";

const SCHEME = "ecdsa-sha2-nistp256";
const PLACES = {
  softhsm: { folder: "tokens", whenReadOnly: "token/device-error" },
  nss: { folder: "first", whenReadOnly: "token/read-only" },
} as const;
/** Blocks that are free: from not enough for anything to half a key, and enough. */
const FREE = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

if (canMount()) {
  describe("a token without room", () => {
    for (const name of ["softhsm", "nss"] as const) {
      it(
        `${name}: what is begun is refused or whole, and there is one key once there is room`,
        requires(provider(name), pkcs11Addon),
        async (test) => {
          const { bench, folder, first, bystander } = await onSmallDisk(name, test);

          let refused = 0;
          for (const free of FREE) {
            const store = await bench.again(first);
            await store.sweep(labelOf("key-1"));
            const giveBack = fill(folder, free);
            const outcome = await generate(store, SCHEME).catch((error: Error) => error);
            if (outcome instanceof Error) {
              assert.equal((await refusalOf(Promise.reject(outcome))).exit, "device");
              refused += 1;
            }
            giveBack();
            await store.close();
            await assertOneKey(await bench.again(first), bystander);
          }
          assert.ok(refused > 0 && refused < FREE.length, `${refused} refused`);
        },
      );

      it(
        `${name}: read-only, it refuses, and keeps what it has`,
        requires(provider(name), pkcs11Addon),
        async (test) => {
          const { bench, folder, first, bystander } = await onSmallDisk(name, test);
          remount(folder, "ro");
          const making = bench.again(first).then((store) => generate(store, SCHEME));
          const { code } = await refusalOf(making);
          assert.equal(code, PLACES[name].whenReadOnly);
          remount(folder, "rw");
          await assertOneKey(await bench.again(first), bystander);
        },
      );
    }
  });
}

/** With a key on its only token, which is closed again. */
async function onSmallDisk(name: keyof typeof PLACES, test: TestContext) {
  const bench = await Bench.start(name, test);
  const folder = join(bench.provider.folder, PLACES[name].folder);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]);
  bench.afterwards(async () => void execFileSync("umount", [folder]));
  const first = await bench.ready();
  const bystander = await generate(first, SCHEME, "bystander");
  await first.close();
  return { bench, folder, first, bystander };
}

/** Exactly one under the label, which signs, and so does the other one. */
async function assertOneKey(
  store: Awaited<ReturnType<Bench["again"]>>,
  bystander: Awaited<ReturnType<typeof generate>>,
) {
  const made = await generate(store, SCHEME);
  const { keys } = await store.keys();
  assert.deepEqual(
    keys.map(({ label, hasPublic, attributes }) => [label, hasPublic, attributes !== null]).toSorted(),
    [
      [labelOf("bystander"), true, true],
      [labelOf("key-1"), true, true],
    ],
  );
  await assertSigns(store, made, "key-1");
  await assertSigns(store, bystander, "bystander");
  await store.close();
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "small-"));
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", folder]).status === 0;
  if (isMounted) execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

function remount(folder: string, how: "ro" | "rw"): void {
  execFileSync("mount", ["-o", `remount,${how}`, folder]);
}

/** Leaves so many blocks; returns what makes room again. */
function fill(folder: string, blocks: number): () => void {
  const { bavail, bsize } = statfsSync(folder);
  const filler = join(folder, "filler");
  writeFileSync(filler, Buffer.alloc((bavail - blocks) * bsize));
  return () => rmSync(filler);
}
