/** What a program runs on: a real file system, or the model of one. */

import type { Contents } from "./contents.ts";
import type { Format } from "./format.ts";
import type { Circumstance, DiskCheck, Op } from "./op.ts";
import type { Outcome } from "./outcome.ts";
import type { Mount } from "./path.ts";
import type { Slot } from "./units.ts";

export interface FileSystemUnderTest {
  /** As in the header of a trace, such as `linux-6.18/btrfs`. */
  readonly name: string;
  /** Bytes of a block: the unit of offsets that can be shared, and the period of patterns. */
  readonly block: number;
  /** The mounts that paths can lead through; the main one is always there. */
  readonly mounts: ReadonlySet<Mount>;
  /** How the file system that the next place is on was made; of one that cannot be observed it says nothing. */
  readonly format: Format;
  /** The next `begin` is on a file system of this format, where that can be chosen. */
  use(format: Format): void;
  /** The block device that programs run on now, as a kernel's log names it, such as `loop3`; undefined for none. */
  readonly device: string | undefined;
  /** The circumstances under which calls can be made; `usual` is always there. */
  readonly circumstances: ReadonlySet<Circumstance["kind"]>;
  /** Whether `observe` can be performed: extent items can be read from the disk. */
  readonly canObserve: boolean;
  /** Whether subvolumes and snapshots can be made, and deleted. */
  readonly hasSubvolumes: boolean;
  /** Whether `remount` can be performed. */
  readonly canRemount: boolean;
  /** Whether callers, owners, modes and attributes can be changed: by root, on a file system of its own. */
  readonly canGovern: boolean;
  /** The looks at the whole disk that can be performed. */
  readonly diskChecks: ReadonlySet<DiskCheck>;
  /** Does one call, synchronously. Throws HarnessError when the machine, not the call, failed. */
  perform(op: Op): Outcome;
  /**
   * Whether the file in an open slot has this size and, in [start, end), these
   * contents. Quick, without an outcome: `inspect` says what was there instead.
   */
  holds(slot: Slot, size: bigint, contents: Contents, start: bigint, end: bigint): boolean;
  /** Closes every slot and gives the next program an empty place of its own. */
  begin(): void;
  /** As `begin`, on a file system that no program has touched. */
  fresh(): void;
  /** Whether the next `begin` makes a new file system: what is on this one can be looked at now. */
  readonly spent: boolean;
  /** Observations of which something was not settled in time, and left out. */
  readonly undecided: number;
  /** The current place, for `revisit`; undefined where none can be revisited. */
  placeOf(): string | undefined;
  /** Closes every slot and goes back to an earlier place of this file system. */
  revisit(place: string): void;
  /** Gives everything back. */
  close(): void;
}
