/**
 * Other people's client code on our documents. @tufjs/models is a second parser and a second judge of thresholds; its
 * signatures are verified by OpenSSL, so it is no second implementation of those.
 */
import { createRequire } from "node:module";
import type { ClientVerdict } from "../ceremony/effects.ts";

type Models = typeof import("@tufjs/models");
type TufJsDocument =
  | ReturnType<Models["Metadata"]["fromJSON"]>
  | ReturnType<typeof parseRoot>
  | ReturnType<typeof parseTargets>;

/** A limit of tuf-js that is known (docs/clients.md). */
const NON_BMP = "client/tuf-js-non-bmp-names";
const MANY_DELEGATIONS = 1024;

/**
 * Load the finished metadata files with @tufjs/models and have each verified by the one that delegates to it.
 * @param files bytes by path: `metadata/1.root.json`, `metadata/1.targets.json`, `metadata/1.bins.json`
 */
export async function tryClients(files: ReadonlyMap<string, Uint8Array>): Promise<readonly ClientVerdict[]> {
  const { default: models } = await import("@tufjs/models");
  const texts = [...files].map(([path, bytes]) => [roleOf(path), new TextDecoder().decode(bytes)] as const);
  return [
    {
      client: "tuf-js (@tufjs/models)",
      version: versionOf("@tufjs/models"),
      accepted: isAccepted(models, new Map(texts)),
      isPartial: texts.some(([, text]) => (delegatedRoles(JSON.parse(text))?.length ?? 0) > MANY_DELEGATIONS),
      known: knownLimits(texts.map(([, text]) => text)),
    },
  ];
}

function isAccepted(models: Models, texts: ReadonlyMap<string, string>): boolean {
  try {
    const parsed = new Map<string, TufJsDocument>();
    for (const [role, text] of texts) {
      parsed.set(role, role === "root" ? parseRoot(models, text) : parseTargets(models, text));
    }
    const [root, targets] = [parsed.get("root"), parsed.get("targets")];
    for (const [role, document] of parsed) {
      const delegator = role === "root" || role === "targets" ? root : targets;
      // Without its delegator in this ceremony a document is verified by our own chain only.
      if (delegator !== undefined) delegator.verifyDelegate(role, document);
    }
    return true;
  } catch (error) {
    // Whatever a client throws at a document is its refusal.
    if (error instanceof Error) return false;
    throw error;
  }
}

function parseRoot(models: Models, text: string) {
  return models.Metadata.fromJSON(models.MetadataKind.Root, JSON.parse(text));
}

/**
 * With many delegations, tuf-js parses the first ones and verifies the signatures over all: it copies every role for
 * each next one, so that 16,384 of them take it half a minute.
 */
function parseTargets(models: Models, text: string) {
  const whole: unknown = JSON.parse(text);
  const roles = delegatedRoles(whole);
  if (roles === null || roles.length <= MANY_DELEGATIONS) {
    return models.Metadata.fromJSON(models.MetadataKind.Targets, JSON.parse(text));
  }
  const { signed } = JSON.parse(text);
  roles.length = MANY_DELEGATIONS;
  const parsed = models.Metadata.fromJSON(models.MetadataKind.Targets, JSON.parse(JSON.stringify(whole)));
  parsed.signed.toJSON = () => signed;
  return parsed;
}

/** The array of delegated roles in a document's JSON; null where it has none. */
function delegatedRoles(document: unknown): unknown[] | null {
  let found = document;
  for (const member of ["signed", "delegations", "roles"]) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, member)) return null;
    found = Reflect.get(found, member);
  }
  return Array.isArray(found) ? found : null;
}

function knownLimits(texts: readonly string[]): readonly string[] {
  return texts.some((text) => /[\u{10000}-\u{10ffff}]/u.test(text)) ? [NON_BMP] : [];
}

/** `bins` of `metadata/1.bins.json`. */
function roleOf(path: string): string {
  return path
    .replace(/^.*\//, "")
    .replace(/^\d+\./, "")
    .replace(/\.json$/, "");
}

function versionOf(name: string): string {
  const manifest: unknown = createRequire(import.meta.url)(`${name}/package.json`);
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "";
}
