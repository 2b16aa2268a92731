/**
 * PINs and passphrases are nowhere: a ceremony is typed on tokens of several providers, and again and again all its processes are
 * killed with core dumps allowed, most often right after a secret was typed. Arguments and environments of all processes are
 * searched all the while; files, dumps and screens afterwards.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { planFromBytes } from "../../src/live/folder-plans.ts";
import { pgpWords } from "../../src/terminal/words.ts";
import { isSha256Hex } from "../../src/tuf/types.ts";
import { CeremonyRoom } from "../live/whole-run/ceremony-room.ts";
import { pkcs11Addon, pseudoTerminal, requires } from "../support/requires.ts";
import { allFiles, findInProcesses, formsOf, holdsAny } from "../support/secret-search.ts";
import { TerminalSession } from "../support/terminal-session.ts";
import { nextPrompt, obey, type Papers, type SeenPrompt } from "../support/typist.ts";
import { type Provider, startProvider } from "./provider.ts";
import { provider } from "./resources.ts";

/** Of the kernel: where a process that is killed by a signal leaves its memory. */
const coresAreFiles = !readFileSync("/proc/sys/kernel/core_pattern", "utf8").startsWith("|");
const SIGNALS = ["SIGKILL", "SIGABRT", "SIGSEGV", "SIGTERM", "SIGQUIT"] as const;
const KILLS = 8;

describe("no secret is anywhere", () => {
  for (const name of ["softhsm", "nss", "p11-kit"] as const) {
    it(
      `on a token of ${name}, while everything is killed ${KILLS} times`,
      requires(provider(name), pkcs11Addon, pseudoTerminal),
      async (test) => {
        const table = await Table.lay(test, await startProvider(name, test));
        for (let killed = 0; killed < KILLS; killed += 1) await table.sitAndKill(killed);
        await table.sitToTheEnd();
        const { isConsistent, end } = await auditFolder(table.room.folder, null);
        assert.deepEqual([isConsistent, end], [true, "finished"]);
        assert.ok(table.typed >= KILLS + 6, `${table.typed} secrets were typed`);
        assert.ok(table.looks > 50, `looked ${table.looks} times at all processes`);
        assert.deepEqual([...table.foundInProcesses], []);
        assert.deepEqual(table.search(), []);
      },
    );
  }

  it("a core dump would have been seen", {
    skip: coresAreFiles ? false : "the kernel hands dumps to a program",
  }, () => {
    const folder = mkdtempSync(join(tmpdir(), "cores-"));
    spawnSync("sh", ["-c", "ulimit -c unlimited && kill -s SEGV $$"], { cwd: folder });
    const dumps = [...allFiles(folder).keys()];
    rmSync(folder, { recursive: true });
    assert.ok(dumps.some((path) => /core/.test(path)));
  });
});

class Table {
  readonly room: CeremonyRoom;
  readonly secrets = { user: secret(), officer: secret(), grace: secret(), admin: secret() };
  readonly foundInProcesses = new Set<string>();
  looks = 0;
  typed = 0;
  #watching = true;
  readonly #forms = Object.values(this.secrets).flatMap(formsOf);
  readonly #shown: string[] = [];
  readonly #papers: Papers;
  readonly #seen: SeenPrompt[] = [];

  static async lay(test: TestContext, { device, module }: Provider): Promise<Table> {
    const table = new Table(new CeremonyRoom({ device, module }));
    const watcher = table.#watch();
    test.after(async () => {
      table.#watching = false;
      await watcher;
      table.room.remove();
    });
    return table;
  }

  private constructor(room: CeremonyRoom) {
    this.room = room;
    this.#papers = papersOf(room);
  }

  /** Until the next secret was typed, or the one after it; then everybody is killed, at a moment that nobody chose. */
  async sitAndKill(turn: number): Promise<void> {
    const session = await this.#sit();
    try {
      let left = 1 + (turn % 3);
      while (left > 0) {
        const seen = await nextPrompt(session);
        session.type(this.#answer(seen));
        if (seen.isSecret) left -= 1;
      }
      await delay(Math.random() * 400);
      const signal = SIGNALS[turn % SIGNALS.length] ?? "SIGKILL";
      for (const pid of descendantsOf(session.pid).toReversed())
        kill(pid, turn % 2 === 0 ? "SIGSEGV" : signal);
      kill(session.pid, signal);
      await delay(50);
    } finally {
      session.kill();
      await session.exit;
      this.#shown.push(session.shown);
    }
  }

  async sitToTheEnd(): Promise<void> {
    const session = await this.#sit();
    try {
      for (;;) {
        const seen = await nextPrompt(session);
        session.type(this.#answer(seen));
        if (seen.message === "Type ok and press Enter." && /finished/.test(seen.screen)) break;
      }
      assert.equal(await session.exit, 0);
    } finally {
      session.kill();
      this.#shown.push(session.shown);
    }
  }

  /** Where a secret is: files of the table, of the temporary folder, and what was on the screens. */
  search(): readonly string[] {
    const { root } = this.room;
    const places = new Map<string, Buffer>([
      ...allFiles(root),
      ...this.#shown.map((text, index) => [`screen ${index + 1}`, Buffer.from(text)] as const),
      ...this.#shown.map(
        (text, index) => [`letters of screen ${index + 1}`, Buffer.from(lettersOf(text))] as const,
      ),
    ]);
    return [...places].filter(([, bytes]) => holdsAny(bytes, this.#forms)).map(([place]) => place);
  }

  async #sit(): Promise<TerminalSession> {
    // In a folder where a dump would be found; whoever starts it allows dumps of any size.
    const allow = 'cd "$1" && shift && ulimit -c unlimited && exec "$@"';
    const command = ["sh", "-c", allow, "sh", this.room.root, ...this.room.command];
    return await TerminalSession.start(command, { env: { HOME: this.room.root, NODE_REPORT: "" } });
  }

  #answer(seen: SeenPrompt): string {
    this.#seen.push(seen);
    const { message, screen, isSecret } = seen;
    if (!isSecret) {
      const isPreflight = message.includes("again, accept");
      return `${isPreflight ? "accept" : obey({ screen, message, isSecret }, this.#papers, this.#seen)}\r`;
    }
    this.typed += 1;
    const key = /root-(grace|admin)/.exec(screen.slice(screen.lastIndexOf("\n\n")) + message)?.[1];
    const { user, officer, grace, admin } = this.secrets;
    if (/assphrase/.test(message)) return `${(key ?? this.#lastKey()) === "admin" ? admin : grace}\r`;
    return `${message.includes("security officer") ? officer : user}\r`;
  }

  /** A second entry does not say whose it is. */
  #lastKey(): string | undefined {
    const named = this.#seen.findLast(({ message }) => /root-(grace|admin)/.test(message));
    return /root-(grace|admin)/.exec(named?.message ?? "")?.[1];
  }

  async #watch(): Promise<void> {
    while (this.#watching) {
      for (const path of findInProcesses(this.#forms)) this.foundInProcesses.add(path);
      this.looks += 1;
      await delay(20);
    }
  }
}

/** Long enough for every rule about new ones, short enough for every device; no accident has these characters. */
function secret(): string {
  return `Vq~7${randomBytes(9).toString("base64url")}]%2`;
}

function papersOf(room: CeremonyRoom): Papers {
  const inputs = new Map([
    ["keys/online.pem", new Uint8Array(readFileSync(join(room.root, "keys/online.pem")))],
  ]);
  const { plan } = planFromBytes(new Uint8Array(readFileSync(room.script)), inputs);
  assert.ok(plan !== null);
  const online = plan.keys.get("online")?.knownKeyid ?? "";
  assert.ok(isSha256Hex(online));
  return new Map([
    ["the script that everybody agreed on", pgpWords(plan.scriptSha256)],
    ["the right public key: online", pgpWords(online)],
  ]);
}

function descendantsOf(pid: number): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(path) ? readFileSync(path, "utf8").split(" ").filter(Boolean).map(Number) : [];
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Without the control sequences between them: what was shown key by key stands together. */
function lettersOf(shown: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is dropped
  return shown.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replaceAll(/[\r\n]/g, "");
}
