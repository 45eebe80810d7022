/** Where programs run on a real file system: a place for each, one after the other. */

import type { Circumstance, DiskCheck, Errno, Format, Mount } from "../model/index.ts";
import type { Recipe } from "./formats.ts";
import type { Scrubbed } from "./scrub.ts";

/** The folders of one program. */
export interface Place {
  /** To come back to it by `revisit`; unique among the places of one generation. */
  readonly name: string;
  /** A descriptor of the folder for plain names. */
  readonly folder: number;
  /** Descriptors of the folders behind the other mounts that there are. */
  readonly behind: ReadonlyMap<Mount, number>;
}

/** A file system that was unmounted, checked and mounted again. */
export interface Checked {
  readonly complaint: string | undefined;
  readonly back: Place | Errno;
}

/** A file system that nobody else uses. */
export interface OwnFileSystem {
  /** Where it is mounted. */
  readonly path: string;
  /** A descriptor of its image, to read and to write. */
  readonly disk: number;
}

export interface Ground {
  /** As in the header of a trace, such as `linux-6.18/btrfs`. */
  readonly name: string;
  /** The mounts that every place has a folder behind. */
  readonly mounts: ReadonlySet<Mount>;
  /** Of the current file system; see FileSystemUnderTest. */
  readonly format: Format;
  /** The circumstances under which calls can be made here. */
  readonly circumstances: ReadonlySet<Circumstance["kind"]>;
  /** Where the file system is mounted, and a descriptor of its image, if it is the run's own. */
  readonly own: OwnFileSystem | undefined;
  /** The block device that it is on, as the kernel's log names it, such as `loop3`. */
  readonly device: string | undefined;
  /** Options that the current file system was made and mounted with, as far as they were chosen. */
  readonly recipe: Recipe;
  /** Whether extent items can be read, and lie as the model follows them. */
  readonly canObserve: boolean;
  /** Whether subvolumes and snapshots can be made, and deleted. */
  readonly hasSubvolumes: boolean;
  readonly canRemount: boolean;
  /** Whether callers, owners, modes and attributes can be changed: by root, on a file system of its own. */
  readonly canGovern: boolean;
  /** The looks at the whole disk that there are. */
  readonly diskChecks: ReadonlySet<DiskCheck>;
  /** Counts file systems, from 1. */
  readonly generation: number;
  /** Whether this file system has had its share of programs or bytes. */
  readonly spent: boolean;
  /** The next file system is made so, where that can be chosen; this one is spent when it is not. */
  use(format: Format): void;
  /** An empty place; the one before is given up. */
  nextPlace(): Place;
  /** A new file system, as empty as a new place where there can be no new one. */
  renew(): void;
  /**
   * Unmounts and mounts again, and opens the current place again; or the errno
   * that the kernel answered instead. No file may be open.
   */
  remount(): Place | Errno;
  /** The same of a file system that was shut down, which nothing can be written to. */
  mountAgain(): Place | Errno;
  /** Makes an earlier place of this generation the current one again. */
  revisit(name: string): Place;
  /** Counts bytes that a program wrote or reserved. */
  wrote(lengthBytes: number, onOther: boolean): void;
  /**
   * Why an error is the machine's and not that of a call which asked for so many
   * bytes, in one line; undefined when it is the call's.
   */
  excuse(errno: number, askedBytes: number): string | undefined;
  /**
   * As `remount`, and what the checker complains of meanwhile, in text; undefined
   * when it finds nothing. A file system of which it complains is spent, and its
   * places are left closed.
   */
  check(): Checked;
  /** What a scrub complains of, likewise; or the errno that the kernel answered instead. */
  scrub(): Scrubbed;
  /** Removes what was made. No file may be open. */
  close(): void;
}
