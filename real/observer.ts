/** What a place holds on the disk: every regular file, once, read by every witness. */

import type { FileLayout, Items } from "../model/index.ts";
import { dataRanges, type DataRange } from "./block-map.ts";
import { itemsOfFiemap, sharedRanges, type BlockRange } from "./fiemap-items.ts";
import { Fiemap } from "./fiemap.ts";
import type { Libc } from "./libc.ts";
import { mapPlaceFiles, type OpenSlot, type PlaceFile } from "./place-files.ts";
import { referenceDisagreement } from "./reference-witness.ts";
import { References } from "./references.ts";
import { rootOf } from "./subvolumes.ts";
import { TreeSearch } from "./tree-search.ts";
import { witnessDisagreement } from "./witness.ts";

/** One file. Plain data; numbers of extents mean nothing beyond one observation. */
export interface ObservedFile {
  /** Its name; of a file that has none, the first slot that holds it, as `@s3`. */
  readonly name: string;
  /** i_size, in bytes. */
  readonly size: bigint;
  readonly items: Items;
  /** What FIEMAP says differently from the items, in one line; undefined where they agree. */
  readonly disagreement: string | undefined;
  /** Units of 512 bytes. */
  readonly stBlocks: bigint;
  readonly data: readonly DataRange[];
  /** Blocks that FIEMAP calls shared. */
  readonly shared: readonly BlockRange[];
}

export interface Observation {
  /** `mapping`: items are made of FIEMAP (see fiemap-items.ts), where they cannot be read. */
  readonly itemsFrom: "tree" | "mapping";
  /** Files with a name, sorted by it, each inode once; then those without, by slot. */
  readonly files: readonly ObservedFile[];
}

/** The file system must have been written out before each look. */
export class Observer {
  private readonly libc: Libc;
  private readonly block: number;
  private readonly trees: TreeSearch;
  private readonly fiemap: Fiemap;
  private readonly references: References;

  /** `block`: bytes of a block of the file system. */
  constructor(libc: Libc, block: number) {
    this.libc = libc;
    this.block = block;
    this.trees = new TreeSearch(libc, block);
    this.fiemap = new Fiemap(libc);
    this.references = new References(libc, block);
  }

  /** Items alone, of the files in a folder and in open slots. Extents keep the disk's numbers. */
  layouts(folder: number, open: readonly OpenSlot[]): readonly FileLayout[] {
    return mapPlaceFiles(this.libc, folder, open, ({ name, fd, status }) => ({
      name,
      items: this.trees.items(fd, status.inode),
    }));
  }

  /** Everything, of the same files. */
  observe(folder: number, open: readonly OpenSlot[]): Observation {
    const hasTree = this.trees.isReadable(folder);
    const files = mapPlaceFiles(this.libc, folder, open, (file) => this.look(file, hasTree));
    return { itemsFrom: hasTree ? "tree" : "mapping", files };
  }

  /**
   * Whether the references of every extent of the files are the files' items:
   * what differs, in one line; undefined when nothing does, and where items
   * cannot be read. The files must be all that share with each other.
   */
  checkReferences(folder: number, open: readonly OpenSlot[]): string | undefined {
    if (!this.trees.isReadable(folder)) return undefined;
    const files = mapPlaceFiles(this.libc, folder, open, ({ name, fd, status: { inode } }) => ({
      name,
      root: rootOf(this.libc, fd),
      inode,
      items: this.trees.items(fd, inode),
    }));
    return referenceDisagreement(files, (extent) => this.references.of(folder, extent));
  }

  private look({ name, fd, status }: PlaceFile, hasTree: boolean): ObservedFile {
    const { inode, size, stBlocks } = status;
    const mapped = this.fiemap.extents(fd, false);
    const items = hasTree ? this.trees.items(fd, inode) : itemsOfFiemap(mapped, this.block);
    return {
      name,
      size,
      items,
      disagreement: hasTree ? witnessDisagreement(items, mapped, this.block) : undefined,
      stBlocks,
      data: dataRanges(this.libc, fd),
      shared: sharedRanges(mapped, this.block),
    };
  }
}
