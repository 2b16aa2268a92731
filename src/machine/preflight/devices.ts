/** What is plugged in by USB: media that came along, and keyboards, of which one that nobody brought types by itself. */
import { type Check, check, fail, listFolder, type MachineView, pass, readText, unknown } from "./view.ts";

const DEVICES = "sys/bus/usb/devices";
/** Classes of interfaces (usb.org, Defined Class Codes); a keyboard is a HID that also speaks the boot protocol. */
const STORAGE = "08";
const HID = "03";
const KEYBOARD_PROTOCOL = "01";

const storage = check(
  "devices/storage",
  "advised",
  (view) => {
    const found = devicesWith(view, (at) => at("bInterfaceClass") === STORAGE);
    if (found === null) return unknown(`/${DEVICES} can't be read`);
    return pass(found.length === 0 ? "no USB storage" : `USB storage: ${found.join(", ")}`);
  },
  "Take out what does not belong to this ceremony.",
);

const keyboards = check(
  "devices/keyboards",
  "advised",
  (view) => {
    const found = devicesWith(
      view,
      (at) => at("bInterfaceClass") === HID && at("bInterfaceProtocol") === KEYBOARD_PROTOCOL,
    );
    if (found === null) return unknown(`/${DEVICES} can't be read`);
    if (found.length === 0) return pass("no USB keyboard");
    const names = found.join(", ");
    return found.length === 1
      ? pass(`one USB keyboard: ${names}`)
      : fail(`${found.length} USB keyboards: ${names}`);
  },
  "Take out every device that can type but the one keyboard; a YubiKey types, too, unless OTP is off.",
);

/** Their names, sorted; null where the kernel shows no USB at all. An interface `1-2:1.0` belongs to the device `1-2`. */
function devicesWith(
  view: MachineView,
  isOne: (at: (attribute: string) => string) => boolean,
): readonly string[] | null {
  const entries = listFolder(view, DEVICES);
  if (entries === null) return null;
  const read = (entry: string, attribute: string) =>
    readText(view, `${DEVICES}/${entry}/${attribute}`)?.trim() ?? "";
  const owners = entries
    .filter((entry) => entry.includes(":") && isOne((attribute) => read(entry, attribute)))
    .map((entry) => entry.split(":", 1)[0] ?? "");
  return [...new Set(owners)].map((owner) => nameOf((attribute) => read(owner, attribute))).sort();
}

/** What it says of itself, and its numbers, for it can say anything. */
function nameOf(read: (attribute: string) => string): string {
  const said = [read("manufacturer"), read("product")].filter((text) => text !== "").join(" ");
  return `${said === "" ? "unnamed" : said} (${read("idVendor")}:${read("idProduct")})`;
}

export const deviceChecks: readonly Check[] = [storage, keyboards];
