/** Keys that their devices attest, and keys that they do not. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { canonicalText } from "../../src/transcript/line.ts";
import { runOnce } from "../live/ceremony-harness.ts";
import { type ExceptionalCeremony, listExceptions, scriptOf } from "../support/exceptional-ceremony.ts";
import { Attested, STEP } from "./attestation/attested-ceremony.ts";
import { type Changes, MadeUpDevice } from "./attestation/made-up.ts";

describe("a key that its device attests", () => {
  for (const format of ["yubihsm", "piv"] as const)
    it(`${format}: is accepted, its chain is kept, and the audit counts it`, async () => {
      const { ceremony, lines } = await held(new Attested(format));
      assert.deepEqual(await ceremony.finished(), []);
      const { attested } = await ceremony.audit();
      assert.deepEqual(attested, { keys: 1, of: 1, kept: 0, waived: [] });
      const asked = ceremony.prompts.filter((prompt) => prompt.startsWith(STEP));
      assert.deepEqual(
        asked,
        ["insert-token", "new-key", "attestation", "attested"].map((prompt) => `${STEP} ${prompt}`),
      );
      const written = lines.flatMap((line) =>
        line.type === "action" && line.kind === "write" ? [line.request] : [],
      );
      const [path = ""] = written
        .map((request) => Object(request)["path"])
        .filter((each) => each.startsWith("inputs/"));
      assert.match(path, /^inputs\/attestations\/root-ada-[0-9a-f]{16}\.pem$/);
      const pem = readFileSync(join(ceremony.folder, path), "utf8");
      assert.equal(pem.match(/-----BEGIN CERTIFICATE-----/g)?.length, 3);
    });

  it("a byte of the chain that is kept: the audit finds it", async () => {
    const { ceremony } = await held(new Attested());
    const [path = ""] = [...(await pathsOf(ceremony))].filter((each) => each.includes("attestations"));
    const file = join(ceremony.folder, path);
    writeFileSync(file, readFileSync(file, "utf8").replace("M", "N"));
    const { problems } = await auditFolder(ceremony.folder, null);
    assert.deepEqual(
      problems.map(({ code, where }) => `${code} ${where}`),
      [`audit/digest ${path}`],
    );
  });

  it("other certificates in the transcript, its chain of digests made anew: the audit judges again", async () => {
    const attested = await held(new Attested());
    const { ceremony } = attested;
    const path = join(ceremony.folder, "transcript.jsonl");
    const other = new MadeUpDevice("yubihsm").leaf.toString("base64");
    rechain(path, (line) => {
      const value = Object(Object(Object(line)["outcome"])["value"]);
      if (Array.isArray(value["certificates"])) value["certificates"] = [other];
    });
    const { isConsistent, problems } = await auditFolder(ceremony.folder, null);
    assert.equal(isConsistent, false);
    assert.match(problems[0]?.code ?? "", /^transcript\/|^action$/);
  });

  it("pausing while somebody makes the certificates: the next session goes on there, with the same key", async () => {
    const { ceremony } = new Attested();
    await ceremony.session([{ step: STEP, prompt: "attestation", does: "leaves" }]);
    await ceremony.session();
    assert.deepEqual(await ceremony.finished(), []);
    assert.equal(ceremony.devices.log.filter((line) => line.startsWith("generate root-ada")).length, 1);
  });

  it("a rehearsal asks for the certificates, and goes on without", async () => {
    const attested = new Attested();
    const { ceremony } = attested;
    ceremony.devices.attesting.clear();
    const end = await runOnce({ folder: ceremony.folder, loaded: ceremony.loaded, rehearsal: true });
    assert.equal(end.reason, "finished");
    const { attested: counted, isConsistent } = await auditFolder(ceremony.folder, null);
    assert.equal(isConsistent, true);
    assert.equal(counted.keys, 0);
  });
});

describe("a key that its device does not attest", () => {
  const wrong: readonly (readonly [string, Changes])[] = [
    ["firmware 2.3.255", { statement: { 1: "04 03 02 03 ff" } }],
    ["origin imported", { statement: { 3: "03 02 00 02" } }],
    ["serial 13200462", { statement: { 2: "02 04 00 c9 6c 4e" } }],
    ["domains 2", { statement: { 4: "03 03 00 00 02" } }],
  ];
  for (const [found, changes] of wrong)
    it(`${found}: is not accepted by anybody's word, and a spare takes the device's place`, async () => {
      const attested = new Attested("yubihsm", {}, ", domains: [1]");
      const { ceremony, device } = attested;
      const broken = new Broken(device, changes);
      ceremony.devices.attesting.set("root-ada", (publicKey) => broken.certificatesFor(publicKey));
      await ceremony.session([
        {
          step: STEP,
          prompt: "failure",
          does: "spare",
          before: ({ data, dispositions }) => {
            assert.equal(Object(data)["found"], found);
            assert.ok(!dispositions.includes("without-signer"));
            const spare = new Broken(device, { statement: { 2: "02 01 4d" } });
            ceremony.devices.attesting.set("root-ada", (publicKey) => spare.certificatesFor(publicKey));
          },
        },
      ]);
      assert.deepEqual(await ceremony.finished(), [`${STEP} attestation/refused: spare`]);
      assert.deepEqual(ceremony.last?.state.serialOf("root-ada"), "0077");
      assert.deepEqual((await ceremony.audit()).attested.keys, 1);
    });

  it("certificates of the wrong device at first: it is tried again, and the exception stays in the record", async () => {
    const attested = new Attested();
    const { ceremony, device } = attested;
    attested.attest(new MadeUpDevice("yubihsm"));
    await ceremony.session([
      { step: STEP, prompt: "failure", does: "retry", before: () => attested.attest(device) },
    ]);
    assert.deepEqual(await ceremony.finished(), [`${STEP} attestation/refused: retry`]);
  });

  it("no certificate at all: it is a mishap, and tried again", async () => {
    const attested = new Attested();
    const { ceremony, device } = attested;
    ceremony.devices.attesting.clear();
    await ceremony.session([
      { step: STEP, prompt: "try-again", does: { chooses: "again" }, before: () => attested.attest(device) },
    ]);
    assert.deepEqual(await ceremony.finished(), []);
  });

  it("is not kept: what was made is destroyed before the next attempt", async () => {
    const attested = new Attested();
    const { ceremony, device } = attested;
    attested.attest(new MadeUpDevice("yubihsm"));
    await ceremony.session([
      { step: STEP, prompt: "failure", does: "postpone", before: () => attested.attest(device) },
    ]);
    assert.deepEqual(await ceremony.finished(), [`${STEP} attestation/refused: postpone`]);
    assert.equal(ceremony.last?.state.keys.get("root-ada")?.swept, 2);
  });

  it("an amended script that waives it: the key is accepted, and the audit says who waived", async () => {
    const attested = new Attested();
    const { ceremony } = attested;
    attested.attest(new MadeUpDevice("yubihsm"));
    await ceremony.session([{ step: STEP, prompt: "failure", does: "amend" }]);
    await ceremony.amended(scriptOf(attested.script("", "waived")));
    assert.deepEqual(await ceremony.finished(), [`${STEP} attestation/refused: amend`]);
    const verdict = await ceremony.audit();
    assert.deepEqual(verdict.attested, { keys: 0, of: 1, kept: 0, waived: ["root-ada"] });
    assert.equal(listExceptions(verdict).length, 1);
  });

  it("an amended script that requires it: the key that nobody attested is made again", async () => {
    const attested = new Attested();
    const { ceremony } = attested;
    ceremony.loaded = scriptOf(attested.script("", "waived"));
    await ceremony.session([{ step: "sign/root/root-grace", prompt: "sign-document", does: "amend" }]);
    await ceremony.amended(scriptOf(attested.script("")));
    await ceremony.finished();
    assert.deepEqual((await ceremony.audit()).attested, { keys: 1, of: 1, kept: 0, waived: [] });
    assert.equal(ceremony.devices.log.filter((line) => line.startsWith("generate root-ada")).length, 2);
  });
});

/** The same maker and device, with another statement. */
class Broken {
  readonly #device: MadeUpDevice;
  readonly #changes: Changes;

  constructor(device: MadeUpDevice, changes: Changes) {
    this.#device = device;
    this.#changes = changes;
  }

  certificatesFor(publicKey: Parameters<MadeUpDevice["certificatesFor"]>[0]): readonly Buffer[] {
    return this.#device.certificatesFor(publicKey, this.#changes);
  }
}

async function held(attested: Attested): Promise<Attested> {
  await attested.ceremony.session();
  assert.equal(attested.ceremony.last?.reason, "finished");
  return attested;
}

async function pathsOf(ceremony: ExceptionalCeremony): Promise<readonly string[]> {
  const text = readFileSync(join(ceremony.folder, "transcript.jsonl"), "utf8");
  return [...text.matchAll(/"path":"([^"]+)"/g)].map(([, path = ""]) => path);
}

function rechain(path: string, change: (line: unknown) => void): void {
  const { createHash } = process.getBuiltinModule("node:crypto");
  let all = "";
  for (const text of readFileSync(path, "utf8").split("\n").filter(Boolean)) {
    const line = JSON.parse(text);
    change(line);
    line.prev = createHash("sha256").update(all).digest("hex");
    all += `${canonicalText(line)}\n`;
  }
  writeFileSync(path, all);
}
