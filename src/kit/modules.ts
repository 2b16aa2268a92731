/** PKCS#11 modules that a kit can bring along, of Debian's packages. */
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";

export interface BroughtModule {
  readonly name: string;
  /** The package that has it, for whoever has to install it before the kit is built. */
  readonly debian: string;
  /** Where Debian 12 has the module, and programs that belong to it. */
  readonly module: string;
  readonly programs: readonly string[];
  /** Libraries that it loads by itself, so that the linker knows nothing of them. */
  readonly loads: readonly string[];
}

const LIBRARIES = "/usr/lib/x86_64-linux-gnu";

export const BROUGHT_MODULES: readonly BroughtModule[] = [
  {
    name: "softhsm",
    debian: "softhsm2",
    module: "/usr/lib/softhsm/libsofthsm2.so",
    programs: ["/usr/bin/softhsm2-util"],
    loads: [],
  },
  {
    // Smart cards and Nitrokeys; pcscd, which speaks with the reader, is the offline machine's own.
    name: "opensc",
    debian: "opensc",
    module: `${LIBRARIES}/opensc-pkcs11.so`,
    programs: ["/usr/bin/pkcs11-tool"],
    loads: [`${LIBRARIES}/libpcsclite.so.1`],
  },
];

/** `softhsm,opensc`. Throws `kit/module` for one that is not known. */
export function readModules(text: string): readonly BroughtModule[] {
  const names = new Set(text.split(",").filter(Boolean));
  return [...names].sort().map((name) => {
    const found = BROUGHT_MODULES.find((module) => module.name === name);
    if (found !== undefined) return found;
    throw new CeremonyError({
      code: "kit/module",
      exit: "usage",
      expected: `modules out of ${BROUGHT_MODULES.map((each) => each.name).join(", ")}, with commas between`,
      found: quote(name, 40),
      remedy: "Name others by their path on the offline machine, in the machine file.",
    });
  });
}
