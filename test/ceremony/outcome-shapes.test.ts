/** What an outcome in a transcript may be: every kind's own shape, and answers that the prompt allows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Accept, AskRequest, Effects, Kind } from "../../src/ceremony/effects.ts";
import { outcomeProblem } from "../../src/ceremony/outcome-shapes.ts";
import { isSha256Hex, type Sha256Hex } from "../../src/tuf/types.ts";
import { time } from "../live/ceremony-harness.ts";

const DIGEST = digest("0123456789abcdef".repeat(4));
const PEOPLE: ReadonlySet<string> = new Set(["admin", "ada", "witness-1"]);

function digest(text: string): Sha256Hex {
  assert.ok(isSha256Hex(text));
  return text;
}

const publicKey = { keytype: "ed25519", scheme: "ed25519", public: "a".repeat(64) } as const;
const token = {
  serial: "0001",
  label: "",
  manufacturer: "SoftHSM project",
  model: "SoftHSM v2",
  firmware: "2.6",
  initialised: false,
  pin: "unknown",
} as const;
const initialised = { ...token, label: "root-ada", initialised: true } as const;
const client = { client: "tuf-js", version: "5.0.2", accepted: true, isPartial: false, known: [] };
const exception = { happened: "it was so", disposition: "retry", confirmedBy: ["admin", "ada"] } as const;

function asking(accept: Accept): AskRequest {
  return { prompt: "beacon", who: ["admin"], data: null, accept, dispositions: ["retry", "pause", "abort"] };
}
const choice = asking({ form: "choice", options: ["right", "wrong"] });
const words = asking({ form: "words", from: "paper", sha256: DIGEST, positions: [0, 1] });
const text = asking({ form: "text", fields: ["beacon", "by"] });
const failure = asking({ form: "exception" });

/** A request of each kind, and a value that may answer it. */
const GOOD: { readonly [K in Kind]: readonly [request: Effects[K]["request"], value: unknown] } = {
  ask: [choice, { form: "choice", chosen: "right" }],
  preflight: [{}, { results: [{ id: "swap", verdict: "pass", found: "none" }] }],
  clock: [{}, { time: time("2026-12-04T15:00:00Z") }],
  "find-token": [
    { key: "root-ada", device: "softhsm", serial: null, blank: true, notThese: ["0002"] },
    token,
  ],
  provision: [{ key: "root-ada", device: "softhsm", serial: "0001", label: "x root-ada" }, initialised],
  generate: [
    {
      key: "root-ada",
      store: "file",
      scheme: "ed25519",
      label: "x root-ada",
      device: null,
      serial: null,
      documents: [],
    },
    {
      publicKey,
      proof: "00ff",
      attributes: { CKA_SENSITIVE: true, bits: 256, label: "x", nothing: null },
      swept: 0,
    },
  ],
  "read-certificates": [{ key: "root-ada", device: "yubikey", serial: "0001" }, { certificates: ["MAA="] }],
  sign: [
    {
      key: "root-ada",
      store: "file",
      label: null,
      device: null,
      serial: null,
      role: "root",
      publicKey,
      sizeBytes: 3,
      sha256: DIGEST,
    },
    { sig: "00ff" },
  ],
  "end-key": [{ key: "bins-1" }, { ended: true }],
  write: [{ path: "metadata/1.root.json", sizeBytes: 3, sha256: DIGEST }, { written: true }],
  receive: [{ role: "root", key: "root-linus", sha256: DIGEST }, { text: "{}" }],
  lint: [
    { scriptSha256: DIGEST, roles: ["root"] },
    {
      documents: [{ role: "root", payloadBytes: 1, fileBytes: 2 }],
      findings: [{ role: "root", rule: "a/b", severity: "warning" }],
      clients: [client],
    },
  ],
  "try-clients": [{ documents: [{ path: "metadata/1.root.json", sha256: DIGEST }] }, { clients: [client] }],
};
const KINDS = Object.keys(GOOD).filter((kind): kind is Kind => Object.hasOwn(GOOD, kind));
const failed = { ok: false, code: "medium/full", expected: "room", found: "none" };

function problem(
  kind: Kind,
  outcome: unknown,
  request: Effects[Kind]["request"] = GOOD[kind][0],
): string | null {
  return outcomeProblem(kind, request, outcome, PEOPLE);
}

for (const kind of KINDS) {
  const [, value] = GOOD[kind];

  test(`${kind}: a value of its shape is an outcome, with a member more or less it is none`, () => {
    assert.equal(problem(kind, { ok: true, value }), null);
    for (const changed of [...withoutOne(value), ...withOneMore(value)])
      assert.notEqual(problem(kind, { ok: true, value: changed }), null, JSON.stringify(changed));
    assert.notEqual(problem(kind, { ok: true, value, more: 1 }), null);
    assert.notEqual(problem(kind, { ok: true }), null);
    assert.notEqual(problem(kind, { ok: 1, value }), null);
    assert.notEqual(problem(kind, { value }), null);
  });

  test(`${kind}: the value of another kind is none`, () => {
    for (const other of KINDS) {
      const isSame = JSON.stringify(GOOD[other][1]) === JSON.stringify(value);
      assert.equal(problem(kind, { ok: true, value: GOOD[other][1] }) === null, isSame, other);
    }
  });

  test(`${kind}: a failure${kind === "ask" ? " is never without an exception" : " has a code, and nobody's exception"}`, () => {
    const isAsk = kind === "ask";
    assert.equal(problem(kind, failed) === null, !isAsk);
    assert.equal(problem(kind, { ...failed, remedy: "Use another." }) === null, !isAsk);
    assert.equal(problem(kind, { ...failed, code: "exception", exception }) === null, isAsk);
    assert.notEqual(problem(kind, { ...failed, exception }), null, "a prompt fails by an exception only");
    for (const name of ["code", "expected", "found"])
      assert.notEqual(problem(kind, { ...failed, ...(isAsk ? { exception } : {}), [name]: undefined }), null);
    assert.notEqual(problem(kind, { ...failed, code: "x".repeat(201) }), null);
    assert.notEqual(problem(kind, { ...failed, found: "x".repeat(2001) }), null);
    assert.notEqual(problem(kind, { ...failed, value }), null);
  });
}

/** Every object in `value`, at any depth, once without each of its members. Maps that may have any members are left out. */
function withoutOne(value: unknown): readonly unknown[] {
  return changedObjects(value, (found) =>
    Object.keys(found).map((name) =>
      Object.fromEntries(Object.entries(found).filter(([other]) => other !== name)),
    ),
  );
}

function withOneMore(value: unknown): readonly unknown[] {
  return changedObjects(value, (found) => [
    { ...found, more: 1 },
    { ...found, constructor: 1 },
  ]);
}

function changedObjects(value: unknown, change: (found: object) => readonly unknown[]): readonly unknown[] {
  if (Array.isArray(value))
    return value.flatMap((element, index) =>
      changedObjects(element, change).map((changed) => value.with(index, changed)),
    );
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value)
    .filter(([name]) => name !== "attributes")
    .flatMap(([name, member]) =>
      changedObjects(member, change).map((changed) => ({ ...value, [name]: changed })),
    );
  return [...change(value), ...inside];
}

const WRONG_VALUES: readonly (readonly [what: string, kind: Kind, value: unknown])[] = [
  ["a time that is none", "clock", { time: "now" }],
  ["a time with a fraction", "clock", { time: "2026-12-04T15:00:00.5Z" }],
  ["a verdict that is none", "preflight", { results: [{ id: "swap", verdict: "fine", found: "" }] }],
  ["201 results", "preflight", { results: Array(201).fill({ id: "a", verdict: "pass", found: "" }) }],
  ["a long result", "preflight", { results: [{ id: "a", verdict: "pass", found: "x".repeat(1001) }] }],
  ["a PIN state that is none", "provision", { ...token, pin: "1234" }],
  ["a serial of 201 characters", "provision", { ...token, serial: "x".repeat(201) }],
  ["a signature in capitals", "sign", { sig: "00FF" }],
  ["a signature of half a byte", "sign", { sig: "00f" }],
  ["an empty signature", "sign", { sig: "" }],
  ["a signature with a line feed", "sign", { sig: "00ff\n" }],
  ["8193 bytes of signature", "sign", { sig: "00".repeat(8193) }],
  ["a key that did not end", "end-key", { ended: false }],
  ["a file that was not written", "write", { written: false }],
  ["a text of 65,537 characters", "receive", { text: "x".repeat(65_537) }],
  [
    "a role that is a number",
    "lint",
    { documents: [{ role: 1, payloadBytes: 1, fileBytes: 2 }], findings: [], clients: [] },
  ],
  [
    "a negative size",
    "lint",
    { documents: [{ role: "a", payloadBytes: -1, fileBytes: 2 }], findings: [], clients: [] },
  ],
  [
    "a severity that is none",
    "lint",
    { documents: [], findings: [{ role: "a", rule: "b", severity: "info" }], clients: [] },
  ],
  ["51 clients", "try-clients", { clients: Array(51).fill(client) }],
  ["a client that perhaps accepts", "try-clients", { clients: [{ ...client, accepted: "partly" }] }],
  ["an unknown keytype", "generate", generated({ publicKey: { ...publicKey, keytype: "dsa" } })],
  ["an unknown scheme", "generate", generated({ publicKey: { ...publicKey, scheme: "rsa" } })],
  ["an empty public key", "generate", generated({ publicKey: { ...publicKey, public: "" } })],
  ["an attribute that is a list", "generate", generated({ attributes: { a: [] } })],
  ["an attribute that is a fraction", "generate", generated({ attributes: { a: 0.5 } })],
  ["an attribute with a long name", "generate", generated({ attributes: { ["a".repeat(101)]: 1 } })],
  ["a fraction of keys swept", "generate", generated({ swept: 0.5 })],
  ["more keys swept than can be counted", "generate", generated({ swept: 2 ** 53 })],
];
for (const [what, kind, value] of WRONG_VALUES) {
  test(`${kind}: ${what} is refused`, () => assert.notEqual(problem(kind, { ok: true, value }), null));
}

function generated(members: Readonly<Record<string, unknown>>): unknown {
  const [, value] = GOOD.generate;
  return { ...Object(value), ...members };
}

const ANSWERS: readonly (readonly [what: string, request: AskRequest, value: unknown, isOne: boolean])[] = [
  ["one of the options", choice, { form: "choice", chosen: "wrong" }, true],
  ["no option", choice, { form: "choice", chosen: "perhaps" }, false],
  ["an option that every object has", choice, { form: "choice", chosen: "constructor" }, false],
  ["words where a choice was asked for", choice, { form: "words", mismatches: 0 }, false],
  ["words", words, { form: "words", mismatches: 3 }, true],
  ["words mistyped a negative number of times", words, { form: "words", mismatches: -1 }, false],
  ["the words themselves", words, { form: "words", mismatches: 0, typed: "aardvark" }, false],
  ["a choice where words were asked for", words, { form: "choice", chosen: "right" }, false],
  ["the fields, in any order", text, { form: "text", fields: { by: "a", beacon: "b" } }, true],
  ["a field less", text, { form: "text", fields: { by: "a" } }, false],
  ["a field more", text, { form: "text", fields: { by: "a", beacon: "b", pin: "1234" } }, false],
  ["another field", text, { form: "text", fields: { by: "a", bacon: "b" } }, false],
  ["an empty field", text, { form: "text", fields: { by: "", beacon: "b" } }, false],
  ["a field of 201 characters", text, { form: "text", fields: { by: "a".repeat(201), beacon: "b" } }, false],
  ["an exception where a choice was asked for", choice, { form: "exception", exception }, false],
  ["an exception where one was asked for", failure, { form: "exception", exception }, true],
  ["a choice where an exception was asked for", failure, { form: "choice", chosen: "retry" }, false],
];
for (const [what, request, value, isOne] of ANSWERS) {
  test(`ask: ${what} is ${isOne ? "an" : "no"} answer`, () => {
    assert.equal(problem("ask", { ok: true, value }, request) === null, isOne);
  });
}

const EXCEPTIONS: readonly (readonly [what: string, exception: unknown, isOne: boolean])[] = [
  ["two people and a disposition that was offered", exception, true],
  ["a disposition that was not offered", { ...exception, disposition: "amend" }, false],
  ["a disposition that there is not", { ...exception, disposition: "force" }, false],
  ["the same person twice", { ...exception, confirmedBy: ["ada", "ada"] }, false],
  ["somebody who is not in the script", { ...exception, confirmedBy: ["ada", "mallory"] }, false],
  ["somebody whom every object has", { ...exception, confirmedBy: ["ada", "constructor"] }, false],
  ["one person", { ...exception, confirmedBy: ["ada"] }, false],
  ["three people", { ...exception, confirmedBy: ["ada", "admin", "witness-1"] }, false],
  ["nothing that happened", { ...exception, happened: "" }, false],
  ["a story of 201 characters", { ...exception, happened: "x".repeat(201) }, false],
  ["something that happened twice", { ...exception, happened: ["a", "b"] }, false],
  ["one more member", { ...exception, waived: true }, false],
];
for (const [what, found, isOne] of EXCEPTIONS) {
  test(`an exception with ${what} is ${isOne ? "one" : "none"}, opened at a prompt or asked for`, () => {
    const atPrompt = { ...failed, code: "exception", exception: found };
    const askedFor = { ok: true, value: { form: "exception", exception: found } };
    for (const request of [choice, words, text, failure])
      assert.equal(problem("ask", atPrompt, request) === null, isOne);
    assert.equal(problem("ask", askedFor, failure) === null, isOne);
  });
}

const looking = {
  key: "root-ada",
  device: "softhsm",
  serial: null,
  blank: false,
  notThese: ["0002"],
} as const;
const TOKENS: readonly (readonly [
  what: string,
  request: Effects["find-token"]["request"],
  found: unknown,
  isOne: boolean,
])[] = [
  ["a used one, where a used one was looked for", looking, { ...token, initialised: true }, true],
  ["a blank one, where a used one was looked for", looking, token, false],
  [
    "a used one, where a blank one was looked for",
    { ...looking, blank: true },
    { ...token, initialised: true },
    false,
  ],
  ["one that is another key's", looking, { ...token, serial: "0002", initialised: true }, false],
  ["the serial", { ...looking, serial: "0001" }, token, true],
  ["another serial", { ...looking, serial: "0003" }, token, false],
  ["the serial, which is another key's", { ...looking, serial: "0002" }, { ...token, serial: "0002" }, false],
];
for (const [what, request, found, isOne] of TOKENS) {
  test(`find-token: ${what} is ${isOne ? "possible" : "not possible"}`, () => {
    assert.equal(problem("find-token", { ok: true, value: found }, request) === null, isOne);
  });
}

test("an action of no kind has no outcome", () => {
  for (const kind of ["forge", "constructor", "__proto__"]) {
    const named = kind as Kind; // a transcript can name anything
    assert.notEqual(outcomeProblem(named, {}, { ok: true, value: 1 }, PEOPLE), null);
  }
});

test("any JSON is refused or is an outcome, and nothing is thrown at it", () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.record({ ok: fc.boolean(), value: fc.jsonValue() }),
    fc.record({ ok: fc.constant(true), value: fc.constantFrom(...KINDS.map((kind) => GOOD[kind][1])) }),
    fc.record({
      ...fields("code", "expected", "found", "remedy"),
      ok: fc.boolean(),
      exception: fc.jsonValue(),
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), anything, (kind, outcome) => {
      const found = problem(kind, outcome);
      if (found !== null) return;
      const { ok, value, code } = Object(outcome);
      if (ok === true)
        assert.deepEqual(Object.keys(Object(value)).sort(), Object.keys(Object(GOOD[kind][1])).sort());
      else assert.equal(typeof code, "string");
    }),
    { numRuns: 1000 },
  );
});

function fields(...names: readonly string[]): Readonly<Record<string, fc.Arbitrary<string>>> {
  return Object.fromEntries(names.map((name) => [name, fc.string()]));
}
