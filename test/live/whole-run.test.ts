/**
 * A whole `tuf-ceremony run` with real secrets in a pseudo-terminal, typed by somebody who makes every mistake: left and
 * taken up, killed and taken up, finished. Afterwards every secret is searched for everywhere.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPublicKey } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { planFromBytes } from "../../src/live/folder-plans.ts";
import { hexGroups, pgpWords } from "../../src/terminal/words.ts";
import { isSha256Hex, type Sha256Hex } from "../../src/tuf/types.ts";
import {
  age,
  opensc,
  pkcs11Addon,
  pseudoTerminal,
  requires,
  softhsm,
  softhsmModule,
} from "../support/requires.ts";
import { TerminalSession } from "../support/terminal-session.ts";
import { nextPrompt, type SeenPrompt } from "../support/typist.ts";
import { CeremonyRoom, program } from "./whole-run/ceremony-room.ts";
import { ClumsyPerson, SECRETS } from "./whole-run/clumsy-person.ts";

/** Runs a command and says whether the terminal is afterwards as it was. */
const WATCHED = [
  "sh",
  "-c",
  'before=$(stty -g); "$@"; status=$?; [ "$before" = "$(stty -g)" ] && echo RESTORED; exit $status',
  "sh",
];

const CLEAR = "\u001b[H\u001b[2J";
const BOLD = "\u001b[1m";

describe(
  "a whole run, typed with real secrets",
  requires(softhsm, pkcs11Addon, pseudoTerminal, age, opensc),
  () => {
    const room = new CeremonyRoom();
    after(() => room.remove());
    const papers = new Map<string, readonly string[]>(papersOf(room));
    const person = new ClumsyPerson(papers);
    const shown: string[] = [];

    /** Types until a question satisfies `stop`, which is left open. */
    async function sit(session: TerminalSession, stop: (seen: SeenPrompt) => boolean): Promise<SeenPrompt> {
      for (let waited = 0; !session.shown.includes(CLEAR); waited += 10) {
        assert.ok(waited < 60_000, session.shown);
        await delay(10);
      }
      session.type(`${SECRETS.user}\r`); // early: the terminal is taken, and no question open
      for (;;) {
        const seen = await nextPrompt(session);
        if (stop(seen)) return seen;
        session.type(person.keysFor(seen));
      }
    }

    test("it is left at a question, and says how to go on", async (context) => {
      const session = await TerminalSession.start([...WATCHED, ...room.command], { env: { NO_COLOR: "" } });
      context.after(() => session.kill());
      await sit(session, ({ screen }) => screen.includes("Is this the right public key"));
      session.type("\u0003");
      await session.next("Type one of: resume, leave.");
      session.type("leave\r");
      await session.next("Read the head of the transcript aloud, and write it down:");
      await session.next("Type ok and press Enter.");
      const head = headOf(room);
      assert.ok(session.shown.includes(hexGroups(head).slice(8).join(" ")));
      session.type("ok\r");
      await session.next("RESTORED");
      assert.equal(await session.exit, 4);
      papers.set("Is this the record that you left", pgpWords(headOf(room)));
      assert.equal(headOf(room), head, "nothing is appended after the head was shown");
      assert.ok(session.shown.includes(BOLD), "with colour");
      shown.push(session.shown);
    });

    test("it is taken up and killed in the middle of the one-time keys", async (context) => {
      const session = await TerminalSession.start(room.command);
      context.after(() => session.kill());
      await sit(
        session,
        ({ screen, message }) => screen.includes("sign targets") && message.includes("from this screen"),
      );
      session.kill();
      assert.equal(await session.exit, -9);
      assert.ok(!session.shown.includes(BOLD), "NO_COLOR");
      shown.push(session.shown);
    });

    test("it is taken up once more and finished", async (context) => {
      const session = await TerminalSession.start([...WATCHED, ...room.command]);
      context.after(() => session.kill());
      const last = await sit(session, ({ message }) => message === "Type ok and press Enter.");
      assert.match(last.screen, /The ceremony is finished\./);
      session.type("ok\r");
      await session.next("RESTORED");
      assert.equal(await session.exit, 0);
      shown.push(session.shown);
      assert.deepEqual([...person.mistakes].sort(), MISTAKES);
    });

    test("its audit is consistent, with the head that was read aloud", async () => {
      const verdict = await auditFolder(room.folder, headOf(room));
      assert.deepEqual(verdict.problems, []);
      assert.deepEqual([verdict.end, verdict.isAnchored, verdict.sessions], ["finished", true, 3]);
      assert.deepEqual(
        verdict.exceptions.map(({ step, exception }) => [step, exception.happened, exception.disposition]),
        [["generate/root-ada", "Something of today", "retry"]],
      );
    });

    test("nothing of any secret is on a screen, in the transcript, or in a file", () => {
      const places = new Map<string, Buffer>(room.allFiles());
      for (const [index, text] of shown.entries()) {
        places.set(`what session ${index + 1} showed`, Buffer.from(text));
        places.set(`the letters that session ${index + 1} showed`, Buffer.from(lettersOf(text)));
      }
      assert.equal(shown.length, 3);
      assert.ok(
        lettersOf(shown[0] ?? "").includes("Something of today"),
        "what was meant to be read is there",
      );
      for (const piece of Object.values(SECRETS).flatMap(piecesOf)) {
        for (const [place, bytes] of places)
          assert.ok(!bytes.includes(piece), `a piece of a secret in ${place}`);
      }
    });

    test("the token holds exactly one key", () => {
      const [slot = ""] = listTokens(room).match(/^Slot \d+(?=.*(?:\n .*)*token label +: root-ada)/m) ?? [];
      assert.notEqual(slot, "");
      const objects = pkcs11Tool(room, ["--login", "--pin", SECRETS.user, "--list-objects"]);
      assert.deepEqual(objects.match(/^(?:Public|Private) Key Object/gm)?.toSorted(), [
        "Private Key Object",
        "Public Key Object",
      ]);
    });

    for (const holder of ["grace", "admin"] as const) {
      test(`age opens both files of ${holder}, and the key is in root`, async (context) => {
        const root: unknown = JSON.parse(readFileSync(join(room.folder, "metadata", "1.root.json"), "utf8"));
        for (const medium of [`${holder}-1`, `${holder}-2`]) {
          const [file = "", ...others] = readdirSync(room.medium(medium));
          assert.deepEqual(others, []);
          const opened = join(room.root, `${medium}-${basename(file)}.pem`);
          const command = ["age", "--decrypt", "--output", opened, join(room.medium(medium), file)];
          const session = await TerminalSession.start(command);
          context.after(() => session.kill());
          await session.next("passphrase");
          session.type(`${SECRETS[holder]}\r`);
          assert.equal(await session.exit, 0);
          const der = createPublicKey(readFileSync(opened)).export({ format: "der", type: "spki" });
          assert.ok(JSON.stringify(root).includes(der.subarray(-32).toString("hex")));
        }
      });
    }
  },
);

test("without a terminal it refuses, and says what to do", () => {
  const [first = "", ...rest] = program;
  const run = spawnSync(first, [...rest, "run", "no-script.yaml", "--folder", "no-folder"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  assert.equal(run.status, 2);
  assert.match(run.stderr, /^tuf-ceremony: usage \[terminal\//);
  assert.match(run.stderr, /remedy {4}Run the command in a terminal/);
  assert.equal(run.stdout, "");
});

const mistaken = join(mkdtempSync(join(tmpdir(), "mistaken-")), "script.yaml");
writeFileSync(mistaken, "ceremony: [\n");

for (const [what, file, code] of [
  ["a script that is not there", "no-script.yaml", "script/unreadable"],
  ["a script with mistakes", mistaken, "script/errors"],
] as const) {
  test(
    `${what}: the terminal is given back before the message`,
    requires(pseudoTerminal),
    async (context) => {
      const command = [...WATCHED, ...program, "run", file, "--folder", "no-folder"];
      const session = await TerminalSession.start(command);
      context.after(() => session.kill());
      await session.next(`tuf-ceremony: usage [${code}]\r\n`);
      await session.next("RESTORED");
      assert.equal(await session.exit, 2);
    },
  );
}

/** What was done wrong in all; each prompt of its kind was reached. */
const MISTAKES: readonly string[] = [
  "choice: half a PIN, then Ctrl-C",
  "choice: pasted lines",
  "paper: half a PIN, then Ctrl-C",
  "paper: pasted lines",
  "screen: an exception",
  "screen: half a PIN, then Ctrl-C",
  "screen: pasted lines",
  "text: a PIN",
  "text: half a PIN, then Ctrl-C",
  "text: pasted lines",
  ...[
    "New PIN of the security officer",
    "New PIN of the security officer, once more",
    "New PIN",
    "New PIN, once more",
    "PIN",
    "New passphrase for root-grace",
    "New passphrase for root-admin",
    "The same passphrase again",
    "Passphrase for root-grace",
    "Passphrase for root-admin",
  ].flatMap((prompt) => [`${prompt}: Ctrl-C`, `${prompt}: wrong`]),
].sort();

function papersOf(room: CeremonyRoom): readonly (readonly [string, readonly string[]])[] {
  const inputs = new Map([
    ["keys/online.pem", new Uint8Array(readFileSync(join(room.root, "keys/online.pem")))],
  ]);
  const { plan, findings } = planFromBytes(new Uint8Array(readFileSync(room.script)), inputs);
  assert.ok(plan !== null, JSON.stringify(findings));
  const online = plan.keys.get("online")?.knownKeyid ?? "";
  assert.ok(isSha256Hex(online));
  return [
    ["the script that everybody agreed on", pgpWords(plan.scriptSha256)],
    ["the right public key: online", pgpWords(online)],
  ];
}

function headOf(room: CeremonyRoom): Sha256Hex {
  const head = createHash("sha256").update(room.transcript).digest("hex");
  assert.ok(isSha256Hex(head));
  return head;
}

/** Every four characters that follow one another. */
function piecesOf(secret: string): readonly string[] {
  return Array.from({ length: secret.length - 3 }, (_, at) => secret.slice(at, at + 4));
}

/** Without the control sequences between them: what was shown key by key stands together. */
function lettersOf(shown: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is dropped
  return shown.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replaceAll(/[\r\n]/g, "");
}

function listTokens(room: CeremonyRoom): string {
  return pkcs11Tool(room, ["--list-slots"]);
}

function pkcs11Tool(room: CeremonyRoom, args: readonly string[]): string {
  return execFileSync("pkcs11-tool", ["--module", softhsmModule ?? "", ...args], {
    env: { ...process.env, SOFTHSM2_CONF: room.softhsmConf },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}
