/** Machines that are started from the image: by main.ts, which says where it is. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { papersOfMinimal, SCRIPTS } from "../../live/ceremony-harness.ts";
import { sitThrough } from "../../support/typist.ts";
import { PROJECT } from "../programs.ts";
import { Machine } from "./machine.ts";
import { copyFromStick, flipBit, makeExfatStick, makeExt4Stick, makeFatStick } from "./stick.ts";

const image = requireVariable("IMAGE");
const kitDigest = requireVariable("KIT_DIGEST");

describe("a machine that is started from a disc, by BIOS", () => {
  const results = makeFatStick("RESULTS", [join(SCRIPTS, "minimal.yaml"), join(SCRIPTS, "keys")]);
  let machine: Machine;
  before(async () => {
    machine = await Machine.start({ image, firmware: "bios", medium: "disc" });
    await machine.useSerialLine();
  });
  after(() => machine?.end());

  it("shows the kit's digest first, and that it is whole", () => {
    const { shown } = machine.terminal;
    assert.match(shown, /\d+ files, each as it was when the kit was built\./);
    assert.ok(shown.includes(kitDigest.slice(0, 32).replaceAll(/(.{4})(?!$)/g, "$1 ")), shown);
  });

  it("has no driver for any network, radio or sound, and nobody can become root", async () => {
    const count =
      "find /usr/lib/modules -name '*.ko' | grep -cE '/(net|sound|bluetooth|nfc|wireless|firewire|thunderbolt)/'";
    assert.equal(await machine.type(count), "0");
    assert.equal(await machine.type("ls /sys/class/net"), "lo");
    assert.equal(
      await machine.type("cat /sys/class/net/lo/operstate; find / -xdev -type f -perm /6000 2>/dev/null"),
      "down",
    );
    assert.equal(
      await machine.type("grep -E 'CapBnd|NoNewPrivs' /proc/self/status | tr -d '\\t'"),
      "CapBnd:0000000002000000\nNoNewPrivs:1",
    );
    assert.equal(
      await machine.type("id -u; ls /proc/1/fd 2>&1"),
      "1000\nls: cannot open directory '/proc/1/fd': Permission denied",
    );
    assert.match(await machine.type("touch /etc/x /usr/x 2>&1 | grep -c 'Read-only file system'"), /^2$/);
  });

  it("is fit for a ceremony", async () => {
    const shown = await machine.type("tuf-ceremony preflight");
    assert.match(shown, /\nNothing that a ceremony needs is wrong with this machine\.$/);
    for (const id of [
      "memory/swap",
      "memory/core-pattern",
      "network/interfaces",
      "network/addresses",
      "network/radios",
    ])
      assert.match(shown, new RegExp(`^pass {4}${id} `, "m"), id);
    assert.match(shown, /^pass {4}platform\/lockdown +confidentiality/m);
  });

  it("speaks with a reader of smart cards", async () => {
    const opensc = "/opt/tuf-ceremony/modules/opensc";
    const command = `LD_LIBRARY_PATH=/opt/tuf-ceremony/lib ${opensc}/pkcs11-tool --module ${opensc}/opensc-pkcs11.so -L`;
    assert.match(await machine.type(command), /^Available slots:\nSlot 0 \(0x0\): [^\n]*CCID Interface/);
  });

  it("recognises sticks by what is on them, and mounts only what it is told to", async () => {
    assert.match(await machine.type("media"), /^No stick is plugged in/);
    await machine.plugIn("results", results);
    await machine.plugIn("grace", makeExt4Stick("GRACE"));
    const listed = await untilListed(machine, 2);
    assert.match(
      listed,
      /^sda {2}vfat, 64 MB, labelled RESULTS\n {6}on it: the script minimal\.yaml, others: 1$/m,
    );
    assert.match(listed, /^sdb1 {2}ext4, 63 MB, labelled GRACE\n {6}on it: nothing$/m);
    assert.equal(await machine.type("ls /media"), "");

    assert.match(await machine.type("media mount sdz1 results"), /^No such stick/);
    assert.match(await machine.type("media mount sda ../etc; echo $?"), /^Only letters, digits[^\n]*\n2$/);
    assert.match(
      await machine.type("media mount sda Results; echo $?"),
      /^A name has small letters[\s\S]*\n1$/,
    );
    assert.match(await machine.type("tuf-ceremony preflight"), /^fail {4}folder\/lasting /m);
    assert.equal(await machine.type("media mount sda results"), "Mounted at /media/results.");
    const shown = await machine.type("tuf-ceremony preflight --folder /media/results");
    assert.match(shown, /^pass {4}folder\/lasting /m);
    assert.match(await machine.type("media mount sdb1 results"), /^Another stick is mounted at/);
    assert.match(
      await machine.type("media mount sdb1 grace-1"),
      /^Mounted at \/media\/grace-1\.\n[\s\S]*nothing can be written/,
    );
    await machine.plugIn("ada", makeExfatStick("ADA"));
    assert.match(await untilListed(machine, 3), /^sdc {2}exfat, 64 MB, labelled ADA\n {6}on it: nothing$/m);
    assert.equal(await machine.type("media mount sdc ada-1"), "Mounted at /media/ada-1.");
    assert.equal(await machine.type("cp /media/results/minimal.yaml /media/ada-1/"), "");
    assert.match(
      await machine.type("media remove ada-1"),
      /^1 file\(s\), read again from the stick: all as written/,
    );
    assert.match(
      await machine.type("media remove grace-1"),
      /^0 file\(s\), read again from the stick: all as written/,
    );
    assert.equal(await machine.type("grep -c 'nosuid,nodev,noexec' <(grep /media/ /proc/self/mounts)"), "1");
  });

  it("holds a rehearsal to its end on the stick for results", async () => {
    await machine.type("cd /media/results");
    machine.terminal.type("tuf-ceremony rehearse minimal.yaml --folder rehearsal\r");
    await sitThrough(machine.terminal, papersOfMinimal(), ({ screen, message }) => {
      if (message.includes("again, accept")) return "accept";
      return screen.includes("The rehearsal is finished") ? null : undefined;
    });
    machine.terminal.type("ok\r");
    await machine.terminal.nextMatch(/ceremony:[^\r\n]*\$ $/);
    assert.equal(await machine.type("echo $?"), "0");
  });

  it("finds what is not on the stick as it was written, though the kernel remembers it otherwise", async () => {
    assert.match(await machine.type("media remove results; echo $?"), /^It is in use[\s\S]*\n1$/);
    assert.match(
      await machine.type("media"),
      /on it: the script minimal\.yaml, the ceremony rehearsal, others: 1$/m,
    );
    await machine.type("cd");
    const written = Buffer.from(`"kit":"${kitDigest}"`);
    flipBit(results, written);
    assert.match(await machine.type("media remove results; echo $?"), /^NOT AS WRITTEN: [\s\S]*\n1$/);
    assert.equal(await machine.type("ls /media"), "");
    flipBit(results, Buffer.concat([Uint8Array.of((written[0] ?? 0) ^ 1), written.subarray(1)]));
  });

  it("reads everything once more before a stick is pulled out, and what is on it is a ceremony", async () => {
    assert.equal(await machine.type("media mount sda results"), "Mounted at /media/results.");
    assert.match(await machine.type("poweroff; echo $?"), /^A stick is still mounted\.[\s\S]*\n1$/);
    assert.match(
      await machine.type("media remove results"),
      /^\d+ file\(s\), read again from the stick: all as written/,
    );
    await machine.pullOut("results");
    assert.doesNotMatch(await machine.type("media"), /RESULTS/);
    const audited = spawnSync(
      process.execPath,
      [join(PROJECT, "dist/cli.js"), "audit", copyFromStick(results, "rehearsal"), "--json"],
      { encoding: "utf8" },
    );
    assert.equal(audited.status, 0, audited.stdout + audited.stderr);
    assert.ok(audited.stdout.includes(kitDigest));
  });

  it("Ctrl-C ends what runs, Ctrl-Alt-Del nothing, and a shell that is left comes back", async () => {
    machine.terminal.type("echo 'be''gun'; sleep 1000\r");
    await machine.terminal.next("begun");
    await machine.pressControlAltDelete();
    machine.terminal.type("\u0003");
    await machine.terminal.nextMatch(/ceremony:[^\r\n]*\$ $/);
    await machine.type("exit");
    assert.equal(await machine.type("pwd"), "/ceremony");
  });

  it("is switched off", async () => {
    machine.terminal.type("poweroff\r");
    await machine.terminal.next("Power down");
    assert.equal(await machine.terminal.exit, 0);
  });
});

describe("a machine that is started from a stick, by UEFI with Secure Boot", () => {
  let machine: Machine;
  before(async () => {
    machine = await Machine.start({ image, firmware: "uefi", medium: "stick" });
    await machine.useSerialLine();
  });
  after(() => machine?.end());

  it("is fit for a ceremony, with Secure Boot and lockdown on", async () => {
    const shown = await machine.type("tuf-ceremony preflight");
    assert.match(shown, /^pass {4}platform\/secure-boot +on/m);
    assert.match(shown, /^pass {4}platform\/lockdown +confidentiality/m);
    assert.match(shown, /\nNothing that a ceremony needs is wrong with this machine\.$/);
  });

  it("does not offer the stick that it was started from", async () => {
    assert.match(await machine.type("media"), /^No stick is plugged in/);
  });

  it("is switched off", async () => {
    machine.terminal.type("poweroff\r");
    await machine.terminal.next("Power down");
    assert.equal(await machine.terminal.exit, 0);
  });
});

describe("other ways to start", () => {
  for (const [firmware, medium] of [
    ["bios", "stick"],
    ["uefi", "disc"],
  ] as const) {
    it(`from a ${medium}, by ${firmware}: the menu`, async () => {
      const machine = await Machine.start({ image, firmware, medium });
      machine.end();
    });
  }
});

/** Devices take a moment to be found. */
async function untilListed(machine: Machine, sticks: number): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const listed = await machine.type("media");
    if ((listed.match(/^sd/gm) ?? []).length === sticks) return listed;
  }
  throw new Error(`${sticks} sticks were never listed`);
}

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is set by npm run test:image`);
  return value;
}
