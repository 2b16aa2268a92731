/**
 * The chain of roots, from the one that is trusted to the newest that the repository has (TUF specification 1.0.34 §5.3).
 * Each accepted root is stored before the next is asked for; one that is refused leaves the stored one in its place.
 */
import { CLIENT_LIMITS } from "../../../src/tuf/chain.ts";
import { readDocument } from "../../../src/tuf/read-document.ts";
import { RootFetcher } from "./fetch-root.ts";
import { acceptLast, acceptNext, acceptTrusted, now } from "./judge.ts";
import { readTrustedRoot, storeRoot } from "./trusted-root.ts";

export interface RefreshOptions {
  /** Has `root.json`. */
  readonly folder: string;
  /** Ends in a slash. */
  readonly url: URL;
  readonly timeLimitSeconds: number;
}

/** The version of the last root. */
export async function refresh({ folder, url, timeLimitSeconds }: RefreshOptions): Promise<number> {
  const start = now();
  let trusted = readTrustedRoot(folder);
  let version = acceptTrusted(trusted, start);
  const fetcher = new RootFetcher(url, timeLimitSeconds);
  try {
    // One that has more goes on at the next refresh.
    for (let rotation = 0; rotation < CLIENT_LIMITS.rotations; rotation += 1) {
      const bytes = await fetcher.fetch(version + 1);
      if (bytes === null) break;
      const next = readDocument(bytes);
      version = acceptNext(trusted, next, start);
      await storeRoot(folder, bytes);
      trusted = next;
    }
  } finally {
    fetcher.close();
  }
  acceptLast(trusted, start);
  return version;
}
