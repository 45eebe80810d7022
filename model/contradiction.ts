/**
 * Where a kernel contradicts itself: what one of its witnesses says of files and
 * extents that the extent items, read at the same time, do not say; or what is
 * wrong with the disk as a whole. No profile allows one.
 */

/** Who is held against the items, or against what was there before; and who looks at the whole disk. */
export const witnesses = [
  "fiemap",
  "shared",
  "shared-late",
  "st-blocks",
  "seek",
  "holes",
  "references",
  "count",
  "freed",
  "times",
  "version",
  "checker",
  "scrub",
] as const;

export type Witness = (typeof witnesses)[number];

/** Plain data; without addresses of a disk. */
export interface Contradiction {
  readonly witness: Witness;
  /** Its name as in an observation; for a call on slots, its slot as `@s3`; `disk` for all of it. */
  readonly file: string;
  /** One line of words, with `,` and `:` behind some; without `;`. */
  readonly text: string;
}
