/** Lines that somebody made to break an auditor, each in the place of a good one and well-chained: refused, never thrown at. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { canonicalText } from "../../src/transcript/line.ts";
import { loadScript, newFolder, runOnce } from "../live/ceremony-harness.ts";

const folder = newFolder();
const transcript = join(folder, "transcript.jsonl");
let lines: readonly string[] = [];
let session: Readonly<Record<string, unknown>> = {};

before(async () => {
  await runOnce({ folder, loaded: loadScript("minimal.yaml") });
  lines = readFileSync(transcript, "utf8").split(/(?<=\n)/);
  session = JSON.parse(lines[0] ?? "");
});
after(() => rmSync(dirname(folder), { recursive: true }));

const TIME = '"time":"2026-12-04T15:00:00Z"';
const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;

/** `FRAME` stands for `prev` and `seq`. */
const WORST: Readonly<Record<string, string>> = {
  "half of a surrogate pair": `{"id":"\\ud800","outcome":{},FRAME,${TIME},"type":"outcome"}`,
  "lists within lists, in an outcome": `{"id":"preflight","outcome":{"a":${deep}},FRAME,${TIME},"type":"outcome"}`,
  "lists within lists, as facts": `{"facts":${deep},FRAME,"step":"x",${TIME},"type":"end"}`,
  "a number beyond all numbers": `{"id":"preflight","outcome":{"a":1e999},FRAME,${TIME},"type":"outcome"}`,
  "a member __proto__": `{"__proto__":{},"id":"preflight",FRAME,${TIME},"type":"outcome"}`,
  "a member __proto__ further in": `{"id":"preflight","outcome":{"__proto__":{}},FRAME,${TIME},"type":"outcome"}`,
  "a type that every object has": `{FRAME,${TIME},"type":"constructor"}`,
  "a step that every object has": `{FRAME,"revision":0,"step":"constructor",${TIME},"type":"begin"}`,
  "three million characters": `{"a":"${"x".repeat(3_000_000)}"}`,
  "no object": "[]",
  "a byte order mark": `\ufeff{}`,
  nothing: "",
};

const PATHS = ["", "..", "../x", "script.yaml/..", "script.yaml/x", "inputs", "a\u0000b", "x".repeat(300)];

describe("a line made to break an auditor", () => {
  for (const index of [0, 1, 3]) {
    for (const [what, text] of Object.entries(WORST)) {
      it(`is refused in line ${index + 1}: ${what}`, () =>
        refuses(index, () => text.replace("FRAME", frame(index))));
    }
  }
  for (const path of PATHS) {
    const name = JSON.stringify(path).slice(0, 20);
    it(`is refused: a script at ${name}`, () =>
      refuses(0, () => canonicalText({ ...session, script: { ...fileOf(session["script"]), path } })));
    it(`is refused: an input at ${name}`, () =>
      refuses(0, () => {
        const input = { sha256: "0".repeat(64), sizeBytes: 1, path: `inputs/${path}` };
        return canonicalText({ ...session, inputs: [input] });
      }));
  }
  for (const publicKey of [
    { keytype: "ed25519", scheme: "rsassa-pss-sha256", public: "x" },
    { keytype: "rsa", scheme: "rsassa-pss-sha256", public: "x" },
    {
      keytype: "ecdsa",
      scheme: "ed25519",
      public: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    },
    { keytype: "ed25519", scheme: "ed25519", public: "00".repeat(32) },
    { keytype: "ed25519", scheme: "ed25519", public: "\u00e9" },
    { keytype: "constructor", scheme: "ed25519", public: "" },
  ]) {
    it(`is refused: ${publicKey.scheme} key ${JSON.stringify(publicKey.public).slice(0, 12)}`, async () => {
      const index = lines.findIndex(
        (line) => line.includes('"type":"outcome"') && line.includes("publicKey"),
      );
      const line = JSON.parse(lines[index] ?? "");
      line.outcome.value.publicKey = publicKey;
      await refuses(index, () => canonicalText(line), [index + 1, index + 2]);
    });
  }
});

function frame(index: number): string {
  return `"prev":"${sha256Hex(lines.slice(0, index).join(""))}","seq":${index + 1}`;
}

function fileOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

async function refuses(
  index: number,
  text: () => string,
  numbers: readonly number[] = [index + 1],
): Promise<void> {
  writeFileSync(transcript, lines.with(index, `${text()}\n`).join(""));
  const verdict = await auditFolder(folder, null);
  assert.equal(verdict.isConsistent, false);
  const places = verdict.problems.map(({ where }) => where);
  assert.ok(
    numbers.some((number) => places.includes(`transcript.jsonl line ${number}`)),
    places.join(", "),
  );
}
