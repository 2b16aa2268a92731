/**
 * `npm run test:kit`: the offline kit as it is built and used. Built twice, differently, it is the same bytes; and where
 * there is nothing but a minimal Debian and the kit, a ceremony is typed to its end. As root on Debian 12.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROJECT, run, runTests } from "./programs.ts";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-test-kit-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
chmodSync(folder, 0o755);

run("npm", ["run", "--silent", "build"]);
const archive = buildTwice();
const kit = join(folder, "kit");
mkdirSync(kit);
run("tar", ["--extract", "--gzip", "--strip-components=1", "--directory", kit, "--file", archive]);
const { entrance, place } = makeEntrance();
process.exitCode = runTests(["test/kit/offline.kit.ts", "test/live/whole-run.test.ts"], {
  TUF_CEREMONY: entrance,
  KIT: kit,
  KIT_PLACE: place,
  KIT_ARCHIVE: archive,
});

/**
 * The launcher as it is started where nothing else is, and where the kit lies there; the launcher itself on a machine on
 * which such a place can't be made, which is said.
 */
function makeEntrance(): { readonly entrance: string; readonly place: string } {
  const beside = { entrance: join(kit, "tuf-ceremony"), place: kit };
  if (spawnSync("unshare", ["--mount", "--net", "--pid", "--fork", "true"]).status !== 0)
    return tell(
      "NOT RUN OFFLINE: this machine lets nobody make namespaces. The kit runs beside all else.",
      beside,
    );
  const root = join(folder, "root");
  const made = spawnSync("sh", [here("minimal-root.sh"), root], { encoding: "utf8" });
  if (made.status !== 0)
    return tell(
      `NOT RUN OFFLINE, for want of a minimal Debian. The kit runs beside all else.\n${made.stderr}`,
      beside,
    );
  const entrance = join(folder, "tuf-ceremony");
  const words = [here("offline.sh"), root, kit].map((path) => `'${path}'`).join(" ");
  writeFileSync(entrance, `#!/bin/sh\nexec sh ${words} "$TMPDIR" /kit/tuf-ceremony "$@"\n`);
  chmodSync(entrance, 0o755);
  return tell("Run on a minimal Debian without a network, read-only, by nobody.", {
    entrance,
    place: "/kit",
  });
}

function tell<Value>(line: string, value: Value): Value {
  process.stdout.write(`${line}\n`);
  return value;
}

/** In another folder, by another user, under another umask, in another time zone, language and year. */
function buildTwice(): string {
  const [one, other, copy] = ["one", "other", "copy of the project"].map((name) => join(folder, name));
  if (one === undefined || other === undefined || copy === undefined)
    throw new TypeError("three names, three paths");
  const words = (project: string, out: string) => [
    join(project, "dist/cli.js"),
    "kit",
    "build",
    "--with",
    "softhsm",
    "--out",
    out,
  ];
  mkdirSync(one);
  run(process.execPath, words(PROJECT, one), { TZ: "UTC", LC_ALL: "C" });

  run("cp", ["--recursive", "--link", PROJECT, copy]);
  run("npm", ["run", "--silent", "build"], {}, copy);
  mkdirSync(other);
  run("chown", ["65534:65534", other]);
  const asNobody = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "faketime",
    "2031-05-06 07:08:09",
  ];
  run("sh", ["-c", 'umask 077 && exec "$@"', "sh", ...asNobody, process.execPath, ...words(copy, other)], {
    TZ: "Asia/Kathmandu",
    LC_ALL: "C.UTF-8",
    HOME: "/nonexistent",
  });
  const [first, second] = [one, other].map((out) => join(out, `tuf-ceremony-${version()}-linux-x64.tar.gz`));
  if (first === undefined || second === undefined) throw new TypeError("two folders, two archives");
  run("cmp", [first, second]);
  process.stdout.write("Built twice, in two folders, by two users: the same bytes.\n");
  return first;
}

function version(): string {
  return run(process.execPath, [join(PROJECT, "dist/cli.js"), "--version"]).trim();
}
