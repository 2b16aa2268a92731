/** Random repositories and random changes of their root keys: what the planner promises must hold, and be true. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { CLIENT_LIMITS, verifyChain } from "../../src/tuf/chain.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { isUtcSecond } from "../../src/tuf/types.ts";
import { exampleKey } from "../support/example-keys.ts";
import { holdCeremony } from "../support/hold-ceremony.ts";
import { checkText, exampleFile } from "../support/scripts.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const keyid = (name: string) => keyIdOf(keyObject(exampleKey(name).publicKey));

/** Root holders by number, and how the rest of the repository is. */
interface Wish {
  readonly root: readonly number[];
  readonly threshold: number;
  /** Keys of the previous root that are named to sign once more. */
  readonly leaving: readonly number[];
  readonly delegates: number;
  readonly oneTime: boolean;
  readonly bins: number | null;
}

interface Before {
  readonly wish: Wish;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const wishes: fc.Arbitrary<Wish> = fc
  .record({
    root: fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: 3, maxLength: 5 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    leaving: fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { maxLength: 2 }),
    delegates: fc.integer({ min: 0, max: 3 }),
    oneTime: fc.boolean(),
    bins: fc.constantFrom(null, 2, 16, 64),
  })
  .map(({ share, ...wish }) => ({ ...wish, threshold: 2 + Math.floor(share * (wish.root.length - 2.001)) }));

function write({ root, threshold, leaving, delegates, oneTime, bins }: Wish, before: Before | null): string {
  const year = before === null ? 2027 : 2028;
  const known = new Set(before?.wish.root ?? []);
  const named = [...root, ...leaving.filter((number) => known.has(number) && !root.includes(number))];
  const roles = Array.from({ length: delegates }, (_, index) => `part-${index}`);
  const generation = before === null ? 1 : 2;
  const top = ["targets", ...roles];
  const keyOf = (role: string) => `${role}-key-${oneTime ? generation : "lasting"}`;
  const isKept = !oneTime && before?.wish.oneTime === false;
  const previous = [...(before?.files ?? [])].flatMap(([name, bytes]) => {
    const role = name.split(".")[1] ?? "";
    const isWanted = role === "root" || top.includes(role);
    return isWanted ? [`  ${role}: { file: previous/${name}, sha256: ${sha256(bytes)} }\n`] : [];
  });
  const existed = (role: string) => before?.files.has(`1.${role}.json`) === true;
  return [
    `ceremony: random-${generation}\ntitle: Random\nprofile: tuf\n`,
    before === null ? "previous: none\n" : `previous:\n${previous.join("")}`,
    `window: { from: ${year - 1}-12-01T00:00:00Z, to: ${year - 1}-12-02T00:00:00Z }\n`,
    "people:\n  - { id: admin, name: Admin, duty: administrator }\n  - { id: see, name: See, duty: witness }\n",
    ...Array.from({ length: 9 }, (_, index) => `  - { id: p${index}, name: P, duty: holder }\n`),
    "keys:\n",
    ...named.map((number) => {
      const suffix = known.has(number) ? `, keyid: ${keyid(`root-${number}`)}` : "";
      return `  root-${number}: { holder: p${number}, scheme: ed25519, store: file${suffix} }\n`;
    }),
    ...top.map((role) => {
      if (oneTime) return `  ${keyOf(role)}: { scheme: ed25519, store: one-time }\n`;
      const suffix = isKept && existed(role) ? `, keyid: ${keyid(keyOf(role))}` : "";
      return `  ${keyOf(role)}: { holder: p8, scheme: ed25519, store: file${suffix} }\n`;
    }),
    `  online: { public: keys/online.pem, sha256: ${sha256(exampleFile("keys/online.pem"))}, scheme: ecdsa-sha2-nistp256 }\n`,
    "roles:\n",
    `  root: { keys: [${root.map((number) => `root-${number}`).join(", ")}], threshold: ${threshold}, expires: ${year}-12-01T00:00:00Z }\n`,
    ...top.map((role, index) => {
      const delegated = index === 0 && roles.length > 0 ? `, delegates: [${roles.join(", ")}]` : "";
      const hashBins =
        index === 1 && bins !== null
          ? `, hash_bins: { count: ${bins}, name: bin, keys: [online], threshold: 1 }`
          : "";
      return `  ${role}: { keys: [${keyOf(role)}], threshold: 1, expires: ${year}-11-01T00:00:00Z${delegated}${hashBins} }\n`;
    }),
    "  snapshot: { keys: [online], threshold: 1 }\n  timestamp: { keys: [online], threshold: 1 }\n",
  ].join("");
}

function filesFor(before: Before | null): ReadonlyMap<string, Uint8Array> {
  return new Map([...(before?.files ?? [])].map(([name, bytes]) => [`previous/${name}`, bytes]));
}

function checkPromises(plan: Plan, before: Before | null): void {
  for (const { role, version, gates, signers } of plan.documents) {
    const previous = before?.files.has(`1.${role}.json`) === true;
    assert.equal(version, previous ? 2 : 1, role);
    for (const { threshold, keys } of gates) {
      const able = keys.filter(({ name }) => name !== null && signers.includes(name));
      assert.ok(able.length >= threshold, role);
    }
    assert.ok(signers.every((name) => plan.keys.has(name) && plan.keys.get(name)?.key.store !== "public"));
    const gateNames = new Set(gates.flatMap(({ keys }) => keys.map(({ name }) => name)));
    assert.ok(signers.every((name) => gateNames.has(name)));
    const oneTimeOrStep = signers.every(
      (name) =>
        plan.keys.get(name)?.key.store === "one-time" ||
        plan.steps.some(({ kind, key, role: of }) => kind === "sign" && key === name && of === role),
    );
    assert.ok(oneTimeOrStep, role);
  }
  assert.equal(plan.documents.at(-1)?.role, "root");
  assert.equal(new Set(plan.steps.map(({ ref }) => ref)).size, plan.steps.length);
  assert.deepEqual(
    plan.steps.map(({ number }) => number),
    plan.steps.map((_, index) => index + 1),
  );
}

test("a bootstrap that the rules accept can be held, and its root is trusted", () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const text = write(wish, null);
      const { plan, findings } = checkText(text);
      assert.ok(plan, JSON.stringify(findings));
      checkPromises(plan, null);
      assert.deepEqual(checkText(text).plan, plan);
      assert.equal(plan.kind, "bootstrap");
    }),
    { numRuns: 60 },
  );
});

test("a change of root is planned exactly where enough of the previous keys can sign, and then it is trusted", () => {
  let planned = 0;
  let refused = 0;
  fc.assert(
    fc.property(wishes, wishes, (first, second) => {
      const start = checkText(write(first, null)).plan;
      assert.ok(start);
      const before: Before = { wish: first, files: holdCeremony(start) };
      const { plan, findings } = checkText(write(second, before), filesFor(before));
      const able = first.root.filter(
        (number) => second.root.includes(number) || second.leaving.includes(number),
      );
      if (able.length < first.threshold) {
        refused++;
        assert.equal(plan, null);
        assert.ok(
          findings.some(({ rule }) => rule === "plan/gate"),
          JSON.stringify(findings),
        );
        return;
      }
      planned++;
      assert.ok(plan, JSON.stringify(findings));
      checkPromises(plan, before);
      assert.equal(plan.kind, expectedKind(first, second));
      const oldRoot = before.files.get("1.root.json");
      const newRoot = holdCeremony(plan).get("2.root.json");
      assert.ok(oldRoot && newRoot);
      const at = "2027-01-01T00:00:00Z";
      assert.ok(isUtcSecond(at));
      const options = { at, limits: CLIENT_LIMITS, rehearsal: false, secondOpinion: null };
      assert.equal(verifyChain(readDocument(oldRoot), [readDocument(newRoot)], options).isValid, true);
    }),
    { numRuns: 80 },
  );
  assert.ok(planned > 5 && refused > 5, `${planned} planned, ${refused} refused`);
});

function expectedKind(first: Wish, second: Wish): Plan["kind"] {
  const named = new Set([...second.root, ...second.leaving]);
  if (first.root.some((number) => !named.has(number))) return "revocation";
  const isSame = first.root.length === second.root.length && first.root.every((n) => second.root.includes(n));
  return isSame ? "renewal" : "rotation";
}
