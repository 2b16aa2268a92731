/** The clients that read TUF documents: one row for a client and a range of its versions. */

export interface Client {
  readonly id: string;
  /** As its own project calls it. */
  readonly name: string;
  /** The versions that the limits were measured with. */
  readonly versions: string;
  /** Whether there was no newer version when this was measured. */
  readonly isNewest: boolean;
  /** Programs that read TUF documents with it. */
  readonly usedBy: string;
}

// biome-ignore format: a table is read by its rows
export const CLIENTS = [
  { id: "python-tuf", name: "python-tuf", versions: "7.0.1", isNewest: true,
    usedBy: "sigstore-python, RSTUF, tuf-on-ci; pip as PEP 458 plans it" },
  { id: "go-tuf", name: "go-tuf", versions: "2.4.2", isNewest: true,
    usedBy: "cosign, sigstore-go" },
  { id: "tuf-js", name: "tuf-js", versions: "6.0.2", isNewest: true,
    usedBy: "sigstore-js; every ceremony's own check (@tufjs/models 5.0.2)" },
  { id: "tuf-js-before", name: "tuf-js", versions: "1.1.7 to 6.0.0", isNewest: false,
    usedBy: "npm 11.19.1, which has tuf-js 4.1.0 in it (@tufjs/models 1.0.4 to 5.0.0)" },
  { id: "tough", name: "tough", versions: "0.24.0", isNewest: true,
    usedBy: "tuftool, Bottlerocket" },
  { id: "rust-tuf", name: "rust-tuf", versions: "0.3.0-beta14", isNewest: true,
    usedBy: "Fuchsia (the crate tuf)" },
] as const satisfies readonly Client[];

export type ClientId = (typeof CLIENTS)[number]["id"];
