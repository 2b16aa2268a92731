import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { possessionMessage } from "../../src/ceremony/possession.ts";
import { type AgeFileOptions, openAgeStore, signWithAgeFile } from "../../src/keystore/age-file.ts";
import { SCRYPT_WORK_FACTOR } from "../../src/keystore/age-seal.ts";
import { makeSoftwareKey } from "../../src/keystore/software-key.ts";
import { type PublicKey, SCHEMES, type Scheme } from "../../src/tuf/types.ts";
import { judge, spkiPem } from "../support/openssl-judge.ts";
import { PseudoTerminal } from "../support/pseudo-terminal.ts";
import { age, openssl, otherDevice, requires, script, secondDevice } from "../support/requires.ts";

const root = mkdtempSync(join(tmpdir(), "age-file-"));
after(() => rmSync(root, { recursive: true }));

const PASSPHRASE = "throw away this test phrase";
const possession = possessionMessage("test-1", "root-grace");
const payload = new TextEncoder().encode('{"_type":"root"}');
const FILE = "test-1-root-grace.age";

function newMedia(name: string): { a: string; b: string; ceremonyFolder: string } {
  const place = (part: string) => join(root, name, part);
  const places = { a: place("a"), b: place("b"), ceremonyFolder: place("ceremony") };
  for (const folder of Object.values(places)) mkdirSync(folder, { recursive: true });
  return places;
}

function store(media: ReturnType<typeof newMedia>, change: Partial<AgeFileOptions> = {}) {
  return openAgeStore({
    ceremony: "test-1",
    ceremonyFolder: media.ceremonyFolder,
    media: [media.a, media.b],
    passphrase: { kind: "scripted", passphrase: PASSPHRASE },
    workFactor: 5,
    unfinished: new Set(),
    ...change,
  });
}
const request = (scheme: Scheme = "ed25519") => ({ key: "root-grace", label: "test-1 root-grace", scheme });
const signRequest = (publicKey: PublicKey) => ({ ...request(), document: "root", publicKey, payload });

describe("a holder's key in a file", () => {
  for (const scheme of SCHEMES) {
    it(
      `${scheme}: is made on two media, signs, and is what age and OpenSSL read`,
      requires(age, openssl, script),
      async () => {
        const media = newMedia(scheme);
        const { publicKey, proof, attributes, swept } = await store(media).generate(
          request(scheme),
          possession,
        );
        assert.equal(judge(publicKey, possession, proof), true);
        assert.equal(swept, 0);
        assert.equal(judge(publicKey, payload, await store(media).sign(signRequest(publicKey))), true);

        const file = readFileSync(join(media.a, FILE));
        assert.deepEqual(readFileSync(join(media.b, FILE)), file);
        assert.equal(statSync(join(media.a, FILE)).mode & 0o777, 0o600);
        const { fileSha256, ...rest } = attributes;
        assert.equal(
          fileSha256,
          execFileSync("sha256sum", [join(media.a, FILE)], { encoding: "utf8" }).slice(0, 64),
        );
        assert.deepEqual(rest, {
          store: "file",
          sizeBytes: file.length,
          scryptWorkFactor: 5,
          sameDevice: true,
          passphrase: "scripted",
          noCoreDumps: true,
        });

        const opened = join(media.a, "opened");
        const program = new PseudoTerminal(["age", "--decrypt", "--output", opened, join(media.a, FILE)]);
        await program.untilShown("passphrase");
        program.type(`${PASSPHRASE}\r`);
        assert.equal(await program.exit, 0, program.shown);
        assert.match(readFileSync(opened, "utf8"), /^# test-1 root-grace\n-----BEGIN PRIVATE KEY-----\n/);
        assert.equal(
          execFileSync("openssl", ["pkey", "-in", opened, "-pubout"], { encoding: "utf8" }),
          spkiPem(publicKey),
        );
      },
    );
  }

  it("is sealed with the work factor that ceremonies use", async () => {
    const media = newMedia("work-factor");
    const { attributes } = await store(media, { workFactor: SCRYPT_WORK_FACTOR }).generate(
      request(),
      possession,
    );
    assert.equal(attributes["scryptWorkFactor"], 18);
    assert.match(readFileSync(join(media.a, FILE), "latin1"), /^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
  });

  it("opens what the age command sealed", requires(age, openssl, script), async () => {
    const { a } = newMedia("foreign");
    const key = makeSoftwareKey("ecdsa-sha2-nistp256");
    writeFileSync(join(a, "plain"), key.exportPem());
    const path = join(a, "foreign.age");
    const program = new PseudoTerminal(["age", "--passphrase", "--output", path, join(a, "plain")]);
    await program.untilShown("passphrase");
    program.type("ab\r");
    await program.untilShown("onfirm");
    program.type("ab\r");
    assert.equal(await program.exit, 0, program.shown);
    const passphrase = { kind: "scripted", passphrase: "ab" } as const;
    const sig = await signWithAgeFile({
      path,
      key: "foreign",
      publicKey: key.publicKey,
      payload,
      passphrase,
    });
    assert.equal(judge(key.publicKey, payload, sig), true);
  });

  it("says which of passphrase, file and key is wrong", async () => {
    const media = newMedia("wrong");
    const { publicKey } = await store(media).generate(request(), possession);
    const path = join(media.a, FILE);
    const good = readFileSync(path);
    const use = (change: { passphrase?: string; publicKey?: PublicKey }) =>
      signWithAgeFile({
        path,
        key: "root-grace",
        publicKey: change.publicKey ?? publicKey,
        payload,
        passphrase: { kind: "scripted", passphrase: change.passphrase ?? PASSPHRASE },
      });
    await assert.rejects(use({ passphrase: `${PASSPHRASE} ` }), {
      code: "age/wrong-passphrase",
      exit: "refused",
    });
    await assert.rejects(use({ passphrase: "" }), { code: "age/wrong-passphrase" });
    await assert.rejects(use({ publicKey: makeSoftwareKey("ed25519").publicKey }), {
      code: "age/other-key",
      found: "another key",
    });
    await assert.rejects(use({ publicKey: makeSoftwareKey("ecdsa-sha2-nistp256").publicKey }), {
      code: "age/other-key",
    });

    const stanzaEnd = good.indexOf("\n---");
    for (const [name, bytes, code] of [
      ["empty", Buffer.alloc(0), "age/damaged"],
      ["cut in the header", good.subarray(0, 40), "age/damaged"],
      ["cut in the payload", good.subarray(0, -1), "age/damaged"],
      ["one byte more", Buffer.concat([good, Buffer.alloc(1)]), "age/damaged"],
      ["another version", flip(good, 20), "age/damaged"],
      ["the stanza's body changed", otherLetter(good, stanzaEnd - 3), "age/wrong-passphrase"],
      ["the stanza's body is no Base64", letter(good, stanzaEnd - 3, "@"), "age/damaged"],
      ["the header's MAC changed", otherLetter(good, stanzaEnd + 8), "age/damaged"],
      ["the last byte changed", flip(good, good.length - 1), "age/damaged"],
      ["not an age file", Buffer.from("-----BEGIN PRIVATE KEY-----\n"), "age/damaged"],
    ] as const) {
      writeFileSync(path, bytes);
      await assert.rejects(use({}), { code }, name);
    }
    rmSync(path);
    await assert.rejects(use({}), { code: "medium/missing" });
  });

  it("signs with the other copy where one is damaged or missing", requires(openssl), async () => {
    const media = newMedia("copies");
    const { publicKey } = await store(media).generate(request(), possession);
    writeFileSync(join(media.a, FILE), "damaged");
    assert.equal(judge(publicKey, payload, await store(media).sign(signRequest(publicKey))), true);
    rmSync(media.a, { recursive: true });
    assert.equal(judge(publicKey, payload, await store(media).sign(signRequest(publicKey))), true);
    rmSync(media.b, { recursive: true });
    await assert.rejects(store(media).sign(signRequest(publicKey)), { code: "medium/missing" });
  });

  it("never signs but a proof and documents", async () => {
    const media = newMedia("payloads");
    await assert.rejects(store(media).generate(request(), payload), { code: "key/not-a-proof" });
    const { publicKey } = await store(media).generate(request(), possession);
    await assert.rejects(store(media).sign({ ...signRequest(publicKey), payload: possession }), {
      code: "key/not-a-document",
    });
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

function letter(text: Buffer, at: number, to: string): Buffer {
  const changed = Buffer.from(text);
  changed.write(to, at, "latin1");
  return changed;
}

/** Changed to what is Base64 still: of one bit changed, a tenth of the letters is none. */
function otherLetter(text: Buffer, at: number): Buffer {
  return letter(text, at, text[at] === "A".charCodeAt(0) ? "B" : "A");
}

describe("the media of a key's file", () => {
  it("are two, and not in the ceremony folder", async () => {
    const media = newMedia("two");
    symlinkSync(media.a, join(root, "two", "link"));
    const generate = (a: string, b: string) => store({ ...media, a, b }).generate(request(), possession);
    await assert.rejects(generate(media.a, `${media.a}/`), { code: "media/same" });
    await assert.rejects(generate(media.a, join(root, "two", "link")), { code: "media/same" });
    await assert.rejects(generate(media.a, join(root, "absent")), { code: "medium/missing" });
    mkdirSync(join(media.ceremonyFolder, "keys"));
    await assert.rejects(generate(media.a, media.ceremonyFolder), { code: "media/in-ceremony-folder" });
    await assert.rejects(generate(join(media.ceremonyFolder, "keys"), media.b), {
      code: "media/in-ceremony-folder",
    });
    assert.deepEqual([...readdirSync(media.a), ...readdirSync(media.b)], []);
  });

  it("are told apart by device", requires(secondDevice), async () => {
    const media = newMedia("devices");
    const elsewhere = mkdtempSync(join(otherDevice ?? "", "age-file-"));
    after(() => rmSync(elsewhere, { recursive: true }));
    const { attributes } = await store({ ...media, b: elsewhere }).generate(request(), possession);
    assert.equal(attributes["sameDevice"], false);
  });

  it("keep what they have: a file that is there is never overwritten, and nothing of the attempt stays", async () => {
    const media = newMedia("exists");
    writeFileSync(join(media.b, FILE), "another ceremony's key");
    await assert.rejects(store(media).generate(request(), possession), { code: "medium/exists" });
    assert.equal(readFileSync(join(media.b, FILE), "utf8"), "another ceremony's key");
    assert.deepEqual(readdirSync(media.a), []);
  });

  it("are swept of what a killed attempt left, and of nothing else", requires(openssl), async () => {
    const media = newMedia("sweep");
    writeFileSync(join(media.a, FILE), "half a fi");
    writeFileSync(join(media.b, "test-1-root-ada.age"), "somebody else's");
    const { swept, publicKey } = await store(media, { unfinished: new Set(["root-grace"]) }).generate(
      request(),
      possession,
    );
    assert.equal(swept, 1);
    assert.equal(judge(publicKey, payload, await store(media).sign(signRequest(publicKey))), true);
    assert.equal(readFileSync(join(media.b, "test-1-root-ada.age"), "utf8"), "somebody else's");

    const again = await store(media, { unfinished: new Set(["root-grace"]) }).generate(request(), possession);
    assert.equal(again.swept, 2);
    assert.notEqual(again.publicKey.public, publicKey.public);
  });

  it("have nothing on them when the process is killed before it was done", async () => {
    const media = newMedia("killed");
    const open = store(media, { workFactor: SCRYPT_WORK_FACTOR });
    const answer = open.generate(request(), possession);
    const rejected = assert.rejects(answer, { code: "age/process-lost", found: /SIGKILL/ });
    process.kill(await childWith("age-child"), "SIGKILL");
    await rejected;
    await open.close();
    assert.deepEqual([...readdirSync(media.a), ...readdirSync(media.b)], []);
  });
});

/** The PID of this process's child that runs the program, found as `ps` would. */
async function childWith(program: string): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
    const found = children.find(
      (pid) => pid !== "" && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(program),
    );
    if (found !== undefined) return Number(found);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("the passphrase at the terminal", () => {
  const program = (media: ReturnType<typeof newMedia>, rest: string) => [
    process.execPath,
    "--input-type=module-typescript",
    "--eval",
    `import { openAgeStore } from ${JSON.stringify(import.meta.resolve("../../src/keystore/age-file.ts"))};
     const store = openAgeStore({ ceremony: "test-1", ceremonyFolder: ${JSON.stringify(media.ceremonyFolder)},
       media: [${JSON.stringify(media.a)}, ${JSON.stringify(media.b)}], workFactor: 5, unfinished: new Set(),
       passphrase: { kind: "terminal", terminal: { input: 0, output: 1 } } });
     const possession = Buffer.from("tuf-ceremony proof of possession v1\\ntest-1\\nroot-grace\\n");
     const request = { key: "root-grace", label: "test-1 root-grace", scheme: "ed25519" };
     try { const made = await store.generate(request, possession); ${rest} }
     catch (error) { console.log("refused: " + error.code + " " + error.found); }`,
  ];
  const again = "The same passphrase again: ";

  it(
    "is typed twice and once to sign, and none of it shows, nor in any argument or environment",
    requires(script),
    async () => {
      const media = newMedia("terminal");
      const terminal = new PseudoTerminal(
        program(
          media,
          `const sig = await store.sign({ ...request, document: "root", publicKey: made.publicKey, payload: Buffer.from("{}") });
         console.log("signed " + sig.length);`,
        ),
      );
      await terminal.untilShown("New passphrase for root-grace");
      terminal.type("too short\r");
      await terminal.untilShown("too short");
      terminal.type(`${PASSPHRASE}\r`);
      await terminal.untilShown(again);
      terminal.type(`${PASSPHRASE}x\r`);
      await terminal.untilShown("The two entries differ. Begin again.");
      terminal.type(`\x1b[200~${PASSPHRASE}\x1b[201~\r`);
      await terminal.untilShown(again, 2);
      terminal.type(`${PASSPHRASE}x\x7f\r`);
      await terminal.untilShown("Passphrase for root-grace", 1);
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        for (const file of ["cmdline", "environ"])
          assert.ok(!readOrEmpty(`/proc/${pid}/${file}`).includes(PASSPHRASE));
      }
      terminal.type(`${PASSPHRASE}\r`);
      assert.equal(await terminal.exit, 0);
      assert.match(terminal.shown, /signed 128/);
      assert.ok(!terminal.shown.includes("throw"), terminal.shown);
      for (const folder of [media.a, media.b])
        assert.ok(!readFileSync(join(folder, FILE)).includes(PASSPHRASE));
    },
  );

  it("is given up after three refusals", requires(script), async () => {
    const media = newMedia("refusals");
    const terminal = new PseudoTerminal(program(media, ""));
    await terminal.untilShown("New passphrase");
    terminal.type("aaaaaaaaaaaaaaaaaaaa\r");
    await terminal.untilShown("too simple");
    terminal.type("Passphrase mit Übermut\r");
    await terminal.untilShown("every keyboard");
    terminal.type(" begins with a space\r");
    assert.equal(await terminal.exit, 0);
    assert.match(
      terminal.shown,
      /refused: age\/passphrase-refused 3 entries that could not be taken, the last one: with a space before or behind it/,
    );
    assert.deepEqual(readdirSync(media.a), []);
  });

  it("can be cancelled", requires(script), async () => {
    const media = newMedia("cancelled");
    const terminal = new PseudoTerminal(program(media, ""));
    await terminal.untilShown("New passphrase");
    terminal.type("some of it\x03");
    assert.equal(await terminal.exit, 0);
    assert.match(terminal.shown, /refused: age\/cancelled/);
    assert.ok(!terminal.shown.includes("some of it"));
  });

  it("is never taken from a pipe", () => {
    const [node, ...rest] = program(newMedia("pipe"), "");
    assert.ok(node !== undefined);
    const shown = execFileSync(node, rest, { input: `${PASSPHRASE}\n${PASSPHRASE}\n`, encoding: "utf8" });
    assert.match(shown, /refused: secret\/no-terminal/);
  });
});

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // a process that ended meanwhile
  }
}
