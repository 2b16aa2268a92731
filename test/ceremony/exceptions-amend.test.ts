/** An amended script takes over in the middle: what stays, what is void, what is made again, and what is refused. */
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { Execution } from "../../src/ceremony/execution.ts";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { splitLines, TranscriptReader } from "../../src/transcript/read.ts";
import { replayScreens } from "../golden/replay-screens.ts";
import { planOf, runOnce, time } from "../live/ceremony-harness.ts";
import { type Deed, ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { edit, exampleFile } from "../support/scripts.ts";
import { makeTestKey } from "../support/test-keys.ts";
import { HOLDERS, THREE_OF_FIVE } from "../support/three-of-five.ts";

const BINS_EXPIRE = "expires: 2027-12-03T00:00:00Z";
const ROOT_EXPIRES = "threshold: 3\n    expires: 2027-12-04T00:00:00Z";
const ONLINE_SHA256 = "719a99104b1f6bc5561ef17422e40f5607206d3d255f81bada53494f6aa50bf7";

/** Two have signed root; the third asks for another script. */
const beforeTheThird: Deed = { step: "sign/root/root-grace", prompt: "sign-document", does: "amend" };

async function amended(text: string): Promise<ExceptionalCeremony> {
  const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
  await ceremony.session([beforeTheThird]);
  await ceremony.amended(scriptOf(text));
  await ceremony.finished();
  return ceremony;
}

function countOf(ceremony: ExceptionalCeremony, beginning: string): number {
  return ceremony.devices.log.filter((line) => line.startsWith(beginning)).length;
}

function transcriptOf(ceremony: ExceptionalCeremony): Buffer {
  return readFileSync(join(ceremony.folder, "transcript.jsonl"));
}

describe("what an amendment changes", () => {
  it("only its title: every signature holds, and nothing is made or signed again", async () => {
    const ceremony = await amended(edit(THREE_OF_FIVE, "A root of five holders", "The root of five holders"));
    for (const holder of HOLDERS) {
      assert.equal(countOf(ceremony, `generate root-${holder}`), 1);
      assert.equal(countOf(ceremony, `sign root-${holder}`), 1);
    }
    assert.equal(countOf(ceremony, "generate bins-1"), 1);
    assert.equal(
      ceremony.prompts.filter((prompt) => prompt === "attendance attendance").length,
      7,
      "once each",
    );
  });

  it("the expiry of root only: those who had signed it sign again, targets and bins stay", async () => {
    const ceremony = await amended(
      edit(THREE_OF_FIVE, ROOT_EXPIRES, "threshold: 3\n    expires: 2027-12-01T00:00:00Z"),
    );
    assert.deepEqual(
      HOLDERS.map((holder) => countOf(ceremony, `sign root-${holder}`)),
      [2, 2, 1, 1, 1],
    );
    assert.equal(countOf(ceremony, "sign targets-1"), 1);
  });

  it("the expiry of bins only: one-time keys are made again, so root changes and is signed again", async () => {
    const ceremony = await amended(edit(THREE_OF_FIVE, BINS_EXPIRE, "expires: 2027-12-02T00:00:00Z"));
    assert.equal(countOf(ceremony, "generate bins-1"), 2);
    assert.equal(countOf(ceremony, "generate targets-1"), 2);
    assert.deepEqual(
      HOLDERS.map((holder) => countOf(ceremony, `sign root-${holder}`)),
      [2, 2, 1, 1, 1],
    );
    assert.deepEqual(
      HOLDERS.map((holder) => countOf(ceremony, `generate root-${holder}`)),
      [1, 1, 1, 1, 1],
    );
    // The screens of the second signing are about the second keys, whatever is still known of the first.
    const shown = replayScreens(ceremony.folder).matchAll(
      /^ {2}(\S+) +bins-1, a one-time key that was made/gm,
    );
    const marks = shown.toArray().map(([, mark]) => mark);
    assert.equal(new Set(marks).size, 2);
    assert.ok(marks.every((mark) => /^[0-9a-f]{8}$/.test(mark ?? "")));
  });

  it("the threshold of root", async () => {
    const ceremony = await amended(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4"));
    const root = JSON.parse(readFileSync(join(ceremony.folder, "metadata/1.root.json"), "utf8"));
    assert.equal(root.signed.roles.root.threshold, 4);
  });

  it("a key fewer: it is gone from root, and its device is not asked for any more", async () => {
    const text = THREE_OF_FIVE.replace(/ {2}root-radia:\n.*\n/, "").replace(", root-radia]", "]");
    const ceremony = await amended(text);
    assert.equal(ceremony.last?.state.keys.has("root-radia"), false);
    assert.equal(countOf(ceremony, "sign root-radia"), 0);
    const root = JSON.parse(readFileSync(join(ceremony.folder, "metadata/1.root.json"), "utf8"));
    assert.equal(root.signed.roles.root.keyids.length, 4);
  });

  it("the scheme of a key: it is made again, and nobody signs a document that names the old one", async () => {
    const before = "{ holder: ada, scheme: ecdsa-sha2-nistp256, store: hsm, device: luna7";
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    await ceremony.amended(
      scriptOf(edit(THREE_OF_FIVE, before, before.replace("ecdsa-sha2-nistp256", "ed25519"))),
      [{ step: "generate/root-ada", prompt: "insert-token", does: "postpone", happened: "she is out" }],
    );
    await ceremony.finished();
    assert.equal(ceremony.last?.state.keys.get("root-ada")?.publicKey.scheme, "ed25519");
    assert.equal(countOf(ceremony, "sign root-barbara"), 2);
  });

  it("people: everybody is asked again whether they are there", async () => {
    const ceremony = await amended(
      edit(
        THREE_OF_FIVE,
        "people:\n",
        "people:\n  - { id: witness-2, name: Dorothy Vaughan, duty: witness, signs_with: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f }\n",
      ),
    );
    assert.equal(ceremony.prompts.filter((prompt) => prompt === "attendance attendance").length, 7 + 8);
    assert.ok(ceremony.last?.state.present.has("witness-2"));
  });

  it("a name: the same word stands for somebody else, who is asked for too", async () => {
    const ceremony = await amended(edit(THREE_OF_FIVE, "name: Ada Lovelace", "name: Augusta Byron"));
    assert.equal(ceremony.prompts.filter((prompt) => prompt === "attendance attendance").length, 7 + 7);
    assert.equal(countOf(ceremony, "generate root-ada"), 1);
  });

  for (const { out, asked } of [
    { out: ["ada"], asked: 1 },
    { out: ["ada", "barbara"], asked: 2 },
  ]) {
    it(`${out.join(" and ")} out, and then four must sign: asked ${asked} times`, async () => {
      const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
      await ceremony.session([
        ...out.map(
          (holder): Deed => ({
            step: `sign/root/root-${holder}`,
            prompt: "sign-document",
            does: "without-signer",
          }),
        ),
        beforeTheThird,
      ]);
      await ceremony.amended(scriptOf(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4")));
      await ceremony.finished();
      const prompts = ceremony.prompts.filter((prompt) => prompt === "sign/root/root-ada sign-document");
      assert.equal(prompts.length, asked, "again only where the others are not enough any more");
      assert.equal(ceremony.last?.state.hasSigned("root", "root-ada"), asked === 2);
    });
  }

  it("there and back: the signatures over the first form hold again", async () => {
    const other = scriptOf(
      edit(THREE_OF_FIVE, ROOT_EXPIRES, "threshold: 3\n    expires: 2027-12-01T00:00:00Z"),
    );
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    await ceremony.amended(other, [{ step: "sign/root/root-ada", prompt: "insert-token", does: "amend" }]);
    await ceremony.amended(scriptOf(THREE_OF_FIVE));
    assert.equal((await ceremony.finished()).length, 2);
    assert.deepEqual(
      HOLDERS.map((holder) => countOf(ceremony, `sign root-${holder}`)),
      [1, 1, 1, 1, 1],
    );
    assert.equal(ceremony.last?.state.amendments, 2);
  });

  it("twice in a session: one script serves for one amendment, and a wrong one is followed by the right one", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    const wrong = scriptOf(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 2"));
    const end = await ceremony.amended(wrong, [
      { step: "amendment/2", prompt: "amendment", does: "amend", happened: "a digit is wrong" },
    ]);
    assert.equal(end.reason, "amendment-needed");
    await ceremony.amended(scriptOf(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4")));
    assert.deepEqual(await ceremony.finished(), [
      "sign/root/root-grace exception: amend",
      "amendment/2 exception: amend",
    ]);
    assert.ok(statSync(join(ceremony.folder, "script-3.yaml")).isFile());
  });
});

describe("what an amended script pins", () => {
  const { pem } = makeTestKey("ecdsa-sha2-nistp256");
  const bytes = new TextEncoder().encode(pem);
  const withOnline = (file: string): LoadedScript => {
    const text = edit(edit(THREE_OF_FIVE, "keys/online.pem", file), ONLINE_SHA256, sha256Hex(bytes));
    return { bytes: new TextEncoder().encode(text), inputs: new Map([[file, bytes]]) };
  };

  it("under a new name: confirmed like the first one, and both stay in the folder", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    await ceremony.amended(withOnline("keys/online-2.pem"));
    await ceremony.finished();
    assert.equal(ceremony.prompts.filter((prompt) => prompt.startsWith("confirm/online ")).length, 2);
    for (const name of ["online.pem", "online-2.pem"]) statSync(join(ceremony.folder, "inputs/keys", name));
  });

  it("under the old name: refused before anything is appended", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    const before = transcriptOf(ceremony);
    await assert.rejects(ceremony.session([], withOnline("keys/online.pem")), {
      code: "folder/other-input",
      exit: "refused",
    });
    assert.deepEqual(transcriptOf(ceremony), before);
    assert.deepEqual(
      readFileSync(join(ceremony.folder, "inputs/keys/online.pem")),
      Buffer.from(exampleFile("keys/online.pem")),
    );
    await ceremony.amended(withOnline("keys/online-2.pem"));
    await ceremony.finished();
  });

  it("left by an attempt that was killed before its line: gone when another script comes", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    const killed = runOnce({
      folder: ceremony.folder,
      loaded: withOnline("keys/online-2.pem"),
      stores: ceremony.devices,
      people: unattendedPeople(),
      clock: () => time("2026-12-04T15:30:00Z"),
      hook: (moment, line) => {
        if (moment === "before" && line.type === "amend") throw new Error("killed");
      },
    });
    await assert.rejects(killed, /killed/);
    statSync(join(ceremony.folder, "inputs/keys/online-2.pem"));
    ceremony.now += 3600;
    await ceremony.amended(scriptOf(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4")));
    await ceremony.finished();
    assert.throws(() => statSync(join(ceremony.folder, "inputs/keys/online-2.pem")), { code: "ENOENT" });
  });
});

describe("what can't take over", () => {
  const other = scriptOf(edit(THREE_OF_FIVE, "ceremony: three-of-five", "ceremony: three-of-six"));

  it("a script of another ceremony: refused, and the right one goes on", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    const before = transcriptOf(ceremony);
    await assert.rejects(ceremony.session([], other), {
      code: "amendment/other-ceremony",
      expected: /three-of-five/,
      found: /three-of-six/,
    });
    assert.deepEqual(transcriptOf(ceremony), before);
    await ceremony.amended(scriptOf(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4")));
    await ceremony.finished();
  });

  it("nor in a transcript that somebody else wrote", async () => {
    const ceremony = await amended(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4"));
    const plan = planOf(scriptOf(THREE_OF_FIVE));
    const execution = new Execution(({ path }) => ({ plan: path === "script.yaml" ? plan : planOf(other) }));
    const reader = new TranscriptReader();
    for (const bytes of splitLines(transcriptOf(ceremony))) {
      const read = reader.read(bytes);
      assert.ok(read.ok);
      const problem = execution.accept(read.line);
      if (read.line.type === "amend") {
        assert.equal(problem?.code, "transcript/amendment");
        return;
      }
      assert.equal(problem, null);
    }
    assert.fail("there is an amendment");
  });

  it("another script while none was asked for", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([{ step: "beacon", prompt: "beacon", does: "leaves" }]);
    const changed = scriptOf(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4"));
    await assert.rejects(ceremony.session([], changed), { code: "folder/other-script", exit: "refused" });
  });

  it("the old script again: refused before there is another head to write down", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    assert.equal((await ceremony.session([beforeTheThird])).reason, "amendment-needed");
    const before = transcriptOf(ceremony);
    await assert.rejects(ceremony.session(), { code: "amendment/same-script", exit: "usage" });
    assert.deepEqual(transcriptOf(ceremony), before);
    await ceremony.amended(scriptOf(edit(THREE_OF_FIVE, "threshold: 3", "threshold: 4")));
    await ceremony.finished();
  });

  it("a file that nobody expects, beside it", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([beforeTheThird]);
    writeFileSync(join(ceremony.folder, "inputs/more.json"), "{}");
    await assert.rejects(ceremony.session(), { code: "folder/other-files", found: /inputs\/more\.json/ });
  });
});
