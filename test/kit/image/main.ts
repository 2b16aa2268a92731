/**
 * `npm run test:image`: the image, built twice, differently, is the same bytes; and machines that are started from it, by
 * qemu without acceleration, hold a rehearsal. As root on Debian 12, with a way to Debian's packages.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT, run, runTests } from "../programs.ts";

const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-test-image-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

run("npm", ["run", "--silent", "build"]);
for (const name of ["kit", "one", "the other's"]) mkdirSync(join(folder, name));
const program = join(PROJECT, "dist/cli.js");
const { path: kit, digest } = JSON.parse(
  run(process.execPath, [
    program,
    "kit",
    "build",
    "--with",
    "softhsm,opensc",
    "--out",
    join(folder, "kit"),
    "--json",
  ]),
);
process.exitCode = runTests(["test/kit/image/started.image.ts"], {
  IMAGE: buildTwice(),
  KIT_DIGEST: digest,
});

/** In another folder, under another umask, in another time zone and language; some minutes later. */
function buildTwice(): string {
  const words = (out: string) => [program, "kit", "image", kit, "--out", out, "--json"];
  const [one, other] = [join(folder, "one"), join(folder, "the other's")];
  const first = JSON.parse(run(process.execPath, words(one), { TZ: "UTC", LC_ALL: "C" }));
  const second = JSON.parse(
    run("sh", ["-c", 'umask 077 && exec "$@"', "sh", process.execPath, ...words(other)], {
      TZ: "Asia/Kathmandu",
      LC_ALL: "C.UTF-8",
      HOME: "/nonexistent",
    }),
  );
  run("cmp", [first.path, second.path]);
  process.stdout.write(`Built twice, in two folders: the same ${first.sizeBytes} bytes.\n`);
  rmSync(other, { recursive: true });
  return first.path;
}
