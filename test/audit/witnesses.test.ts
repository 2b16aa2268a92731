/** Who signed which head: SSH signatures of OpenSSH's making, in a folder's `witnesses/`. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { AuditProblem } from "../../src/audit/audit-problem.ts";
import { checkWitnesses, HEAD_NAMESPACE, witnessedMessage } from "../../src/audit/witnesses.ts";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import type { Person } from "../../src/ceremony/script.ts";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";
import { requires, sshKeygen } from "../support/requires.ts";
import { exampleText, planOf } from "../support/scripts.ts";

const home = mkdtempSync(join(tmpdir(), "tuf-ceremony-witnesses-"));
after(() => rmSync(home, { recursive: true }));

const [FIRST, SECOND, FOREIGN] = [sha256Hex("first"), sha256Hex("second"), sha256Hex("of another ceremony")];
/** Heads in the order of their seals. */
const HEADS: ReadonlySet<Sha256Hex> = new Set([FIRST, SECOND]);
const { script } = planOf(exampleText("minimal"));

function makeKey(name: string): string {
  const path = join(home, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
  return readFileSync(`${path}.pub`, "utf8").trim();
}

function sign(name: string, message: Uint8Array, namespace = HEAD_NAMESPACE): string {
  const options = ["-Y", "sign", "-n", namespace, "-f", join(home, name)];
  return execFileSync("ssh-keygen", options, {
    input: message,
    stdio: ["pipe", "pipe", "ignore"],
    encoding: "utf8",
  });
}

/** What is found where these files are in `witnesses/`. */
function look(people: ReadonlyMap<string, Person>, put: (folder: string) => void) {
  const root = mkdtempSync(join(home, "folder-"));
  mkdirSync(join(root, "witnesses"));
  put(join(root, "witnesses"));
  const problems: AuditProblem[] = [];
  const witnesses = checkWitnesses(new CeremonyFolder(root), { ...script, people }, HEADS, problems);
  return {
    witnesses: witnesses.map(({ person, head }) => [person, head]),
    refused: problems.map(({ code, where }) => `${code} ${where}`),
    reasons: problems.map(({ found }) => found),
  };
}

describe("witnesses", requires(sshKeygen), () => {
  const person = (id: string, signsWith?: string): readonly [string, Person] => [
    id,
    { id, name: id, duty: "witness", ...(signsWith === undefined ? {} : { signsWith }) },
  ];
  const people = new Map([
    person("kate", makeKey("kate")),
    person("mary", makeKey("mary")),
    person("without-a-key"),
  ]);
  const fileOf = (who: string, head: Sha256Hex) => `${who}-${head.slice(0, 8)}.sig`;
  const good = (who: string, head: Sha256Hex) => sign(who, witnessedMessage(head));

  it("what is signed is the head in hex and a line feed", () => {
    assert.equal(new TextDecoder().decode(witnessedMessage(FIRST)), `${FIRST}\n`);
  });

  it("everybody of the script with a key is listed, with the newest head that they signed", () => {
    const found = look(people, (at) => {
      writeFileSync(join(at, fileOf("kate", FIRST)), good("kate", FIRST));
      writeFileSync(join(at, fileOf("kate", SECOND)), good("kate", SECOND));
      writeFileSync(join(at, fileOf("mary", FIRST)), good("mary", FIRST));
    });
    assert.deepEqual(found, {
      witnesses: [
        ["kate", SECOND],
        ["mary", FIRST],
      ],
      refused: [],
      reasons: [],
    });
  });

  it("nobody signed: everybody is listed with none", () => {
    const found = look(people, () => {});
    assert.deepEqual(found.witnesses, [
      ["kate", null],
      ["mary", null],
    ]);
    assert.deepEqual(found.refused, []);
  });

  const name = fileOf("kate", SECOND);
  const WRONG: Readonly<Record<string, readonly [file: string, text: () => string]>> = {
    "somebody else's signature": [name, () => good("mary", SECOND)],
    "a signature over another head": [name, () => good("kate", FIRST)],
    "a signature over the head without its line feed": [
      name,
      () => sign("kate", new TextEncoder().encode(SECOND)),
    ],
    "a signature for something else": [name, () => sign("kate", witnessedMessage(SECOND), "file")],
    "half a signature": [name, () => good("kate", SECOND).slice(0, 100)],
    "a signature behind a byte order mark": [name, () => `\ufeff${good("kate", SECOND)}`],
    "a signature with a megabyte behind it": [name, () => good("kate", SECOND) + "\n".repeat(1_000_000)],
    "no signature": [name, () => `${SECOND}\n`],
    "a head of another ceremony": [fileOf("kate", FOREIGN), () => good("kate", FOREIGN)],
    "a name that is not of the form": [`kate-${SECOND}.sig`, () => good("kate", SECOND)],
    "a file of somebody without a key": [fileOf("without-a-key", SECOND), () => good("kate", SECOND)],
    "a file of nobody": [fileOf("eve", SECOND), () => good("kate", SECOND)],
    "another ending": [name.replace(".sig", ".sig.bak"), () => good("kate", SECOND)],
    "a file further in": ["more/x.sig", () => good("kate", SECOND)],
  };
  for (const [what, [file, text]] of Object.entries(WRONG)) {
    it(`${what}: refused, and counts for nobody`, () => {
      const found = look(people, (at) => {
        mkdirSync(join(at, "more"));
        writeFileSync(join(at, file), text());
      });
      assert.deepEqual(found.refused, [`audit/witness witnesses/${file}`]);
      assert.deepEqual(found.witnesses, [
        ["kate", null],
        ["mary", null],
      ]);
    });
  }

  it("what an honest witness gets wrong is told", () => {
    const reasons = (file: string, text: string) =>
      look(people, (at) => writeFileSync(join(at, file), text)).reasons;
    const encode = (text: string) => new TextEncoder().encode(text);
    assert.deepEqual(reasons(name, sign("kate", encode(SECOND))), [
      "a signature over the head without the line feed behind it",
    ]);
    assert.deepEqual(reasons(name, sign("kate", encode(`${SECOND}\r\n`))), [
      "a signature over the head with CR LF behind it",
    ]);
    assert.deepEqual(reasons(name, sign("kate", witnessedMessage(SECOND), "file")), [
      'one of the namespace "file", not "tuf-ceremony-head"',
    ]);
    assert.match(reasons(name, good("mary", SECOND))[0] ?? "", /^no valid signature: by another key/);
    assert.match(reasons(fileOf("kate", FOREIGN), good("kate", FOREIGN))[0] ?? "", /no head of a seal/);
    assert.match(reasons(fileOf("eve", SECOND), good("kate", SECOND))[0] ?? "", /not called <witness>/);
  });

  it("a link to a good signature is refused", () => {
    const found = look(people, (at) => {
      writeFileSync(join(home, "kept"), good("kate", SECOND));
      symlinkSync(join(home, "kept"), join(at, name));
    });
    assert.deepEqual(found.refused, [`audit/witness witnesses/${name}`]);
  });
});
