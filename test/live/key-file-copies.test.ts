/** Which file is a key's, which copy of it is taken, and what is said where it is not clear. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { CeremonyError } from "../../src/errors.ts";
import { KeyFileCopies, type KeyFileWanted } from "../../src/live/key-file-copies.ts";

const base = mkdtempSync(join(tmpdir(), "key-file-copies-"));
after(() => rmSync(base, { recursive: true }));
const media = [join(base, "1"), join(base, "2")] as const;
beforeEach(() => {
  for (const folder of media) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
});

function put(medium: 0 | 1, ...names: readonly string[]): void {
  for (const name of names) writeFileSync(join(media[medium], name), "");
}

const wanted: KeyFileWanted = {
  key: "root-admin",
  holder: "admin",
  ceremony: "acme-q",
  isOwn: false,
  keys: ["admin", "root-admin", "online"],
  media,
};

async function pick(change: Partial<KeyFileWanted> = {}): Promise<string> {
  return (await new KeyFileCopies().use({ ...wanted, ...change }, async (path) => path)).slice(base.length);
}

function failing(code: string): () => Promise<never> {
  return async () => {
    throw new CeremonyError({ code, exit: "device", expected: "x.age to be whole", found: "y", remedy: "z" });
  };
}

async function refusal(work: Promise<unknown>): Promise<CeremonyError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof CeremonyError, String(error));
    return error;
  }
  return assert.fail("not refused");
}

test("the file of an earlier ceremony is found by its end; this ceremony's own goes before", async () => {
  put(1, "acme-2026-root-admin.age");
  assert.equal(await pick(), "/2/acme-2026-root-admin.age");
  put(0, "acme-q-root-admin.age", "acme-2026-root-admin.age");
  assert.equal(await pick(), "/1/acme-q-root-admin.age");
});

test("the file of root-admin is not that of admin, where both are keys", async () => {
  put(0, "acme-2026-root-admin.age", "acme-2026-admin.age");
  assert.equal(await pick({ key: "admin" }), "/1/acme-2026-admin.age");
  assert.equal(await pick(), "/1/acme-2026-root-admin.age");
});

test("none: a key of an earlier ceremony is not looked for under this one's name", async () => {
  rmSync(media[1], { recursive: true });
  const { code, expected, found, remedy } = await refusal(pick());
  assert.equal(code, "age/missing");
  assert.equal(expected, "one file *-root-admin.age on a medium of admin");
  assert.equal(found, "admin's first medium: no such file; admin's second medium: not there");
  assert.doesNotMatch(remedy, /acme-q/);
  assert.match((await refusal(pick({ isOwn: true }))).remedy, /"acme-q-root-admin\.age"/);
});

test("several: they are listed, and nothing is guessed", async () => {
  put(0, "acme-2026-root-admin.age", "copy-root-admin.age");
  const { code, found, remedy } = await refusal(pick());
  assert.equal(code, "age/several");
  assert.match(
    found,
    /first medium: "acme-2026-root-admin\.age", "copy-root-admin\.age"; admin's second medium: no such/,
  );
  assert.match(remedy, /take the others away/);
});

for (const code of ["age/damaged", "age/wrong-passphrase", "medium/broken"]) {
  test(`${code}: the next try takes the other copy, and after that the first again`, async () => {
    put(0, "a-root-admin.age");
    put(1, "a-root-admin.age");
    const copies = new KeyFileCopies();
    const used: string[] = [];
    const use = async (work: () => Promise<string>) =>
      await copies.use(wanted, async (path) => {
        used.push(path.slice(base.length));
        return await work();
      });
    const { code: again, remedy } = await refusal(use(failing(code)));
    assert.equal(again, code);
    assert.match(remedy, /The next try takes the copy on admin's second medium\./);
    assert.equal(await use(async () => "signed"), "signed");
    await refusal(use(failing(code)));
    await use(async () => "signed");
    assert.deepEqual(
      used.map((path) => path.slice(0, 2)),
      ["/1", "/2", "/2", "/1"],
    );
  });
}

test("the message says on which medium the file is", async () => {
  put(0, "x.age".replace("x", "x-root-admin"));
  const work = async (): Promise<never> => {
    const expected = "x-root-admin.age to be a whole age file";
    throw new CeremonyError({
      code: "age/damaged",
      exit: "device",
      expected,
      found: "bytes",
      remedy: "Other.",
    });
  };
  const { expected, remedy } = await refusal(new KeyFileCopies().use(wanted, work));
  assert.equal(expected, "x-root-admin.age on admin's first medium to be a whole age file");
  assert.match(remedy, /The other medium is not inserted/);
});

test("a cancelled entry changes nothing", async () => {
  put(0, "a-root-admin.age");
  put(1, "a-root-admin.age");
  const copies = new KeyFileCopies();
  await refusal(copies.use(wanted, failing("age/cancelled")));
  assert.match(await copies.use(wanted, async (path) => path), /1.a-root-admin\.age$/);
});
