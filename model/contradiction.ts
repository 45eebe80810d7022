/**
 * Where a kernel contradicts itself: what one of its witnesses says of files and
 * extents that the extent items, read at the same time, do not say. No profile
 * allows one.
 */

/** Who is held against the items, or against what was there before. */
export const witnesses = [
  "fiemap",
  "shared",
  "st-blocks",
  "seek",
  "holes",
  "references",
  "count",
  "freed",
  "times",
] as const;

export type Witness = (typeof witnesses)[number];

/** Plain data; without addresses of a disk. */
export interface Contradiction {
  readonly witness: Witness;
  /** Its name as in an observation; for a call on slots, its slot as `@s3`. */
  readonly file: string;
  /** One line of words, with `,` and `:` behind some; without `;`. */
  readonly text: string;
}
