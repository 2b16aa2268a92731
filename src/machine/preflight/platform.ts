/** The clock, the randomness, and what the machine is. */
import { type Check, check, fail, isThere, pass, readBytes, readText, unknown } from "./view.ts";

const CLOCK_TOLERANCE_SECONDS = 60;
const SEEDED_BITS = 256;
const SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

const clock = check(
  "clock/rtc",
  "required",
  (view) => {
    const rtc = readText(view, "sys/class/rtc/rtc0/since_epoch")?.trim();
    if (rtc === undefined || !/^\d+$/.test(rtc)) return unknown("no hardware clock is shown");
    const apart = Math.abs(Number(rtc) - view.now);
    const found = `hardware and system clock are ${apart} seconds apart`;
    return apart <= CLOCK_TOLERANCE_SECONDS ? pass(found) : fail(found);
  },
  "Set the system clock by a witness's watch, then: hwclock --utc --systohc.",
);

const seeded = check(
  "entropy/seeded",
  "required",
  (view) => {
    const bits = readText(view, "proc/sys/kernel/random/entropy_avail")?.trim();
    if (bits === undefined || !/^\d+$/.test(bits)) return unknown("the kernel doesn't say");
    return Number(bits) >= SEEDED_BITS
      ? pass("the kernel's generator is seeded")
      : fail(`${bits} of ${SEEDED_BITS} bits`);
  },
  "Wait a minute, type and move the mouse, and look again.",
);

const source = check(
  "entropy/source",
  "advised",
  (view) => {
    const device = readText(view, "sys/class/misc/hw_random/rng_current")?.trim();
    const cpu = /^flags\s*:.*\brdrand\b/m.test(readText(view, "proc/cpuinfo") ?? "");
    const found = [...(device && device !== "none" ? [device] : []), ...(cpu ? ["RDRAND"] : [])];
    return found.length === 0 ? unknown("no hardware source is shown") : pass(found.join(", "));
  },
  "The kernel's generator is good without one, once seeded. Use a machine with one if you can.",
);

const hypervisor = check(
  "platform/hypervisor",
  "advised",
  (view) => {
    const kind = readText(view, "sys/hypervisor/type")?.trim();
    const flags = readText(view, "proc/cpuinfo")?.match(/^flags\s*:(.*)$/m)?.[1];
    if (kind !== undefined || flags?.split(" ").includes("hypervisor"))
      return fail(`a virtual machine${kind ? ` (${kind})` : ""}`);
    return flags === undefined ? unknown("the processor doesn't say") : pass("no hypervisor is shown");
  },
  "Whoever runs the host can read every key and PIN: use a machine of its own.",
);

const secureBoot = check(
  "platform/secure-boot",
  "advised",
  (view) => {
    if (!isThere(view, "sys/firmware/efi")) return unknown("no UEFI is shown");
    const variable = readBytes(view, SECURE_BOOT);
    // Four bytes of attributes, then the value (Linux, Documentation/filesystems/efivarfs.rst).
    if (variable?.length !== 5) return unknown("the firmware doesn't say");
    return variable[4] === 1 ? pass("on") : fail("off");
  },
  "Turn it on in the firmware's settings.",
);

const lockdown = check(
  "platform/lockdown",
  "advised",
  (view) => {
    const mode = readText(view, "sys/kernel/security/lockdown")?.match(/\[(\w+)\]/)?.[1];
    if (mode === undefined) return unknown("the kernel doesn't say");
    return mode === "none" ? fail("none: root can change the running kernel") : pass(mode);
  },
  "Start the kernel with lockdown=confidentiality.",
);

export const platformChecks: readonly Check[] = [clock, seeded, source, hypervisor, secureBoot, lockdown];
