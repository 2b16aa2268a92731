/** A kit with the real launcher, and a runtime that only says with what it was started. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { SUMS_FILE, writeSums } from "../../src/kit/sums.ts";
import { digestOfFile } from "../../src/kit/verify-kit.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";

const LAUNCHER = fileURLToPath(new URL("../../src/kit/launcher.sh", import.meta.url));
/** What it was started with, and in which environment and limits. */
const RUNTIME = `#!/bin/sh
echo STARTED "$@"
env
ulimit -c
umask
`;

export interface Started {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

interface Content {
  readonly runtime: string;
  readonly program: string;
}

export class SmallKit {
  readonly folder = join(mkdtempSync(join(tmpdir(), "kit-")), "tuf-ceremony-0.0.0-linux-x64");
  readonly files: readonly string[];

  constructor(test: TestContext, { runtime = RUNTIME, program = "// the program\n" }: Partial<Content> = {}) {
    test.after(() => rmSync(dirname(this.folder), { recursive: true }));
    this.#write("runtime/node", runtime);
    this.#write("app/cli.js", program);
    this.#write("lib/libatomic.so.1", "a library\n");
    this.#write("docs/holder.md", "# For holders\n");
    cpSync(LAUNCHER, join(this.folder, "tuf-ceremony"));
    for (const program of ["tuf-ceremony", "runtime/node"]) chmodSync(join(this.folder, program), 0o755);
    this.files = this.#list();
    const sums = new Map<string, Sha256Hex>(
      this.files.map((path) => [path, digestOfFile(join(this.folder, path))]),
    );
    writeFileSync(join(this.folder, SUMS_FILE), writeSums(sums));
  }

  start(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Started {
    const { status, stdout, stderr } = spawnSync("sh", [join(this.folder, "tuf-ceremony"), ...words], {
      encoding: "utf8",
      env,
    });
    return { status, out: stdout, error: stderr };
  }

  #write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  #list(): readonly string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1));
  }
}
