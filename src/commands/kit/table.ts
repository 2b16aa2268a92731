/** The commands about the kit, which goes to the offline machine. */
import type { CommandEntry } from "../context.ts";

export const kitTable: readonly CommandEntry[] = [
  {
    name: "build",
    summary: "one archive with everything, on a connected machine",
    load: () => import("./build.ts"),
  },
  {
    name: "image",
    summary: "a medium that the offline machine is started from",
    load: () => import("./image.ts"),
  },
  {
    name: "verify",
    summary: "is a kit what it says? On either side",
    load: () => import("./verify.ts"),
  },
];

export const KIT_EXAMPLES = `
Examples:
  $ tuf-ceremony kit build --out /media/courier
  $ tuf-ceremony kit image tuf-ceremony-0.1.0-linux-x64.tar.gz --out /media/courier
  $ tuf-ceremony kit verify /media/courier/tuf-ceremony-0.1.0-linux-x64.tar.gz

Built twice it is the same, byte for byte: build it on two machines, compare, and nobody has to trust the courier.`;
