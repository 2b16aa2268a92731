/**
 * A second auditor (audit.py), written by somebody who read docs/formats.md and nothing of src/, judges every folder as
 * ours does: accepted or refused, and where. What the two disagree about is wrong in one of them or missing in the docs.
 *
 * Of the many ways to tamper with a folder a sample is taken, another one for each folder; with SECOND_AUDITOR=all, all.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { exampleStores, loadScript, newFolder, runOnce, time } from "../live/ceremony-harness.ts";
import { pythonCryptography, requires, sshKeygen } from "../support/requires.ts";
import { disagreement, type Judgement, judgeHere, SecondAuditor } from "./judges.ts";
import {
  fileTamperings,
  lineTamperings,
  type Tampering,
  valueTamperings,
  withTampered,
} from "./tampering.ts";

const GOLDEN = fileURLToPath(new URL("../golden/", import.meta.url));
const goldens = existsSync(GOLDEN)
  ? readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, "folder", "transcript.jsonl")))
  : [];
/** Each with a time in its window. */
const SCRIPTS = {
  minimal: "2026-12-04T15:00:00Z",
  "pep458-bootstrap": "2026-12-04T15:00:00Z",
  renew: "2026-12-11T15:00:00Z",
  rotate: "2026-12-14T15:00:00Z",
  revoke: "2026-12-17T15:00:00Z",
};
const SAMPLE = 20;
const all = process.env["SECOND_AUDITOR"] === "all";

describe("the second auditor", requires(pythonCryptography), () => {
  let second: SecondAuditor;
  before(() => {
    second = new SecondAuditor();
  });
  after(async () => {
    await second.stop();
  });

  async function bothJudge(folder: string): Promise<Judgement> {
    const here = await judgeHere(folder);
    assert.equal(disagreement(here, await second.judge(folder)), null);
    return here;
  }

  async function bothJudgeTampered(
    folder: string,
    tamperings: readonly Tampering[],
  ): Promise<readonly string[]> {
    const accepted: string[] = [];
    for (const tampering of tamperings) {
      await withTampered(folder, tampering, async (copy) => {
        const here = await judgeHere(copy);
        assert.equal(disagreement(here, await second.judge(copy)), null, tampering.name);
        if (here.isConsistent) accepted.push(tampering.name);
      });
    }
    return accepted;
  }

  test("a machine that must pass a check, does at the third look, or never does", async () => {
    const loaded = loadScript("minimal.yaml", (text) => `${text}\nmust_pass: [memory/swap, clock/rtc]\n`);
    for (const looks of [3, 100]) {
      const folder = newFolder();
      let looked = 0;
      const people = unattendedPeople(({ prompt }) =>
        prompt === "preflight-result" && looked < Math.min(looks, 5)
          ? { ok: true, value: { form: "choice", chosen: "again" } }
          : null,
      );
      const preflight = () => {
        looked += 1;
        const verdict = looked >= looks ? "pass" : "unknown";
        return [
          { id: "clock/rtc", verdict, found: "" },
          { id: "memory/swap", verdict: "pass", found: "" },
        ] as const;
      };
      await runOnce({ folder, loaded, people, preflight });
      const { isConsistent, end } = await bothJudge(folder);
      assert.deepEqual(
        { isConsistent, end },
        { isConsistent: true, end: looks === 3 ? "finished" : "aborted" },
      );
    }
  });

  for (const [script, now] of Object.entries(SCRIPTS)) {
    test(`accepts a rehearsal of ${script}, and a ceremony`, async () => {
      const loaded = loadScript(`${script}.yaml`);
      for (const rehearsal of [true, false]) {
        const folder = newFolder();
        const stores = rehearsal ? {} : { stores: exampleStores(loaded) };
        await runOnce({ folder, loaded, rehearsal, clock: () => time(now), ...stores });
        const { isConsistent, end } = await bothJudge(folder);
        assert.deepEqual({ isConsistent, end }, { isConsistent: true, end: "finished" });
      }
    });
  }

  test("judges a ceremony that is cut off after any line as we do", async () => {
    const loaded = loadScript("minimal.yaml");
    const folder = newFolder();
    await runOnce({ folder, loaded });
    const cut = lineTamperings(folder).filter(({ name }) => name.endsWith("made the last"));
    await bothJudgeTampered(folder, sample(cut, 3));
  });

  test("judges the signatures of witnesses as we do", requires(sshKeygen), async () => {
    const key = join(mkdtempSync(join(tmpdir(), "tuf-ceremony-witness-")), "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
    const publicKey = readFileSync(`${key}.pub`, "utf8").trim();
    const loaded = loadScript("minimal.yaml", (text) =>
      text.replace(/signs_with: .*/, `signs_with: ${publicKey}`),
    );
    const folder = newFolder();
    await runOnce({ folder, loaded });
    const head = createHash("sha256")
      .update(readFileSync(join(folder, "transcript.jsonl")))
      .digest("hex");
    mkdirSync(join(folder, "witnesses"));
    const path = join(folder, "witnesses", `witness-1-${head.slice(0, 8)}.sig`);
    const judgeSigned = async (namespace: string, message: string): Promise<boolean> => {
      const signed = execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-f", key], {
        input: message,
        stdio: ["pipe", "pipe", "ignore"],
      });
      writeFileSync(path, signed);
      return (await bothJudge(folder)).isConsistent;
    };
    assert.equal(await judgeSigned("tuf-ceremony-head", `${head}\n`), true);
    const ofWitness = fileTamperings(folder).filter(({ name }) => name.startsWith("witnesses/witness"));
    const accepted = await bothJudgeTampered(folder, ofWitness);
    // A signature that isn't there is one witness less, and its last line feed says nothing.
    assert.deepEqual(
      accepted.map((name) => name.replace(/^.*\.sig /, "")),
      ["cut short", "removed"],
    );
    assert.equal(await judgeSigned("tuf-ceremony-head", head), false);
    assert.equal(await judgeSigned("file", `${head}\n`), false);
  });

  for (const [at, name] of goldens.entries()) {
    const folder = join(GOLDEN, name, "folder");

    test(`accepts the golden ceremony ${name}`, async () => {
      assert.equal((await bothJudge(folder)).isConsistent, true);
    });

    test(`refuses changed files of ${name}`, async () => {
      assert.deepEqual(await bothJudgeTampered(folder, sample(fileTamperings(folder), at)), []);
    });

    test(`judges other lines in the transcript of ${name} as we do`, async () => {
      await bothJudgeTampered(folder, sample(lineTamperings(folder), at));
    });

    test(`judges other values in the transcript of ${name} as we do, with the chain made good`, async () => {
      await bothJudgeTampered(folder, sample(valueTamperings(folder), at));
    });
  }
});

/** Evenly spread, from another one on for each folder. */
function sample(tamperings: readonly Tampering[], shift: number): readonly Tampering[] {
  if (all) return tamperings;
  const step = Math.max(1, Math.floor(tamperings.length / SAMPLE));
  return tamperings.filter((_, at) => (at + shift * 7) % step === 0);
}
