import assert from "node:assert/strict";
import { test } from "node:test";
import { checkText, edit, exampleText, planOf } from "../support/scripts.ts";

const minimal = exampleText("minimal");
const OWN = `agenda:
  - preflight
  - attendance
  - instruct: Hold the sealed bags up to the camera.
    record: [bag number]
  - script
  - clock
  - beacon
  - confirm: [online]
  - generate: [root-grace]
  - generate: [root-ada, root-admin]
  - lint
  - one-time
  - instruct: A minute's silence.
  - sign: { root: [root-admin, root-ada, root-grace] }
  - verify
  - outputs
`;
const withAgenda = (agenda: string) => `${minimal}${agenda}`;
const refsOf = (text: string) => planOf(text).steps.map(({ ref }) => ref);

test("the default agenda", () => {
  assert.deepEqual(refsOf(minimal), [
    "preflight",
    "attendance",
    "script",
    "clock",
    "beacon",
    "generate/root-ada",
    "generate/root-grace",
    "generate/root-admin",
    "confirm/online",
    "lint",
    "one-time",
    "sign/root/root-ada",
    "sign/root/root-grace",
    "sign/root/root-admin",
    "verify",
    "outputs",
  ]);
});

test("a machine that follows along is handed its export before any key is made", () => {
  const refs = refsOf(`${minimal}follow: true\n`);
  assert.equal(refs.indexOf("follow"), refs.indexOf("beacon") + 1);
});

test("the script's own agenda is taken in its order", () => {
  const plan = planOf(withAgenda(OWN));
  assert.deepEqual(
    plan.steps.map(({ number, ref }) => `${number} ${ref}`),
    [
      "1 preflight",
      "2 attendance",
      "3 instruct/1",
      "4 script",
      "5 clock",
      "6 beacon",
      "7 confirm/online",
      "8 generate/root-grace",
      "9 generate/root-ada",
      "10 generate/root-admin",
      "11 lint",
      "12 one-time",
      "13 instruct/2",
      "14 sign/root/root-admin",
      "15 sign/root/root-ada",
      "16 sign/root/root-grace",
      "17 verify",
      "18 outputs",
    ],
  );
  assert.deepEqual(plan.steps[2]?.instruct, {
    text: "Hold the sealed bags up to the camera.",
    record: ["bag number"],
  });
});

test("whose turn it is: the holder's, else the administrator's", () => {
  const people = new Map(planOf(minimal).steps.map(({ ref, person }) => [ref, person]));
  assert.equal(people.get("generate/root-grace"), "grace");
  assert.equal(people.get("sign/root/root-ada"), "ada");
  assert.equal(people.get("confirm/online"), "admin");
  assert.equal(people.get("one-time"), "admin");
});

test("signing targets with a key that lasts comes after the one-time keys and before root", () => {
  const text = edit(minimal, "targets-1: { scheme", "targets-1: { holder: ada, scheme").replace(
    "targets-1: { holder: ada, scheme: ed25519, store: one-time",
    "targets-1: { holder: ada, scheme: ed25519, store: file",
  );
  const refs = refsOf(text);
  assert.equal(refs.indexOf("sign/targets/targets-1"), refs.indexOf("one-time") + 1);
});

const cases: readonly (readonly [rule: string, before: string, after: string, at: string])[] = [
  ["agenda/complete", "  - lint\n", "", "agenda:"],
  ["agenda/complete", "[root-ada, root-admin]", "[root-ada]", "agenda:"],
  ["agenda/complete", "[root-admin, root-ada, root-grace]", "[root-ada, root-grace]", "agenda:"],
  ["agenda/twice", "[root-ada, root-admin]", "[root-ada, root-admin, root-grace]", "root-admin, root-grace]"],
  ["agenda/twice", "  - lint\n", "  - lint\n  - one-time\n", "  - one-time\n  - instruct"],
  ["agenda/step", "confirm: [online]", "confirm: [online, root-ada]", "confirm:"],
  ["agenda/step", "generate: [root-grace]", "generate: [root-grace, targets-1]", "root-grace, targets-1]"],
  ["agenda/step", "  - verify\n", "  - follow\n  - verify\n", "  - follow"],
  ["agenda/step", "sign: { root: [", "sign: { targets: [", "sign:"],
  ["agenda/step", "root-grace] }\n", "root-grace, no-such-key] }\n", "sign:"],
  ["agenda/order", "  - lint\n  - one-time\n", "  - one-time\n  - lint\n", "  - lint"],
  ["agenda/order", "  - preflight\n  - attendance\n", "  - attendance\n  - preflight\n", "  - preflight"],
  ["agenda/order", "  - verify\n  - outputs\n", "  - outputs\n  - verify\n", "  - verify"],
  [
    "agenda/order",
    "  - one-time\n  - instruct: A minute's silence.\n  - sign: { root: [root-admin, root-ada, root-grace] }\n",
    "  - sign: { root: [root-admin, root-ada, root-grace] }\n  - one-time\n",
    "  - one-time",
  ],
];
for (const [rule, before, after, at] of cases) {
  test(`${rule}: ${JSON.stringify(after.slice(0, 60))}`, () => {
    const text = withAgenda(edit(OWN, before, after));
    const { plan, findings } = checkText(text);
    assert.equal(plan, null);
    const found = findings.find((finding) => finding.rule === rule);
    assert.ok(found, JSON.stringify(findings, null, 1));
    const [start, ...rest] = text.split(at);
    assert.ok(rest.length > 0);
    assert.equal(found.line, (start ?? "").split("\n").length);
  });
}
