/** Looking for secrets in every form in which somebody could have written them down. */
import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** UTF-8, UTF-16 of both orders, hex of both cases, base64 wherever it may begin, as in JSON and in an address. */
export function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret, "utf8");
  const wide = Buffer.from(secret, "utf16le");
  const hex = bytes.toString("hex");
  const texts = [
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    hex,
    hex.toUpperCase(),
    wide.toString("hex"),
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
  ];
  const all = [bytes, wide, Buffer.from(wide).swap16(), ...texts.map((text) => Buffer.from(text, "latin1"))];
  return [...new Map(all.map((form) => [form.toString("hex"), form])).values()];
}

/** What of the base64 depends on the secret alone, where `offset` other bytes stand before it. */
function base64At(bytes: Buffer, offset: number): readonly string[] {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const first = Math.ceil((offset * 4) / 3);
  const last = Math.floor(((offset + bytes.length) * 4) / 3);
  const text = whole.slice(first, last);
  return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
}

/** A haystack can be searched for many secrets at once. */
export function holdsAny(haystack: Buffer, forms: readonly Buffer[]): boolean {
  return forms.some((form) => haystack.includes(form));
}

/** Every plain file below, by path; what goes away meanwhile is left out. */
export function allFiles(root: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = tryRead(path);
    if (bytes !== null) files.set(path, bytes);
  }
  return files;
}

/** Arguments and environment of every process that may be read, searched at once: `/proc/<pid>/cmdline`. */
export function findInProcesses(forms: readonly Buffer[]): readonly string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids
    .flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])
    .filter((path) => holdsAny(tryRead(path) ?? Buffer.alloc(0), forms));
}

function tryRead(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
