/** What each call does to where the blocks of a file lie: the questions that a file system answers. */

import type { Items } from "./extent-item.ts";
import type { FallocateMode } from "./op.ts";
import type { SmallFile } from "./small-file.ts";

/** A file before a call. */
export interface Laid extends SmallFile {
  /** Bytes of a block. */
  readonly block: bigint;
}

/** Each gives the items behind a call; offsets, sizes and lengths are bytes, lengths more than 0. */
export interface LayoutRules {
  readonly write: (file: Laid, start: bigint, length: bigint) => Items;
  /** Such a write at the end of file, refused by the device once the file system had made ready for it. */
  readonly refused: (file: Laid, start: bigint, length: bigint) => Items;
  /** Through a mapping of pages with so many bytes; the file stays as long as it is. */
  readonly store: (file: Laid, start: bigint, length: bigint, page: bigint) => Items;
  /** `count` blocks written one by one at every second block from `start` on. */
  readonly scatter: (file: Laid, start: bigint, count: number) => Items;
  /** The end of file moved to `size`. */
  readonly truncate: (file: Laid, size: bigint) => Items;
  readonly allocate: (file: Laid, mode: FallocateMode, start: bigint, length: bigint) => Items;
  /** `count` blocks of a source, from `from` on, cloned onto block `onto`; a file may be its own source. */
  readonly clone: Remap;
  /** The same, by a dedupe. */
  readonly dedupe: Remap;
  /**
   * As `dedupe` with so many blocks of a target, when blocks run out on the way: each
   * is as it was, or as `right` has it. Undefined where sharing needs no block.
   */
  readonly partly?: (file: Laid, right: Items, from: bigint, count: bigint) => Items;
  /** What a look at the disk is held to, of a file with so many blocks. */
  readonly compared: (items: Items, blocks: bigint) => Items;
  /** What is known once these were seen, of a file with so many blocks. */
  readonly known: (before: Items, seen: Items, blocks: bigint) => Items;
}

type Remap = (file: Laid, source: Items, from: bigint, count: bigint, onto: bigint) => Items;
