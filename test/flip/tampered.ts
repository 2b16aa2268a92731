/** A finished folder, changed in one way at a time, and what an audit says of it. */
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { auditFolder, type Verdict } from "../../src/audit/audit-folder.ts";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";
import type { FinishedFolder } from "./finished-folders.ts";

export class Tampered {
  readonly #finished: FinishedFolder;
  /** A copy, in which one thing at a time is changed. */
  readonly folder: string;

  constructor(finished: FinishedFolder) {
    this.#finished = finished;
    this.folder = `${finished.folder}-tampered`;
    cpSync(finished.folder, this.folder, { recursive: true });
  }

  get paths(): readonly string[] {
    return new CeremonyFolder(this.#finished.folder).list();
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  /** Changes the copy, audits it, and puts it right again. */
  async audit(change: () => void, head: Sha256Hex | null): Promise<Verdict> {
    change();
    try {
      return await auditFolder(this.folder, head);
    } finally {
      rmSync(this.folder, { recursive: true });
      cpSync(this.#finished.folder, this.folder, { recursive: true });
    }
  }

  /**
   * The audit refuses the changed folder and names the place.
   * @param by `head`: it is given the head that was read aloud, which may be the only thing that shows the change
   */
  async refuses(
    what: string,
    where: RegExp,
    change: () => void,
    by: "itself" | "head" = "itself",
  ): Promise<void> {
    const verdict = await this.audit(change, by === "head" ? this.#finished.head : null);
    assert.equal(verdict.isConsistent, false, `${what}: consistent`);
    const places = verdict.problems.map((problem) => problem.where);
    assert.ok(
      places.some((place) => where.test(place)),
      `${what}: expected ${where}, named ${places.join(", ")}`,
    );
  }
}
