/** A public record has no paths of this machine: a whole ceremony with media that are missing and a copy that is damaged. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { AskRequest } from "../../src/ceremony/effects.ts";
import { CeremonyError } from "../../src/errors.ts";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import type { MachineFile } from "../../src/live/machine-file.ts";
import { realStores } from "../../src/live/real-stores.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { namesOfPaths, withoutPaths } from "../../src/live/without-paths.ts";
import { ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { exampleText } from "../support/scripts.ts";

const base = mkdtempSync(join(tmpdir(), "without-paths-"));
after(() => rmSync(base, { recursive: true }));
const medium = (name: string) => join(base, name);
const machine: MachineFile = {
  modules: new Map([["softhsm", { module: "/opt/lib/softhsm.so", initString: undefined, env: {} }]]),
  media: new Map(
    ["ada", "grace", "admin"].map((holder) => [holder, [medium(`${holder}-1`), medium(`${holder}-2`)]]),
  ),
  attestations: "/media/ädmin/att",
};

test("folders are called as people know them", async () => {
  const names = namesOfPaths("/srv/ceremony", machine);
  const told = async (found: string) => {
    const work = async () => {
      throw new CeremonyError({ code: "a/b", exit: "device", expected: found, found, remedy: found });
    };
    const error: unknown = await withoutPaths(names, work).catch((caught: unknown) => caught);
    assert.ok(error instanceof CeremonyError);
    assert.deepEqual([error.expected, error.remedy, error.code], [error.found, error.found, "a/b"]);
    return error.found;
  };
  assert.equal(await told(`at ${medium("ada-1")}/x.age`), "at ada's first medium/x.age");
  assert.equal(await told(`"${medium("ada-2")}": gone`), `"ada's second medium": gone`);
  assert.equal(
    await told(`${medium("ada-1")}2 and ${medium("ada-1")}`),
    `${medium("ada-1")}2 and ada's first medium`,
  );
  assert.equal(await told('"/opt/lib/softhsm.so" (ENOENT)'), '"the module of softhsm" (ENOENT)');
  assert.equal(await told("/srv/ceremony/metadata/1.root.json"), "the ceremony folder/metadata/1.root.json");
  assert.equal(await told('"/media/\\u{e4}dmin/att/root-ada"'), '"the folder of attestations/root-ada"');
  await assert.rejects(
    withoutPaths(names, async () => assert.fail("a mistake")),
    /a mistake/,
  );
});

test("a ceremony folder that was typed as a relative path is no word to be replaced", async () => {
  const told = async (root: string, found: string) => {
    const work = async () => {
      throw new CeremonyError({ code: "a/b", exit: "device", expected: "", found, remedy: "" });
    };
    const error: unknown = await withoutPaths(namesOfPaths(root, machine), work).catch((caught) => caught);
    assert.ok(error instanceof CeremonyError);
    return error.found;
  };
  const found = "acme: at acme/metadata/1.root.json, not /srv/acme/x";
  assert.equal(
    await told("acme", found),
    "acme: at the ceremony folder/metadata/1.root.json, not /srv/acme/x",
  );
  assert.equal(await told("../home/acme/", "at ../home/acme/x"), "at the ceremony folder/x");
  assert.equal(await told(".", "a. b ./c"), "a. b ./c");
});

test("a missing medium and a damaged copy: said by the medium's name, and the other copy signs", async () => {
  const ceremony = new ExceptionalCeremony(scriptOf(exampleText("minimal")));
  for (const name of ["ada-1", "grace-1", "grace-2", "admin-1", "admin-2"]) mkdirSync(medium(name));
  ceremony.stores = () =>
    realStores({
      folder: new CeremonyFolder(ceremony.folder),
      machine,
      people: unattendedPeople(),
      secrets: {
        kind: "scripted",
        pin: () => null,
        passphrase: "correct horse battery staple",
        workFactor: 2,
      },
    });
  const said: string[] = [];
  const says = ({ data }: AskRequest) => said.push(JSON.stringify(data));
  const inserts = (request: AskRequest) => {
    says(request);
    mkdirSync(medium("ada-2"));
  };
  const damages = () => writeFileSync(join(medium("ada-1"), "example-2026-root-root-ada.age"), "garbage");
  const sign = "sign/root/root-ada";
  await ceremony.session([
    { step: "generate/root-ada", prompt: "try-again", does: { chooses: "again" }, before: inserts },
    { step: sign, prompt: "sign-document", does: "retry", before: damages },
    { step: sign, prompt: "failure", does: "retry", before: says },
  ]);
  const exceptions = await ceremony.finished();
  assert.deepEqual(exceptions, [`${sign} exception: retry`, `${sign} age/damaged: retry`]);
  assert.match(said[0] ?? "", /that a folder is there at ada's second medium/);
  assert.match(said[1] ?? "", /root-ada\.age on ada's first medium to be a whole age file/);
  assert.match(said[1] ?? "", /The next try takes the copy on ada's second medium\./);
  assert.ok(!readFileSync(join(ceremony.folder, "transcript.jsonl"), "utf8").includes(base));
});
