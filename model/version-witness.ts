/** The version of an inode before and after calls that may change it only by sharing. */

/** What dedupes shared into a file, as far as their answers tell. */
export type SharedInto = "nothing" | "perhaps" | "something";

/**
 * How the version of an inode contradicts what was shared into it (FS-08a), in one
 * line; undefined where it does not. A btrfs inode begins with any version.
 */
export function versionDifference(
  before: bigint,
  after: bigint,
  shared: SharedInto,
): string | undefined {
  if (after < before) return `the version falls by ${before - after}`;
  if (after === before) {
    return shared === "something" ? "blocks were shared into it, and the version stays" : undefined;
  }
  if (shared !== "nothing") return undefined;
  return `nothing was shared into it, and the version rises by ${after - before}`;
}
