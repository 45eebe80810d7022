/** The times of a file before and after a call that must not change them. */

/** Nanoseconds since 1970. */
export interface FileTimes {
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/** Which times changed (FS-08), in one line; undefined when none did. */
export function timesDifference(before: FileTimes, after: FileTimes): string | undefined {
  const changed = [
    before.accessedNs === after.accessedNs ? "" : "atime",
    before.modifiedNs === after.modifiedNs ? "" : "mtime",
    before.changedNs === after.changedNs ? "" : "ctime",
  ].filter((name) => name !== "");
  return changed.length === 0 ? undefined : `${changed.join(" and ")} changed`;
}
