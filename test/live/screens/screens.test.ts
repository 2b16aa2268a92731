/** Every screen of whole ceremonies, and those that only things gone wrong bring up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AskRequest, PromptId } from "../../../src/ceremony/effects.ts";
import { CeremonyState } from "../../../src/ceremony/state.ts";
import { NO_THIRD_PIN } from "../../../src/keystore/pkcs11/situations.ts";
import type { Situation } from "../../../src/live/people.ts";
import { clockFrom } from "../../../src/live/performer.ts";
import { renderScreen } from "../../../src/live/screens/index.ts";
import { unattendedPeople } from "../../../src/live/unattended-people.ts";
import { displayWidth } from "../../../src/terminal/escape.ts";
import { pagesOf, renderFrame } from "../../../src/terminal/screen.ts";
import { pgpWords } from "../../../src/terminal/words.ts";
import { loadScript, newFolder, planOf, runOnce } from "../ceremony-harness.ts";

const NAME = `山\u202e\u001b[31m${"x".repeat(180)}`;

/** All pages as text; every line fits, and nothing in it can act on a terminal. */
function shown(request: AskRequest, situation: Situation): string {
  const screen = renderScreen(request, situation);
  const pages = pagesOf(screen);
  return pages
    .flatMap((page, index) =>
      renderFrame(screen, page, { exception: true, pages: { page: index + 1, of: pages.length } }),
    )
    .map((line) => {
      assert.ok(displayWidth(line) <= 80, line);
      assert.doesNotMatch(line, /\p{C}/u);
      return line;
    })
    .join("\n");
}

/** What must not be on the screen before it was typed from paper. */
function assertHidden(request: AskRequest, text: string): void {
  const { accept } = request;
  if (accept.form !== "words" || accept.from !== "paper") return;
  assert.ok(!text.includes(accept.sha256.slice(0, 4)), "the digest in hex");
  for (const position of accept.positions) {
    const word = pgpWords(accept.sha256)[position] ?? "";
    assert.doesNotMatch(text, new RegExp(`\\b${word}\\b`), `word ${position + 1}: ${word}`);
  }
}

test("every screen of a first ceremony fits, names what can be typed, and gives nothing away", async () => {
  const seen = new Map<PromptId, string>();
  const loaded = loadScript("pep458-bootstrap.yaml", (text) => text.replace("16384", "16"));
  const people = unattendedPeople((request, situation) => {
    const text = shown(request, situation);
    assertHidden(request, text);
    assert.ok(text.startsWith("PyPI TUF root and targets key ceremony"));
    assert.ok(text.includes("REHEARSAL"));
    if (request.accept.form === "choice") {
      for (const option of request.accept.options) assert.ok(text.includes(`  ${option} `), option);
    }
    if (request.accept.form === "words" && request.accept.from === "screen") {
      for (const word of pgpWords(request.accept.sha256)) assert.ok(text.includes(` ${word}`), word);
    }
    seen.set(request.prompt, text);
    return null;
  });
  const end = await runOnce({ folder: newFolder(), loaded, people, rehearsal: true });
  assert.equal(end.reason, "finished");
  assert.match(seen.get("sign-document") ?? "", /new role root: 2 of 3 keys/);
  assert.match(seen.get("sign-document") ?? "", /root-barbara, of Barbara Liskov/);
  assert.match(seen.get("one-time-begin") ?? "", /bins-a, bins-b/);
});

test("a rotation shows who is added and who leaves", async () => {
  const loaded = loadScript("rotate.yaml");
  const changes: string[] = [];
  const people = unattendedPeople((request, situation) => {
    if (request.prompt === "sign-document") changes.push(shown(request, situation));
    return null;
  });
  const clock = clockFrom(planOf(loaded).script.window.from);
  await runOnce({ folder: newFolder(), loaded, people, rehearsal: true, clock });
  assert.match(changes[0] ?? "", /What it changes since version 1:/);
  assert.match(changes[0] ?? "", /root: key [0-9a-f]{8} \(ed25519\) is added/);
  assert.match(changes[0] ?? "", /root: key [0-9a-f]{8} \(ed25519\) leaves/);
});

/** Requests as the steps make them, with the worst that files and tokens can put into them. */
const RARE: readonly (Pick<AskRequest, "prompt" | "data" | "accept"> & { readonly says: RegExp })[] = [
  {
    prompt: "failure",
    data: { code: "token/serial", expected: `serial ${NAME}`, found: NAME.repeat(20) },
    accept: { form: "exception" },
    says: /Expected {2}serial\n +山\\u\{202e\}/,
  },
  {
    prompt: "try-again",
    data: { code: "pin/wrong", expected: "the PIN", found: "another", remedy: "Before the second try." },
    accept: { form: "choice", options: ["again"] },
    says: /Try it again\..*after two wrong PINs\s+the\s+device\s+is\s+not\s+asked/s,
  },
  {
    prompt: "try-again",
    data: { code: "pin/wrong", expected: "the PIN", found: "another", remedy: NO_THIRD_PIN },
    accept: { form: "choice", options: ["again"] },
    says: /second wrong PIN\. Type exception\.\n(?!.*tries the same).* {2}again {6}asks for no PIN any more/s,
  },
  ...["pin/rejected", "pin/cancelled", "age/cancelled"].map((code): (typeof RARE)[number] => ({
    prompt: "try-again",
    data: { code, expected: "a PIN", found: "none" },
    accept: { form: "choice", options: ["again"] },
    says: /Try it again\.\n(?!.*two wrong PINs)/s,
  })),
  {
    prompt: "insert-token",
    data: { key: "root-ada", device: "yubihsm2", serial: "0013200461" },
    accept: { form: "choice", options: ["inserted"] },
    says: /Insert yubihsm2 0013200461\./,
  },
  {
    prompt: "provision",
    data: {
      key: "root-ada",
      device: "softhsm",
      token: {
        serial: NAME,
        label: NAME,
        manufacturer: NAME,
        model: NAME,
        firmware: NAME,
        initialised: true,
      },
    },
    accept: { form: "choice", options: ["initialise"] },
    says: /it was initialised before/,
  },
  {
    prompt: "preflight-result",
    data: {
      results: Array.from({ length: 30 }, (_, index) => ({
        id: `check-${index}`,
        verdict: ["pass", "unknown", "fail"][index % 3] ?? "",
        found: NAME,
      })),
    },
    accept: { form: "choice", options: ["again", "accept"] },
    says: /10 of 30 checks failed/,
  },
  {
    prompt: "choose-step",
    data: { steps: ["generate/root-ada", "sign/root/root-barbara"] },
    accept: { form: "choice", options: ["a", "b"] },
    says: / {2}a {2}6\. make the key root-ada/,
  },
  {
    prompt: "script-words",
    data: { of: "head", session: 2 },
    accept: {
      form: "words",
      from: "paper",
      sha256: planOf(loadScript("minimal.yaml")).scriptSha256,
      positions: [0],
    },
    says: /When people last went on/,
  },
  {
    prompt: "amendment",
    data: { of: "script" },
    accept: {
      form: "words",
      from: "paper",
      sha256: planOf(loadScript("minimal.yaml")).scriptSha256,
      positions: [0],
    },
    says: /The script was changed/,
  },
  {
    prompt: "follow",
    data: { path: "export/follow-along.json", sizeBytes: 1, sha256: "ab".repeat(32) },
    accept: { form: "choice", options: ["following"] },
    says: /abab abab/,
  },
  {
    prompt: "request-written",
    data: {
      path: "requests/x",
      sizeBytes: 1,
      sha256: "ab".repeat(32),
      role: "root",
      key: "root-ada",
      document: "cd".repeat(32),
    },
    accept: { form: "choice", options: ["noted"] },
    says: /Send this file to\n山/,
  },
  {
    prompt: "await-signature",
    data: { role: "root", key: "root-ada", holder: "ada" },
    accept: { form: "choice", options: ["wait", "look"] },
    says: /Nothing has come from 山/,
  },
  {
    prompt: "instruct",
    data: null,
    accept: { form: "choice", options: ["done"] },
    says: /Please do this now/,
  },
];

for (const { says, ...asked } of RARE) {
  test(`${asked.prompt} fits with names of 200 characters and escape sequences in them`, () => {
    // A script may not have such names; whoever edits a folder by hand does not ask.
    const plan = planOf(loadScript("pep458-bootstrap.yaml", (text) => text.replace("16384", "16")));
    const people = new Map([...plan.script.people].map(([id, person]) => [id, { ...person, name: NAME }]));
    const state = new CeremonyState({ ...plan, script: { ...plan.script, people } }, true);
    const step = state.plan.steps.find((planned) => planned.ref === "generate/root-ada");
    assert.ok(step !== undefined);
    const instruct = { text: NAME.repeat(3), record: [NAME, NAME] };
    const request: AskRequest = { ...asked, who: ["ada"], dispositions: ["retry"] };
    const text = shown(request, { state, step: { ...step, instruct } });
    assertHidden(request, text);
    assert.match(text, says);
  });
}

for (const rehearsal of [true, false]) {
  test(`a secret is announced where it is asked for: ${rehearsal ? "not in a rehearsal" : "on the day"}`, () => {
    const plan = planOf(loadScript("pep458-bootstrap.yaml", (text) => text.replace("16384", "16")));
    const state = new CeremonyState(plan, rehearsal);
    for (const [prompt, ref] of [
      ["provision", "generate/root-ada"],
      ["media", "generate/root-ada"],
      ["media", "sign/root/root-ada"],
    ] as const) {
      const step = plan.steps.find((planned) => planned.ref === ref);
      assert.ok(step !== undefined);
      const data = { key: "root-ada", token: { serial: "1" } };
      const accept = { form: "choice", options: ["ready", "initialise"] } as const;
      const text = shown({ prompt, data, accept, who: ["ada"], dispositions: [] }, { state, step });
      assert.match(text.replaceAll("\n", " "), /you are asked for/);
      assert.equal(text.includes("nothing secret is asked for here"), rehearsal);
    }
  });
}
