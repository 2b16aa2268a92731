/**
 * Giving back what the module handed out. A device that is gone fails at everything that follows, too: what is said is
 * what failed first.
 */

/** `release` in any case, after `work`. */
export function thenRelease<Result>(work: () => Result, release: () => void): Result {
  let result: Result;
  try {
    result = work();
  } catch (error) {
    return releaseAfter(error, release);
  }
  release();
  return result;
}

/** Throws the error, whatever comes of `release`. */
export function releaseAfter(error: unknown, release: () => void): never {
  try {
    release();
  } catch {
    // The error that is thrown came before it, and says more.
  }
  throw error;
}
