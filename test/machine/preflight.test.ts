import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { PREFLIGHT_CHECKS } from "../../src/ceremony/preflight-checks.ts";
import type { MachineView, MediumView } from "../../src/machine/preflight/view.ts";
import { isFit, recordedResults, runPreflight, viewThisMachine } from "../../src/machine/preflight.ts";

const folders = mkdtempSync(join(tmpdir(), "preflight-"));
after(() => rmSync(folders, { recursive: true }));

type Files = Readonly<Record<string, string | null>>;

const NET_DEV_HEAD = "Inter-|   Receive\n face |bytes    packets\n";
const ROUTE_HEAD = "Iface\tDestination\tGateway\n";
const LOOPBACK_TRIE =
  "Main:\n  +-- 127.0.0.0/8 2 0 2\n           |-- 127.0.0.1\n              /32 host LOCAL\n";
const LOOPBACK_INET6 = "00000000000000000000000000000001 01 80 10 80       lo\n";
const LOOPBACK_ROUTE6 =
  "00000000000000000000000000000001 80 0 00 0 00000000 00000002 00000000 80200001       lo\n";
const SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/** A machine that nothing is wrong with. */
const FIT: Files = {
  "proc/swaps": "Filename\t\t\t\tType\t\tSize\n",
  "proc/self/limits":
    "Limit  Soft Limit  Hard Limit  Units\nMax core file size        0                    unlimited            bytes\n",
  "proc/self/status": "Name:\tnode\nTracerPid:\t0\n",
  "proc/sys/kernel/core_pattern": "core\n",
  "proc/sys/kernel/random/entropy_avail": "256\n",
  "proc/cpuinfo": "flags\t\t: fpu vme rdrand avx2\n",
  "proc/net/dev": `${NET_DEV_HEAD}    lo:    3193      29\n  eth0:       0       0\n`,
  "proc/net/fib_trie": LOOPBACK_TRIE,
  "proc/net/if_inet6": LOOPBACK_INET6,
  "proc/net/route": ROUTE_HEAD,
  "proc/net/ipv6_route": LOOPBACK_ROUTE6,
  "sys/block/sda/size": "1\n",
  "sys/class/net/eth0/flags": "0x1002\n",
  "sys/class/rfkill/rfkill0/type": "wlan\n",
  "sys/class/rfkill/rfkill0/soft": "1\n",
  "sys/class/rfkill/rfkill0/hard": "0\n",
  "sys/class/rtc/rtc0/since_epoch": "1796400010\n",
  "sys/class/misc/hw_random/rng_current": "tpm-rng-0\n",
  [SECURE_BOOT]: "\u0006\u0000\u0000\u0000\u0001",
  "sys/module/vt/parameters/default_utf8": "1\n",
  "sys/kernel/security/lockdown": "none integrity [confidentiality]\n",
  ...usb("1-1", "Cherry GmbH", "CHERRY Keyboard", ["03/01", "03/00"]),
  ...usb("2-3", "SanDisk", "Ultra", ["08/50"]),
};

/** A device of made-up numbers, with an interface for each `class/protocol`. */
function usb(
  name: string,
  manufacturer: string,
  product: string,
  interfaces: readonly string[],
): Record<string, string> {
  const at = `sys/bus/usb/devices/${name}`;
  const files: [string, string][] = [
    [`${at}/idVendor`, "1d6b\n"],
    [`${at}/idProduct`, "0002\n"],
    [`${at}/manufacturer`, `${manufacturer}\n`],
    [`${at}/product`, `${product}\n`],
  ];
  for (const [index, each] of interfaces.entries()) {
    const [kind = "", protocol = ""] = each.split("/");
    files.push(
      [`${at}:1.${index}/bInterfaceClass`, `${kind}\n`],
      [`${at}:1.${index}/bInterfaceProtocol`, `${protocol}\n`],
    );
  }
  return Object.fromEntries(files);
}

function medium(holder: string, number: 1 | 2, device: bigint | null, freeBytes = 2_000_000n): MediumView {
  return {
    holder,
    number,
    device,
    freeBytes: device === null ? null : freeBytes,
    isInMemory: device === null ? null : false,
    sync: device === null ? null : "synced",
  };
}

function machine(change: Files = {}, rest: Partial<MachineView> = {}): MachineView {
  const root = mkdtempSync(join(folders, "root-"));
  for (const [path, text] of Object.entries({ ...FIT, ...change })) {
    if (text === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, "latin1");
  }
  return {
    root,
    environment: { PATH: "/usr/bin", TERM: "linux" },
    nodeOptions: [],
    terminal: { isTerminal: true, columns: 80, rows: 24 },
    freeBytes: 1_000_000_000n,
    isInMemory: false,
    media: [medium("grace", 1, 31n), medium("grace", 2, 32n), medium("ada", 1, 31n), medium("ada", 2, 33n)],
    now: 1796400000,
    ...rest,
  };
}

function resultOf(view: MachineView, id: string) {
  const result = runPreflight(view).find((candidate) => candidate.id === id);
  assert.ok(result !== undefined, `there is no check ${id}`);
  return result;
}

describe("preflight", () => {
  it("passes every check on a machine that nothing is wrong with", () => {
    const results = runPreflight(machine());
    assert.deepEqual(
      results.filter(({ verdict }) => verdict !== "pass"),
      [],
    );
    assert.equal(isFit(results), true);
  });

  it("has distinct ids, and a remedy for each check", () => {
    const results = runPreflight(machine());
    assert.equal(new Set(results.map(({ id }) => id)).size, results.length);
    for (const { id, remedy } of results) assert.ok(remedy.endsWith(".") || remedy.includes(": "), id);
  });

  it("shows what screens are drawn with where only a person can see it", () => {
    const sample = "█▀▄ ─── · √";
    for (const [change, rest] of [
      [{}, { environment: { TERM: "xterm-256color" } }],
      [{ "sys/module/vt/parameters/default_utf8": null }, {}],
    ] as const) {
      const { verdict, found } = resultOf(machine(change, rest), "session/characters");
      assert.deepEqual([verdict, found.slice(-sample.length)], ["unknown", sample]);
    }
    const onConsole = resultOf(machine(), "session/characters");
    assert.deepEqual([onConsole.verdict, onConsole.found], ["pass", `a console in UTF-8: ${sample}`]);
  });

  it("says unknown, never pass, where a machine shows nothing", () => {
    const empty = machine(Object.fromEntries(Object.keys(FIT).map((path) => [path, null])), {
      freeBytes: null,
      isInMemory: null,
      media: [medium("grace", 1, null), medium("grace", 2, null)],
      terminal: { isTerminal: false, columns: 0, rows: 0 },
    });
    const passed = runPreflight(empty).filter(({ verdict }) => verdict === "pass");
    assert.deepEqual(
      passed.map(({ id }) => id),
      ["process/preload", "process/node-options", "session/local"],
    );
  });

  const failures: readonly (readonly [
    name: string,
    id: string,
    found: RegExp,
    files: Files,
    rest?: Partial<MachineView>,
  ])[] = [
    [
      "swap on a disk",
      "memory/swap",
      /^swap on \/dev\/sda2$/,
      { "proc/swaps": "Filename\tType\n/dev/zram0 partition 1 0 1\n/dev/sda2 partition 1 0 1\n" },
    ],
    ["zram that is written back", "memory/zram", /^zram0 /, { "sys/block/zram0/backing_dev": "/dev/sda3\n" }],
    [
      "core dumps",
      "memory/core-limit",
      /unlimited/,
      { "proc/self/limits": "Max core file size        unlimited            unlimited            bytes\n" },
    ],
    [
      "core dumps to a program",
      "memory/core-pattern",
      /program/,
      { "proc/sys/kernel/core_pattern": "|/usr/share/apport/apport %p\n" },
    ],
    ["a debugger", "memory/tracer", /process 4711/, { "proc/self/status": "TracerPid:\t4711\n" }],
    [
      "a preloaded library",
      "process/preload",
      /LD_PRELOAD/,
      {},
      { environment: { LD_PRELOAD: "/tmp/x.so" } },
    ],
    [
      "a library preloaded for all",
      "process/preload",
      /ld\.so\.preload/,
      { "etc/ld.so.preload": "/tmp/x.so\n" },
    ],
    [
      "NODE_OPTIONS",
      "process/node-options",
      /NODE_OPTIONS/,
      {},
      { environment: { NODE_OPTIONS: "--require x" } },
    ],
    [
      "an inspected Node",
      "process/node-options",
      /^set: --inspect$/,
      {},
      { nodeOptions: ["--inspect=0.0.0.0:9229"] },
    ],
    [
      "a remote login",
      "session/local",
      /SSH_CONNECTION/,
      {},
      { environment: { SSH_CONNECTION: "192.0.2.7 22 192.0.2.8 22" } },
    ],
    [
      "no terminal",
      "session/terminal",
      /not a terminal/,
      {},
      { terminal: { isTerminal: false, columns: 0, rows: 0 } },
    ],
    [
      "a small window",
      "session/size",
      /79 columns/,
      {},
      { terminal: { isTerminal: true, columns: 79, rows: 50 } },
    ],
    [
      "a console that would show bytes for blocks",
      "session/characters",
      /^a console that is not in UTF-8$/,
      { "sys/module/vt/parameters/default_utf8": "0\n" },
    ],
    ["little space", "folder/space", /^99 MB/, {}, { freeBytes: 99_999_999n }],
    [
      "an interface that is up",
      "network/interfaces",
      /^up: eth0$/,
      { "sys/class/net/eth0/flags": "0x1003\n" },
    ],
    [
      "an IPv4 address",
      "network/addresses",
      /^IPv4 addresses: 1$/,
      { "proc/net/fib_trie": `${LOOPBACK_TRIE}  |-- 192.0.2.2\n    /32 host LOCAL\n` },
    ],
    [
      "an IPv6 address",
      "network/addresses",
      /^IPv6 on eth0$/,
      { "proc/net/if_inet6": `${LOOPBACK_INET6}fe80000000000000 04 40 20 80     eth0\n` },
    ],
    [
      "a route",
      "network/routes",
      /^routes over eth0$/,
      { "proc/net/route": `${ROUTE_HEAD}eth0\t00000000\t010200C0\n` },
    ],
    [
      "an IPv6 route",
      "network/routes",
      /^routes over eth0$/,
      { "proc/net/ipv6_route": `${LOOPBACK_ROUTE6}fe80 40 0 00 0 00000100 00000001 0 1     eth0\n` },
    ],
    [
      "a radio that is on",
      "network/radios",
      /^switched on: wlan$/,
      { "sys/class/rfkill/rfkill0/soft": "0\n" },
    ],
    [
      "a radio without a switch",
      "network/radios",
      /bluetooth$/,
      {
        "sys/class/rfkill/rfkill0/type": null,
        "sys/class/rfkill/rfkill0/soft": null,
        "sys/class/rfkill/rfkill0/hard": null,
        "sys/class/bluetooth/hci0/address": "x",
      },
    ],
    [
      "clocks apart",
      "clock/rtc",
      /^hardware and system clock are 3600 seconds apart$/,
      { "sys/class/rtc/rtc0/since_epoch": "1796403600\n" },
    ],
    [
      "an unseeded generator",
      "entropy/seeded",
      /^12 of 256/,
      { "proc/sys/kernel/random/entropy_avail": "12\n" },
    ],
    [
      "a virtual machine",
      "platform/hypervisor",
      /virtual machine/,
      { "proc/cpuinfo": "flags\t\t: fpu hypervisor rdrand\n" },
    ],
    ["a Xen guest", "platform/hypervisor", /\(xen\)/, { "sys/hypervisor/type": "xen\n" }],
    ["no Secure Boot", "platform/secure-boot", /^off$/, { [SECURE_BOOT]: "\u0006\u0000\u0000\u0000\u0000" }],
    [
      "a second keyboard, which a stick may be",
      "devices/keyboards",
      /^2 USB keyboards: Cherry GmbH CHERRY Keyboard \(1d6b:0002\), unnamed \(1d6b:0002\)$/,
      usb("1-4.2", "", "", ["08/50", "03/01"]),
    ],
    [
      "a medium without room",
      "media/space",
      /^nearly full: grace's second$/,
      {},
      { media: [medium("grace", 1, null), medium("grace", 2, 32n, 999_999n)] },
    ],
    ["a folder in memory", "folder/lasting", /^in the machine's memory/, {}, { isInMemory: true }],
    [
      "a stick that was never mounted",
      "media/lasting",
      /^in the machine's memory, gone when it is off: ada's first$/,
      {},
      { media: [{ ...medium("ada", 1, 31n), isInMemory: true }, medium("ada", 2, 32n)] },
    ],
    [
      "a stick whose switch is locked, and one that is broken",
      "media/sync",
      /^ada's first: not writable, ada's second: failed$/,
      {},
      {
        media: [
          { ...medium("ada", 1, 31n), sync: "not writable" },
          { ...medium("ada", 2, 32n), sync: "failed" },
        ],
      },
    ],
    [
      "two media that are one",
      "media/apart",
      /^on one file system: both of grace$/,
      {},
      {
        media: [
          medium("grace", 1, 31n),
          medium("grace", 2, 31n),
          medium("ada", 1, null),
          medium("ada", 2, 31n),
        ],
      },
    ],
    [
      "no lockdown",
      "platform/lockdown",
      /^none/,
      { "sys/kernel/security/lockdown": "[none] integrity confidentiality\n" },
    ],
  ];
  for (const [name, id, found, files, rest] of failures) {
    it(`sees ${name}`, () => {
      const view = machine(files, rest);
      const result = resultOf(view, id);
      assert.equal(result.verdict, "fail");
      assert.match(result.found, found);
      assert.equal(isFit(runPreflight(view)), result.weight === "advised");
    });
  }

  it("names what is plugged in", () => {
    assert.equal(resultOf(machine(), "devices/storage").found, "USB storage: SanDisk Ultra (1d6b:0002)");
    assert.match(resultOf(machine(), "devices/keyboards").found, /^one USB keyboard: Cherry GmbH CHERRY/);
    const both = machine(usb("3-1", "Evil", "Stick", ["08/50", "03/01"]));
    assert.equal(
      resultOf(both, "devices/storage").found,
      "USB storage: Evil Stick (1d6b:0002), SanDisk Ultra (1d6b:0002)",
    );
    const none = machine(
      Object.fromEntries(
        Object.keys(FIT)
          .filter((path) => path.includes("/usb/"))
          .map((path) => [path, null]),
      ),
    );
    assert.equal(resultOf(none, "devices/keyboards").verdict, "unknown");
  });

  it("says which media are not plugged in, and when there are none", () => {
    const view = machine({}, { media: [medium("grace", 1, 31n), medium("grace", 2, null)] });
    for (const id of ["media/space", "media/lasting", "media/apart"]) {
      const { verdict, found } = resultOf(view, id);
      assert.deepEqual([verdict, found], ["unknown", "not plugged in: grace's second"]);
      assert.deepEqual(resultOf(machine({}, { media: [] }), id).found, "no media in the machine file");
      assert.deepEqual(resultOf(machine(), id).verdict, "pass");
    }
  });

  it("looks at the folders of the machine file", async () => {
    const there = join(folders, "medium");
    mkdirSync(there);
    const { media } = await viewThisMachine(".", new Map([["grace", [there, join(folders, "absent")]]]));
    assert.deepEqual(
      media.map(({ holder, number, device }) => [holder, number, device !== null]),
      [
        ["grace", 1, true],
        ["grace", 2, false],
      ],
    );
    assert.ok((media[0]?.freeBytes ?? 0n) > 0n);
    assert.equal(typeof media[0]?.isInMemory, "boolean");
    assert.equal((await viewThisMachine("/dev/shm")).isInMemory, true, "Linux has shared memory there");
    assert.equal(media[1]?.isInMemory, null);
    assert.deepEqual(
      media.map(({ sync }) => sync),
      ["synced", null],
    );
  });

  it("finds a medium that does not sync, and writes nothing to find it", async () => {
    const folder = mkdtempSync(join(folders, "medium-"));
    const { media } = await viewThisMachine(".", new Map([["grace", [folder, "/proc"]]]));
    assert.deepEqual(
      media.map(({ sync }) => sync),
      ["synced", "failed"],
      "the kernel's own files can't be synced",
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it("has exactly the checks that scripts may name", () => {
    assert.deepEqual(
      runPreflight(machine()).map(({ id }) => id),
      PREFLIGHT_CHECKS,
    );
  });

  const unknowns: readonly (readonly [name: string, id: string, files: Files])[] = [
    ["an interface of another namespace", "network/interfaces", { "sys/class/net/eth0/flags": null }],
    ["a radio switch that can't be read", "network/radios", { "sys/class/rfkill/rfkill0/hard": null }],
    ["a hardware clock that is absent", "clock/rtc", { "sys/class/rtc/rtc0/since_epoch": null }],
    [
      "no source of randomness",
      "entropy/source",
      { "proc/cpuinfo": "flags : fpu\n", "sys/class/misc/hw_random/rng_current": "none\n" },
    ],
    ["a processor without flags", "platform/hypervisor", { "proc/cpuinfo": "Features : fp asimd\n" }],
    ["a firmware variable of another size", "platform/secure-boot", { [SECURE_BOOT]: "\u0001" }],
  ];
  for (const [name, id, files] of unknowns) {
    it(`doesn't guess: ${name}`, () => assert.equal(resultOf(machine(files), id).verdict, "unknown"));
  }

  it("takes swap in compressed memory as memory", () => {
    const view = machine({
      "proc/swaps": "Filename\tType\n/dev/zram0 partition 1 0 1\n",
      "sys/block/zram0/backing_dev": "none\n",
    });
    assert.equal(resultOf(view, "memory/swap").verdict, "pass");
    assert.equal(resultOf(view, "memory/zram").verdict, "pass");
  });

  it("publishes no address and nothing long", () => {
    const swaps = Array.from({ length: 100 }, (_, index) => `/dev/disk${index} partition`).join("\n");
    const view = machine(
      { "proc/swaps": `Filename\n${swaps}\n`, "proc/net/fib_trie": "  |-- 192.0.2.2\n    /32 host LOCAL\n" },
      { environment: { SSH_CONNECTION: "198.51.100.9 22" } },
    );
    const recorded = recordedResults(runPreflight(view));
    assert.doesNotMatch(JSON.stringify(recorded), /192\.0\.2|198\.51/);
    for (const result of recorded) {
      assert.deepEqual(Object.keys(result), ["id", "verdict", "found"]);
      assert.ok(result.found.length <= 200);
    }
  });

  it("looks at this machine without failing itself", async () => {
    const view = await viewThisMachine(".");
    assert.equal(runPreflight(view).length, runPreflight(machine()).length);
    assert.ok((view.freeBytes ?? 0n) > 0n);
    assert.equal((await viewThisMachine(join(folders, "absent"))).freeBytes, null);
  });
});
