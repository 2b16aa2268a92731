/**
 * Builds the image: a medium that a machine is started from, with a minimal Debian, no drivers for networks, and the kit.
 *
 * Debian's packages come by mmdebstrap, customize.sh makes them the image's, mksquashfs packs them, and xorriso writes a
 * file that starts by BIOS and UEFI, from a disc or a stick. With the same kit and the same packages it is the same bytes.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { locateFile } from "../../locate.ts";
import { onMedium } from "../../machine/media.ts";
import type { Sha256Hex } from "../../tuf/types.ts";
import { FILE_TIME } from "../build-kit.ts";
import { lacking } from "../gather.ts";
import { digestOfFile } from "../verify-kit.ts";
import { requireTools, runTool } from "./tools.ts";

export interface ImageRequest {
  /** The folder of a kit that was verified. */
  readonly kit: string;
  /** A file in the form of apt's sources.list; null for Debian 12 as it is today. */
  readonly sources: string | null;
}

export interface BuiltImage {
  /** The image, `tuf-ceremony-0.1.0-linux-x64.iso`. */
  readonly path: string;
  readonly sha256: Sha256Hex;
  readonly sizeBytes: number;
}

/** What `media` leaves out by (serve): the stick that the image is on. */
const LABEL = "TUF_CEREMONY";
const PACKAGES = ["linux-image-amd64", "live-boot", "udev", "kbd", "console-data", "busybox"];
/** opensc speaks with readers by it. */
const PACKAGES_FOR_READERS = ["pcscd", "libccid"];
const TODAY = [
  "deb http://deb.debian.org/debian bookworm main",
  "deb http://deb.debian.org/debian bookworm-updates main",
  "deb http://deb.debian.org/debian-security bookworm-security main",
];
const EFI_BYTES = 8_388_608;

/**
 * Throws `kit/lacking` outside of a checkout, `kit/tools` where this machine lacks a program, `kit/image` where one fails.
 * @param out the folder that the image goes into; made if it is not there
 * @param tell is told what goes on
 */
export async function buildImage(
  request: ImageRequest,
  out: string,
  tell: (line: string) => void,
): Promise<BuiltImage> {
  await onMedium(out, "the image can be written", async () => readdirSync(out));
  const customize = locateFile("kit/image/customize.sh");
  if (!existsSync(customize)) throw lacking(customize);
  requireTools();
  return await onMedium(out, "the image can be written", () => writeImage(request, resolve(out), tell));
}

async function writeImage(
  { kit, sources }: ImageRequest,
  out: string,
  tell: (line: string) => void,
): Promise<BuiltImage> {
  const { version } = JSON.parse(readFileSync(join(kit, "package.json"), "utf8"));
  const work = mkdtempSync(join(out, ".unfinished-"));
  try {
    const iso = join(work, "iso");
    const start = join(work, "start");
    for (const folder of [".disk", "boot/grub", "live"]) mkdirSync(join(iso, folder), { recursive: true });
    mkdirSync(start);
    tell("Debian's packages …");
    const system = join(work, "system.tar");
    await writeSystem(work, { kit: resolve(kit), start, system, sources });
    tell("The file system …");
    await packSystem(work, system, join(iso, "live/filesystem.squashfs"));
    rmSync(system);
    tell("The image …");
    for (const name of ["vmlinuz", "initrd.img"]) copyFileSync(join(start, name), join(iso, "live", name));
    copyFileSync(join(start, "packages.txt"), join(iso, "packages.txt"));
    copyFileSync(locateFile("kit/image/grub.cfg"), join(iso, "boot/grub/grub.cfg"));
    writeFileSync(join(iso, ".disk/info"), `tuf-ceremony ${version}\n`);
    await writeBiosStart(work, start, join(iso, "boot/grub/bios.img"));
    await writeEfiStart(work, start, join(work, "efi.img"));
    const unfinished = join(work, "image.iso");
    await writeIso(work, { iso, start, unfinished });
    const sha256 = digestOfFile(unfinished);
    const { size } = statSync(unfinished);
    const path = join(out, `tuf-ceremony-${version}-linux-x64.iso`);
    renameSync(unfinished, path);
    return { path, sha256, sizeBytes: size };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function writeSystem(
  work: string,
  {
    kit,
    start,
    system,
    sources,
  }: {
    readonly kit: string;
    readonly start: string;
    readonly system: string;
    readonly sources: string | null;
  },
): Promise<void> {
  const customize = [locateFile("kit/image/customize.sh"), kit, start].map(quoteForShell);
  const [script, ...places] = customize;
  const readers = existsSync(join(kit, "modules/opensc")) ? PACKAGES_FOR_READERS : [];
  await runTool(work, "mmdebstrap", [
    "--variant=minbase",
    "--architectures=amd64",
    "--format=tar",
    `--include=${[...PACKAGES, ...readers].join(",")}`,
    '--aptopt=APT::Install-Recommends "false"',
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    `--customize-hook=sh ${script} "$1" ${places.join(" ")}`,
    "bookworm",
    system,
    ...(sources === null ? TODAY : [resolve(sources)]),
  ]);
}

/** The tar's own entry for its root is ignored by mksquashfs, which would let everybody write there. */
async function packSystem(work: string, system: string, packed: string): Promise<void> {
  const root = ["-root-mode", "0755", "-root-uid", "0", "-root-gid", "0"];
  const pack = ["-comp", "zstd", "-Xcompression-level", "19", "-reproducible", "-no-xattrs"];
  await runTool(
    work,
    "mksquashfs",
    ["-", packed, "-tar", ...root, ...pack, "-quiet", "-no-progress"],
    system,
  );
}

async function writeBiosStart(work: string, start: string, image: string): Promise<void> {
  const grub = join(start, "programs/usr");
  const words = ["--directory", join(grub, "lib/grub/i386-pc"), "--format", "i386-pc-eltorito"];
  const modules = ["biosdisk", "iso9660", "normal", "linux", "serial", "terminal", "search"];
  await runTool(work, join(grub, "bin/grub-mkimage"), [
    ...words,
    "--prefix",
    "/boot/grub",
    "--output",
    image,
    ...modules,
  ]);
}

/** Debian's shim and GRUB, signed, so that Secure Boot may be on. */
async function writeEfiStart(work: string, start: string, image: string): Promise<void> {
  const programs = join(start, "programs/usr/lib");
  const copies = [
    [join(programs, "shim/shimx64.efi.signed"), "::/EFI/BOOT/BOOTX64.EFI"],
    [join(programs, "grub/x86_64-efi-signed/gcdx64.efi.signed"), "::/EFI/BOOT/GRUBX64.EFI"],
  ] as const;
  writeFileSync(image, "");
  truncateSync(image, EFI_BYTES);
  // The serial number would be the time.
  await runTool(work, "mformat", ["-i", image, "-N", "20201030", "-v", "EFI", "::"]);
  await runTool(work, "mmd", ["-i", image, "::/EFI", "::/EFI/BOOT"]);
  for (const [from, to] of copies) await runTool(work, "mcopy", ["-i", image, from, to]);
}

async function writeIso(
  work: string,
  { iso, start, unfinished }: { readonly iso: string; readonly start: string; readonly unfinished: string },
): Promise<void> {
  const bios = [
    ...[
      "-b",
      "boot/grub/bios.img",
      "-no-emul-boot",
      "-boot-load-size",
      "4",
      "-boot-info-table",
      "--grub2-boot-info",
    ],
    ...["--grub2-mbr", join(start, "programs/usr/lib/grub/i386-pc/boot_hybrid.img")],
  ];
  const efi = [
    ...["-eltorito-alt-boot", "-append_partition", "2", "0xef", join(work, "efi.img")],
    ...["-e", "--interval:appended_partition_2:all::", "-no-emul-boot"],
  ];
  const fixed = ["-r", "-V", LABEL, "--set_all_file_dates", `=${FILE_TIME}`];
  const words = ["-as", "mkisofs", "-quiet", ...fixed, ...bios, ...efi, "-o", unfinished, iso];
  await runTool(work, "xorriso", words);
}

function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
