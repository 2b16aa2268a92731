/** The offline kit: how large it is, what its program consists of, and what its own start costs. */
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { Goal } from "../goal.ts";
import { timePrograms } from "../measure.ts";
import { goalColumns, type Section, section } from "../table.ts";
import { CLI, type ProcessRow, processSection } from "../whole-processes.ts";
import type { Part } from "./part.ts";

const SCRIPT = fileURLToPath(new URL("../../../ceremony-scripts/pep458-bootstrap.yaml", import.meta.url));
const ROUNDS = 21;

const Built = z.object({ path: z.string(), sizeBytes: z.int() });
const Packages = z.object({
  own: z.int(),
  bundled: z.array(z.object({ name: z.string(), version: z.string(), bytes: z.int() })),
});

export const kit: Part = {
  name: "kit",
  needsBuild: true,
  needsField: false,
  measure: async ({ folder: parent, say }) => {
    const folder = join(parent, "kit");
    mkdirSync(folder);
    say("kit: building it");
    const words = [CLI, "kit", "build", "--out", folder, "--json"];
    const built = Built.parse(JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" })));
    execFileSync("tar", ["-xzf", built.path, "-C", folder]);
    const [unpacked = ""] = globSync("*/runtime", { cwd: folder }).map((runtime) =>
      join(folder, runtime, ".."),
    );
    const app = join(unpacked, "app");
    return [processSection("Start of the kit", measureStart(unpacked)), measureSizes(app, built.sizeBytes)];
  },
};

function measureStart(folder: string): readonly ProcessRow[] {
  const launcher = join(folder, "tuf-ceremony");
  const commands = {
    "--version": [launcher, "--version"],
    "check of the PEP 458 script": [launcher, "check", SCRIPT],
    "run --help: after every file was checked": [launcher, "run", "--help"],
  };
  const times = timePrograms(
    ROUNDS,
    new Map([["", [join(folder, "runtime/node"), "-e", "0"]], ...Object.entries(commands)]),
  );
  const bareMilliseconds = times.get("") ?? Number.NaN;
  return Object.keys(commands).map((name) => {
    const milliseconds = times.get(name) ?? Number.NaN;
    return {
      name,
      measured: milliseconds / bareMilliseconds,
      unit: "× bare node",
      goal: name === "--version" ? { atMost: 2 } : null,
      milliseconds,
      bareMilliseconds,
    };
  });
}

interface SizeRow {
  readonly name: string;
  readonly megabytes: number;
  readonly goal: Goal | null;
}

function measureSizes(app: string, archiveBytes: number): Section {
  const { own, bundled } = Packages.parse(JSON.parse(readFileSync(join(app, "packages.json"), "utf8")));
  const program = globSync("**/*.js", { cwd: app, exclude: ["node_modules"] });
  const programBytes = program.reduce((sum, name) => sum + statSync(join(app, name)).size, 0);
  const row = (name: string, bytes: number, goal: Goal | null = null): SizeRow => ({
    name,
    megabytes: bytes / 1_000_000,
    goal,
  });
  return section<SizeRow>(
    "What is in the kit",
    [
      { head: "what", cell: ({ name }) => name },
      { head: "size", cell: ({ megabytes }) => `${megabytes.toFixed(3)} MB` },
      ...goalColumns<SizeRow>(({ megabytes, goal }) => ({ measured: megabytes, goal })),
    ],
    [
      row("the archive", archiveBytes, { atMost: 60 }),
      row("the program, not minified", programBytes, { atMost: 1 }),
      row("of it, our own", own),
      ...bundled
        .toSorted((one, other) => other.bytes - one.bytes)
        .map(({ name, version, bytes }) => row(`of it, ${name} ${version}`, bytes)),
    ],
  );
}
