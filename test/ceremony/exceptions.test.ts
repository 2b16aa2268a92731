/** In a ceremony in which three of five must sign, what can go wrong goes wrong, and it ends well or as people decide. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ExceptionalCeremony, listExceptions, scriptOf } from "../support/exceptional-ceremony.ts";
import { edit } from "../support/scripts.ts";
import { HOLDERS, serialsOf, THREE_OF_FIVE } from "../support/three-of-five.ts";

const [adasDevice, adasSpare] = serialsOf("ada");
const gracesDevice = serialsOf("grace")[0];

function signersOfRoot(ceremony: ExceptionalCeremony): readonly string[] {
  const state = ceremony.last?.state;
  assert.ok(state);
  return state.validSignatures("root").map(({ key }) => key);
}

function rootOf(ceremony: ExceptionalCeremony): { signatures: unknown[]; signed: { keys: object } } {
  return JSON.parse(readFileSync(join(ceremony.folder, "metadata/1.root.json"), "utf8"));
}

describe("a device that is dead", () => {
  it("before its key is made: the spare takes its place", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    ceremony.devices.dead.add(adasDevice);
    await ceremony.session([
      { step: "generate/root-ada", prompt: "try-again", does: "spare", happened: "its lamp stays dark" },
    ]);
    assert.deepEqual(await ceremony.finished(), ["generate/root-ada token/none: spare"]);
    assert.equal(ceremony.last?.state.keys.get("root-ada")?.serial, adasSpare);
    assert.deepEqual(
      ceremony.devices.log.filter((line) => line.includes("root-ada")),
      [`generate root-ada ${adasSpare}`, `sign root-ada ${adasSpare}`],
    );
    assert.equal(signersOfRoot(ceremony).length, 5);
  });

  it("and its spare too: no other is offered, and the script is amended", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    for (const serial of serialsOf("ada")) ceremony.devices.dead.add(serial);
    const end = await ceremony.session([
      { step: "generate/root-ada", prompt: "try-again", does: "spare" },
      {
        step: "generate/root-ada",
        prompt: "try-again",
        does: "amend",
        before: ({ dispositions }) => assert.ok(!dispositions.includes("spare")),
      },
    ]);
    assert.equal(end.reason, "amendment-needed");
    await ceremony.amended(
      scriptOf(edit(THREE_OF_FIVE, '"0010", spares: ["0011"]', '"0019", spares: ["0018"]')),
    );
    assert.equal((await ceremony.finished()).length, 2);
    assert.equal(ceremony.last?.state.keys.get("root-ada")?.serial, "0019");
  });

  it("after its key is made: an amended script names another key, and those of the others stay", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const end = await ceremony.session([
      {
        step: "sign/root/root-ada",
        prompt: "sign-document",
        does: "retry",
        happened: "the table was bumped",
        before: () => ceremony.devices.dead.add(gracesDevice),
      },
      { step: "sign/root/root-grace", prompt: "try-again", does: "amend", happened: "it is dead" },
    ]);
    assert.equal(end.reason, "amendment-needed");
    assert.equal(end.state.validSignatures("root").length, 2);
    assert.equal((await ceremony.audit()).end, "paused");
    const kept = new Map([...end.state.keys].map(([key, { keyid }]) => [key, keyid]));

    const amended = edit(
      THREE_OF_FIVE.replaceAll("root-grace", "root-grace-2"),
      `serial: "${gracesDevice}"`,
      'serial: "0099"',
    );
    await ceremony.amended(scriptOf(amended));
    assert.deepEqual(await ceremony.finished(), [
      "sign/root/root-ada exception: retry",
      "sign/root/root-grace token/none: amend",
    ]);
    const { state } = ceremony.last ?? assert.fail();
    for (const holder of HOLDERS.filter((name) => name !== "grace")) {
      assert.equal(state.keys.get(`root-${holder}`)?.keyid, kept.get(`root-${holder}`), holder);
      assert.equal(
        ceremony.devices.log.filter((line) => line.startsWith(`generate root-${holder} `)).length,
        1,
      );
    }
    assert.equal(state.keys.has("root-grace"), false);
    assert.ok(ceremony.prompts.includes("amendment/2 amendment"), "the new digest is read");
    assert.equal(ceremony.prompts.filter((prompt) => prompt.startsWith("head/")).length, 1);
    for (const signer of ["root-ada", "root-barbara"]) {
      const made = ceremony.devices.log.filter((line) => line.startsWith(`sign ${signer} `));
      assert.equal(made.length, 2, "signed the first document, and the changed one again");
    }
    const root = rootOf(ceremony);
    assert.equal(root.signatures.length, 5);
    assert.ok(
      !JSON.stringify(root).includes(kept.get("root-grace") ?? "-"),
      "nothing of the dead key is left",
    );
  });

  it("after two signatures: the others are enough, until they are not", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const last = serialsOf("radia")[0];
    await ceremony.session([
      {
        step: "sign/root/root-barbara",
        prompt: "sign-document",
        does: "retry",
        before: () => {
          for (const holder of ["grace", "frances", "radia"] as const) {
            ceremony.devices.dead.add(serialsOf(holder)[0]);
          }
        },
      },
      {
        step: "sign/root/root-grace",
        prompt: "try-again",
        does: "without-signer",
        before: ({ dispositions }) => {
          assert.ok(!dispositions.includes("spare"), "two have signed with her key in the document");
          assert.ok(!dispositions.includes("reinitialise"));
        },
      },
      { step: "sign/root/root-frances", prompt: "try-again", does: "without-signer" },
      {
        step: "sign/root/root-radia",
        prompt: "try-again",
        does: "retry",
        before: ({ dispositions }) => {
          assert.ok(!dispositions.includes("without-signer"), "three must sign");
          ceremony.devices.dead.delete(last);
        },
      },
    ]);
    assert.deepEqual((await ceremony.finished()).slice(1), [
      "sign/root/root-grace token/none: without-signer",
      "sign/root/root-frances token/none: without-signer",
      "sign/root/root-radia token/none: retry",
    ]);
    assert.deepEqual(signersOfRoot(ceremony), ["root-ada", "root-barbara", "root-radia"]);
    assert.equal(rootOf(ceremony).signatures.length, 3);
  });
});

describe("a PIN that is forgotten", () => {
  it("before anything names the key: the device is initialised and its key made again", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    ceremony.devices.forgotten.add(adasDevice);
    ceremony.devices.forgotten.delete(adasDevice);
    await ceremony.session([
      {
        step: "sign/root/root-ada",
        prompt: "sign-document",
        does: "retry",
        before: () => ceremony.devices.forgotten.add(adasDevice),
      },
      {
        step: "sign/root/root-ada",
        prompt: "failure",
        does: "reinitialise",
        before: ({ data }) => assert.equal((data as { code: string }).code, "pin/two-failures"),
      },
    ]);
    assert.deepEqual((await ceremony.finished()).slice(1), [
      "sign/root/root-ada pin/two-failures: reinitialise",
    ]);
    assert.deepEqual(
      ceremony.devices.log.filter((line) => line.includes("root-ada")),
      [
        `generate root-ada ${adasDevice}`,
        `provision root-ada ${adasDevice}`,
        `generate root-ada ${adasDevice}`,
        `sign root-ada ${adasDevice}`,
      ],
    );
  });

  it("once a signed document names the key, making it again is not offered; a spare neither", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const barbaras = serialsOf("barbara")[0];
    await ceremony.session([
      {
        step: "sign/root/root-barbara",
        prompt: "sign-document",
        does: "retry",
        before: ({ dispositions }) => {
          assert.deepEqual([...dispositions].sort(), [
            "abort",
            "amend",
            "pause",
            "postpone",
            "retry",
            "without-signer",
          ]);
          ceremony.devices.forgotten.add(barbaras);
        },
      },
      {
        step: "sign/root/root-barbara",
        prompt: "failure",
        does: "without-signer",
        before: ({ dispositions }) => {
          assert.ok(!dispositions.includes("reinitialise") && !dispositions.includes("spare"));
        },
      },
    ]);
    assert.deepEqual((await ceremony.finished()).slice(1), [
      "sign/root/root-barbara pin/two-failures: without-signer",
    ]);
  });

  it("a spare found in the act of signing first is a new key under a new keyid", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const keyids: unknown[] = [];
    await ceremony.session([
      {
        step: "sign/root/root-ada",
        prompt: "insert-token",
        does: "spare",
        before: (_request, { state }) => keyids.push(state.keys.get("root-ada")?.keyid),
      },
    ]);
    await ceremony.finished();
    const made = ceremony.last?.state.keys.get("root-ada");
    assert.equal(made?.serial, adasSpare);
    assert.notEqual(made?.keyid, keyids[0]);
  });
});

describe("people who come and go", () => {
  it("a holder leaves early: the others are postponed, and this one signs first", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const later = (holder: string) =>
      ({
        step: `sign/root/root-${holder}`,
        prompt: "sign-document",
        does: "postpone",
        happened: "radia has a train",
      }) as const;
    const choose = (chooses: string) =>
      ({ step: "choose", prompt: "choose-step", does: { chooses } }) as const;
    await ceremony.session([
      later("ada"),
      choose("b"),
      later("barbara"),
      choose("c"),
      later("grace"),
      choose("d"),
      later("frances"),
      choose("e"),
      choose("c"), // then grace, out of the four that were postponed
    ]);
    assert.deepEqual(await ceremony.finished(), [
      "sign/root/root-ada exception: postpone",
      "sign/root/root-barbara exception: postpone",
      "sign/root/root-grace exception: postpone",
      "sign/root/root-frances exception: postpone",
    ]);
    assert.deepEqual(
      ceremony.devices.log.filter((line) => line.startsWith("sign root")).map((line) => line.split(" ")[1]),
      ["root-radia", "root-grace", "root-ada", "root-barbara", "root-frances"],
    );
  });

  it("everything is postponed that can be: the rest waits for it, and all of it is done in the end", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([
      { step: "beacon", prompt: "beacon", does: "postpone" },
      { step: "generate/root-ada", prompt: "insert-token", does: "postpone" },
      { step: "confirm/online", prompt: "confirm-key", does: "postpone" },
      { step: "one-time", prompt: "one-time-begin", does: "postpone" },
    ]);
    assert.equal((await ceremony.finished()).length, 4);
    const signing = ceremony.prompts.findIndex((prompt) => prompt.startsWith("one-time sign-document"));
    const confirmed = ceremony.prompts.lastIndexOf("confirm/online confirm-key");
    assert.ok(confirmed !== -1 && confirmed < signing, "nothing is signed before every key is confirmed");
    for (const step of ["beacon", "confirm/online"]) assert.ok(ceremony.last?.state.done.has(step), step);
  });

  it("paused by exception in the middle of a step, and gone on with after comparing the head", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const first = await ceremony.session([
      { step: "sign/root/root-ada", prompt: "insert-token", does: "pause", happened: "fire alarm" },
    ]);
    assert.equal(first.reason, "paused");
    assert.deepEqual(listExceptions(await ceremony.audit()), ["sign/root/root-ada exception: pause"]);
    await ceremony.session();
    assert.deepEqual(await ceremony.finished(), ["sign/root/root-ada exception: pause"]);
    assert.ok(ceremony.prompts.includes("head/2 script-words"));
  });

  it("a session that is left at the head does not replace the head that is on the paper", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const first = await ceremony.session([{ step: "beacon", prompt: "beacon", does: "leaves" }]);
    await ceremony.session([{ step: "head/2", prompt: "script-words", does: "leaves" }]);
    const asked: unknown[] = [];
    ceremony.sees = ({ accept }, { step }) => {
      if (step.ref.startsWith("head/") && accept.form === "words") asked.push(accept.sha256);
    };
    await ceremony.session();
    assert.deepEqual(asked, [first.head]);
    await ceremony.finished();
  });

  it("a head that nobody wrote down: the ceremony goes on without, as an exception", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const first = await ceremony.session([{ step: "beacon", prompt: "beacon", does: "leaves" }]);
    await ceremony.session([
      { step: "head/2", prompt: "script-words", does: "postpone", happened: "no light" },
    ]);
    assert.deepEqual(await ceremony.finished(), ["head/2 exception: postpone"]);
    const transcript = readFileSync(join(ceremony.folder, "transcript.jsonl"), "utf8");
    assert.ok(transcript.includes(`{"fact":"head-not-compared","sha256":"${first.head}"},{"fact":"done"}`));
    assert.ok(!transcript.includes("head-compared"));
  });

  it("aborted: it says so, and nobody goes on with it", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const end = await ceremony.session([
      { step: "script", prompt: "script-words", does: "abort", happened: "another digest is on paper" },
    ]);
    assert.equal(end.reason, "aborted");
    const verdict = await ceremony.audit();
    assert.equal(verdict.end, "aborted");
    assert.deepEqual(listExceptions(verdict), ["script exception: abort"]);
    await assert.rejects(ceremony.session(), { code: "folder/finished", exit: "refused" });
  });
});

describe("a clock that is wrong", () => {
  const setBack = (ceremony: ExceptionalCeremony, seconds: number) => () => {
    ceremony.now -= seconds;
  };

  it("the witness's says another time: set, and looked at again", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([
      { step: "clock", prompt: "clock", does: { chooses: "wrong" } },
      { step: "clock", prompt: "failure", does: "retry", before: setBack(ceremony, -600) },
    ]);
    assert.deepEqual(await ceremony.finished(), ["clock clock/wrong: retry"]);
    assert.equal(ceremony.prompts.filter((prompt) => prompt === "clock clock").length, 2);
  });

  it("outside the script's window: the script is amended, nothing else goes on", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    ceremony.now += 86_400;
    const end = await ceremony.session([
      {
        step: "clock",
        prompt: "failure",
        does: "amend",
        before: ({ dispositions }) => assert.deepEqual(dispositions, ["retry", "pause", "abort", "amend"]),
      },
    ]);
    assert.equal(end.reason, "amendment-needed");
    const later = edit(
      THREE_OF_FIVE,
      "from: 2026-12-04T15:00:00Z, to: 2026-12-04T23:00:00Z",
      "from: 2026-12-05T15:00:00Z, to: 2026-12-05T23:00:00Z",
    );
    await ceremony.amended(scriptOf(later));
    assert.deepEqual(await ceremony.finished(), ["clock clock/outside-window: amend"]);
  });

  it("jumps back between two lines: it is explained before the next step", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([
      { step: "beacon", prompt: "beacon", does: "retry", before: setBack(ceremony, 10) },
      { step: "clock/again", prompt: "clock", does: { chooses: "wrong" } },
      { step: "clock/again", prompt: "failure", does: "retry" },
    ]);
    assert.deepEqual(await ceremony.finished(), [
      "beacon exception: retry",
      "clock/again clock/wrong: retry",
    ]);
    assert.ok(
      ceremony.prompts.indexOf("clock/again clock") <
        ceremony.prompts.indexOf("generate/root-ada insert-token"),
    );
  });

  it("jumps back between two sessions: it is explained after the head and the step that was open", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([{ step: "beacon", prompt: "beacon", does: "leaves" }]);
    ceremony.now -= 30;
    const before = ceremony.prompts.length;
    await ceremony.session();
    await ceremony.finished();
    assert.deepEqual(ceremony.prompts.slice(before, before + 3), [
      "head/2 script-words",
      "beacon beacon",
      "clock/again clock",
    ]);
  });

  it("so far back that it is outside the window: it can't be explained away", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    const end = await ceremony.session([
      { step: "beacon", prompt: "beacon", does: "retry", before: setBack(ceremony, 86_400) },
      { step: "clock/again", prompt: "failure", does: "retry", before: setBack(ceremony, -86_500) },
    ]);
    assert.equal(end.reason, "finished");
    assert.deepEqual(await ceremony.finished(), [
      "beacon exception: retry",
      "clock/again clock/outside-window: retry",
    ]);
  });
});

describe("one-time keys", () => {
  it("a process dies when it is to sign: all of them are made again", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    ceremony.devices.dying.add("targets-1");
    await ceremony.session([{ step: "one-time", prompt: "failure", does: "retry" }]);
    assert.deepEqual(await ceremony.finished(), ["one-time one-time/lost: retry"]);
    assert.deepEqual(
      ceremony.devices.log.filter((line) => /targets-1|bins-1/.test(line)),
      [
        "generate bins-1 one-time",
        "generate targets-1 one-time",
        "sign bins-1 one-time",
        "end bins-1",
        "end targets-1",
        "generate bins-1 one-time",
        "generate targets-1 one-time",
        "sign bins-1 one-time",
        "sign targets-1 one-time",
        "end bins-1",
        "end targets-1",
      ],
    );
  });

  it("paused in between: they are gone with the session, made again, and the pause is listed", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    await ceremony.session([{ step: "one-time", prompt: "sign-document", does: "pause" }]);
    assert.deepEqual(listExceptions(await ceremony.audit()), ["one-time exception: pause"]);
    await ceremony.session();
    assert.deepEqual(await ceremony.finished(), ["one-time exception: pause"]);
    assert.equal(ceremony.devices.log.filter((line) => line === "generate bins-1 one-time").length, 2);
  });

  it("that hands over another's key is refused", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
    ceremony.devices.copying.set("targets-1", "bins-1");
    await ceremony.session([
      { step: "one-time", prompt: "failure", does: "retry", before: () => ceremony.devices.copying.clear() },
    ]);
    assert.deepEqual(await ceremony.finished(), ["one-time key/twice: retry"]);
  });
});

describe("people who are not there", () => {
  const present = (ceremony: ExceptionalCeremony, ...there: readonly string[]) => {
    ceremony.otherwise = ({ prompt, who }) =>
      prompt === "attendance" && !there.includes(who[0] ?? "")
        ? { ok: true, value: { form: "choice", chosen: "absent" } }
        : null;
  };

  for (const there of [[], ["ada", "grace"], ["admin"]]) {
    it(`only ${there.join(" and ") || "nobody"}: it does not begin until the administrator and another one are`, async () => {
      const ceremony = new ExceptionalCeremony(scriptOf(THREE_OF_FIVE));
      present(ceremony, ...there);
      await ceremony.session([
        {
          step: "attendance",
          prompt: "failure",
          does: "retry",
          happened: "the train was late",
          before: ({ data }) => {
            assert.equal(JSON.stringify(data).includes(there.join(", ") || "nobody"), true);
            present(ceremony, "admin", "ada");
          },
        },
      ]);
      assert.deepEqual(await ceremony.finished(), ["attendance people/too-few: retry"]);
      assert.deepEqual((await ceremony.audit()).attendance?.present, ["admin", "ada"]);
    });
  }
});

function renumber({ devices }: ExceptionalCeremony, change: (serial: string) => string): void {
  const provision = devices.provision.bind(devices);
  devices.provision = async (request) => {
    const token = await provision(request);
    return { ...token, serial: change(token.serial) };
  };
}

describe("a token that has another number after it was initialised", () => {
  const named = edit(THREE_OF_FIVE, '"0010", spares: ["0011"]', '"0010", spares: ["0011"], provision: true');

  for (const [what, serial] of [
    ["one that nobody named", "EVIL"],
    ["that of another holder's", gracesDevice],
  ] as const) {
    it(`${what}: it is not taken where the script names the number`, async () => {
      const ceremony = new ExceptionalCeremony(scriptOf(named));
      let isChanged = true;
      renumber(ceremony, (found) => (isChanged ? serial : found));
      await ceremony.session([
        {
          step: "generate/root-ada",
          prompt: "failure",
          does: "retry",
          before: () => {
            isChanged = false;
          },
        },
      ]);
      assert.deepEqual(await ceremony.finished(), ["generate/root-ada token/changed-serial: retry"]);
      assert.equal(ceremony.last?.state.keys.get("root-ada")?.serial, adasDevice);
    });
  }

  it("that of another holder's: not taken either where the script leaves the numbers open", async () => {
    const open = edit(named, '"0010", spares: ["0011"], provision', "at-ceremony, provision");
    const ceremony = new ExceptionalCeremony(scriptOf(open));
    renumber(ceremony, () => gracesDevice);
    await ceremony.session([{ step: "generate/root-ada", prompt: "failure", does: "abort" }]);
    assert.deepEqual(listExceptions(await ceremony.audit()), [
      "generate/root-ada token/changed-serial: abort",
    ]);
  });
});
