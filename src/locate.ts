/** Where the program's own files lie. This one is at the top of src/, and built into a chunk at the top of dist/. */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a program of ours that runs in a process of its own: `keystore/age-child`, as source or built. */
export function locateProgram(name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(fileURLToPath(import.meta.url))}`, import.meta.url));
}

/** The path of a file that a bundle brings along: `pkcs11.node`. In a checkout it isn't there. */
export function locateFile(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}
