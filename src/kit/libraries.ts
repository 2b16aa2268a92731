/** The shared libraries that a program needs besides those of glibc: where they are here, and of which Debian package. */
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";

export interface DebianLibrary {
  /** As the dynamic linker looks for it: `libatomic.so.1`. */
  readonly name: string;
  readonly path: string;
  /** The package's name and version: `libatomic1`, `12.2.0-14+deb12u1`. */
  readonly debian: string;
  readonly version: string;
  /** The file that says under which terms it may be copied. */
  readonly copyright: string;
}

/** Of glibc, which every Debian has: from another one they would not fit its linker. */
const OF_EVERY_SYSTEM =
  /^(?:linux-vdso|ld-linux-x86-64|libc|libm|libdl|libpthread|librt|libresolv|libutil)\.so/;

/** Of a program or another library, sorted by name. Throws `kit/library` for one that is not there, or of no package. */
export function findLibraries(program: string): readonly DebianLibrary[] {
  const listed = run("ldd", [program]);
  const found = listed.matchAll(/^\s*(\S+) => (.*?)(?: \(0x[0-9a-f]+\))?$/gm);
  return [...found]
    .flatMap(([, name = "", path = ""]) => (OF_EVERY_SYSTEM.test(name) ? [] : [findFile(name, path)]))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A file of a Debian package that is installed here. Throws `kit/library`. */
export function findFile(name: string, found: string): DebianLibrary {
  if (!existsSync(found)) throw refuse(name, "not found on this machine");
  const path = realpathSync(found);
  // Packages of before /lib became a link to /usr/lib still call it by its old name.
  const listed =
    run("dpkg-query", ["--search", path]) || run("dpkg-query", ["--search", path.replace(/^\/usr/, "")]);
  const [, debian] = /^([a-z0-9.+-]+)(?::amd64)?: /.exec(listed) ?? [];
  if (debian === undefined) throw refuse(name, `${quote(path)}, which is of no package`);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own way to say which field
  const version = run("dpkg-query", ["--show", "--showformat", "${Version}", `${debian}:amd64`]);
  const copyright = realpathSync(`/usr/share/doc/${debian}/copyright`);
  return { name: basename(name), path, debian, version, copyright };
}

/** Without LD_PRELOAD and LD_LIBRARY_PATH: what somebody has loaded here is no part of the kit. */
function run(command: string, words: readonly string[]): string {
  const { status, stdout } = spawnSync(command, words, {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
  });
  return status === 0 ? stdout : "";
}

function refuse(name: string, found: string): CeremonyError {
  return new CeremonyError({
    code: "kit/library",
    exit: "device",
    expected: `the library ${name} from a Debian package`,
    found,
    remedy: "Build the kit on Debian 12, with what `npm ci` asks for installed.",
  });
}
