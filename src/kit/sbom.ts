/** The list of materials: what a kit is made of, in CycloneDX 1.6 (ECMA-424). No times, no random numbers: it reproduces. */
import { Buffer } from "node:buffer";
import type { DebianLibrary } from "./libraries.ts";
import { RUNTIME } from "./node-release.ts";
import { digestOfFile } from "./verify-kit.ts";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** `sha512-` and base64, as package-lock.json has it. */
  readonly integrity: string;
  readonly folder: string;
}

/** dist/packages.json, which the build writes. */
export interface Materials {
  /** Bytes of our own code. */
  readonly own: number;
  readonly bundled: readonly (Package & { readonly bytes: number })[];
  readonly beside: readonly Package[];
}

export function describeMaterials(
  version: string,
  { bundled, beside }: Materials,
  debian: ReadonlyMap<string, DebianLibrary>,
): Uint8Array {
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": "tuf-ceremony",
        name: "tuf-ceremony",
        version,
        licenses: [{ license: { id: "Apache-2.0" } }],
        purl: `pkg:npm/tuf-ceremony@${version}`,
      },
    },
    components: [
      describeRuntime(),
      ...[...debian].map(([path, file]) => describeFile(path, file)),
      ...[...bundled, ...beside].map(describePackage),
    ],
  };
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}

function describeRuntime() {
  const { version, sha256 } = RUNTIME;
  return {
    type: "platform",
    "bom-ref": "node",
    name: "node",
    version,
    hashes: [{ alg: "SHA-256", content: sha256 }],
    licenses: [{ license: { name: "Node.js licence, licences/node.txt" } }],
    purl: `pkg:generic/node@${version}?download_url=https://nodejs.org/dist/v${version}/${RUNTIME.archive}`,
  };
}

function describeFile(path: string, { path: from, debian, version }: DebianLibrary) {
  return {
    type: "library",
    "bom-ref": `deb/${debian}/${path}`,
    name: debian,
    version,
    description: path,
    hashes: [{ alg: "SHA-256", content: digestOfFile(from) }],
    licenses: [{ license: { name: `licences/${debian}.txt` } }],
    purl: `pkg:deb/debian/${debian}@${encodeURIComponent(version)}?arch=amd64`,
  };
}

function describePackage({ name, version, license, integrity }: Package) {
  return {
    type: "library",
    "bom-ref": `npm/${name}`,
    name,
    version,
    hashes: [
      { alg: "SHA-512", content: Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex") },
    ],
    licenses: [{ license: { id: license } }],
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  };
}
