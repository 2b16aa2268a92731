/** A machine that is started from the image: qemu without acceleration, its serial line as a terminal, sticks that come and go. */
import { once } from "node:events";
import { copyFileSync, mkdtempSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { TerminalSession } from "../../support/terminal-session.ts";

const FIRMWARE = "/usr/share/OVMF";
const PATIENCE_MILLISECONDS = 120_000;
const DOWN = "\u001b[B";
export const PROMPT = /ceremony:[^\r\n]*\$ $/;

export interface MachineRequest {
  readonly image: string;
  /** `uefi`: with Secure Boot, by Microsoft's keys. */
  readonly firmware: "bios" | "uefi";
  readonly medium: "disc" | "stick";
}

export class Machine {
  readonly terminal: TerminalSession;
  readonly #monitor: Monitor;

  private constructor(terminal: TerminalSession, monitor: Monitor) {
    this.terminal = terminal;
    this.#monitor = monitor;
  }

  /** Until the menu is there. */
  static async start({ image, firmware, medium }: MachineRequest): Promise<Machine> {
    const folder = mkdtempSync(join(tmpdir(), "machine-"));
    const socket = join(folder, "monitor");
    const terminal = await TerminalSession.start(
      [
        ...["qemu-system-x86_64", "-machine", "q35,smm=on", "-accel", "tcg,thread=multi", "-cpu", "max"],
        ...["-smp", "2", "-m", "2048", "-nodefaults", "-vga", "std", "-display", "none", "-no-reboot"],
        ...[
          "-chardev",
          "stdio,id=line,signal=off",
          "-serial",
          "chardev:line",
          "-qmp",
          `unix:${socket},server=on,wait=off`,
        ],
        ...["-device", "qemu-xhci,id=usb", "-device", "usb-kbd", "-device", "usb-ccid"],
        ...(firmware === "uefi" ? uefi(folder) : []),
        ...mediumWords(image, medium),
      ],
      { patienceMilliseconds: PATIENCE_MILLISECONDS },
    );
    try {
      await terminal.next("Key ceremony over the first serial line");
      return new Machine(terminal, await Monitor.connect(socket));
    } catch (error) {
      terminal.kill();
      throw error;
    }
  }

  /** By the menu's second line; until the shell asks for something to type. */
  async useSerialLine(): Promise<void> {
    // GRUB takes keys once its menu is drawn to the end.
    await this.terminal.next("will be executed automatically");
    this.terminal.type(DOWN);
    await delay(500);
    this.terminal.type("\r");
    await this.terminal.nextMatch(PROMPT);
  }

  /** What a command shows. */
  async type(command: string): Promise<string> {
    const from = this.terminal.shown.length;
    this.terminal.type(`${command}\r`);
    await this.terminal.next("\n");
    await this.terminal.nextMatch(PROMPT);
    return this.terminal.shown.slice(from).replaceAll(/\r+\n/g, "\n").split("\n").slice(1, -1).join("\n");
  }

  async plugIn(name: string, file: string): Promise<void> {
    await this.#monitor.ask("blockdev-add", {
      "node-name": `${name}-file`,
      driver: "raw",
      file: { driver: "file", filename: file },
    });
    await this.#monitor.ask("device_add", {
      driver: "usb-storage",
      id: name,
      bus: "usb.0",
      drive: `${name}-file`,
    });
  }

  async pullOut(name: string): Promise<void> {
    await this.#monitor.ask("device_del", { id: name });
    await delay(2000);
    await this.#monitor.ask("blockdev-del", { "node-name": `${name}-file` });
  }

  async pressControlAltDelete(): Promise<void> {
    const keys = ["ctrl", "alt", "delete"].map((data) => ({ type: "qcode", data }));
    await this.#monitor.ask("send-key", { keys });
    await delay(2000);
  }

  end(): void {
    this.terminal.kill();
    this.#monitor.close();
  }
}

function uefi(folder: string): readonly string[] {
  const variables = join(folder, "variables.fd");
  copyFileSync(join(FIRMWARE, "OVMF_VARS_4M.ms.fd"), variables);
  const code = join(FIRMWARE, "OVMF_CODE_4M.ms.fd");
  return [
    ...["-global", "driver=cfi.pflash01,property=secure,value=on"],
    ...["-drive", `if=pflash,format=raw,unit=0,readonly=on,file=${code}`],
    ...["-drive", `if=pflash,format=raw,unit=1,file=${variables}`],
  ];
}

function mediumWords(image: string, medium: MachineRequest["medium"]): readonly string[] {
  const device = medium === "disc" ? "ide-cd" : "usb-storage,removable=on";
  return [
    ...["-drive", `if=none,id=medium,format=raw,readonly=on,file=${image}`],
    ...["-device", `${device},drive=medium,bootindex=0`],
  ];
}

/** qemu's own protocol: one line of JSON a request, one an answer, events between them. */
class Monitor {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async connect(path: string): Promise<Monitor> {
    const socket = createConnection(path);
    await once(socket, "connect");
    const monitor = new Monitor(socket);
    await monitor.ask("qmp_capabilities", {});
    return monitor;
  }

  async ask(execute: string, words: Record<string, unknown>): Promise<void> {
    this.#socket.write(`${JSON.stringify({ execute, arguments: words })}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`qemu ended before it answered ${execute}`);
      const answer = JSON.parse(value);
      if (answer.error !== undefined) throw new Error(`${execute}: ${answer.error.desc}`);
      if (answer.return !== undefined) return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
