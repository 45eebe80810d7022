/** What a place holds on the disk: every regular file, once, read by every witness. */

import type { ExtentLook, FileLook, Items, Mapping, PlaceLook } from "../model/index.ts";
import { dataRanges } from "./data-ranges.ts";
import { hasExplicitHoles } from "./features.ts";
import { itemsOfFiemap, mappingOf } from "./fiemap-items.ts";
import { Fiemap, type MappedExtent } from "./fiemap.ts";
import { fileStatus } from "./file-status.ts";
import type { Libc } from "./libc.ts";
import { mapPlaceFiles, type OpenSlot, type PlaceFile } from "./place-files.ts";
import { References } from "./references.ts";
import { rootOf } from "./subvolumes.ts";
import { TreeSearch } from "./tree-search.ts";

export interface Observation extends Omit<PlaceLook, "leaked"> {
  /**
   * Whether an open slot holds a file of a deleted subvolume: the whole subvolume
   * stays until that is closed, with files that nobody can look at.
   */
  readonly holdsDeleted: boolean;
  /** Of every file, where they can be read, after a commit; else empty. */
  readonly versions: readonly FileVersion[];
}

/** The version of an inode (i_version), which the kernel tells to nobody but by its item. */
export interface FileVersion {
  readonly name: string;
  readonly root: bigint;
  readonly inode: bigint;
  readonly version: bigint;
}

/** What was done to the file system before a look. */
export interface History {
  /** It was just synced, and nothing was done since. */
  readonly committed: boolean;
  /**
   * A snapshot was taken at some time, or nobody knows: trees share blocks since, and
   * extents count those.
   */
  readonly hadSnapshot: boolean;
}

export class Observer {
  private readonly libc: Libc;
  private readonly block: bigint;
  private readonly trees: TreeSearch;
  private readonly fiemap: Fiemap;
  private readonly references: References;

  /** `block`: bytes of a block of the file system. */
  constructor(libc: Libc, block: number) {
    this.libc = libc;
    this.block = BigInt(block);
    this.trees = new TreeSearch(libc, block);
    this.fiemap = new Fiemap(libc);
    this.references = new References(libc, block);
  }

  /**
   * Writes out the regular files of a folder and those in open slots, sorted by
   * slot, and reads everything about them; after a commit, extents are looked up in
   * the extent tree too.
   */
  look(folder: number, open: readonly OpenSlot[], since: History): Observation {
    const hasTree = this.trees.isReadable(folder);
    const each = <T>(look: (file: PlaceFile) => T): readonly T[] =>
      mapPlaceFiles(this.libc, folder, open, look);
    const before: Mapping[][] = [];
    if (!since.committed) {
      each(({ fd }) => before.push(this.mapping(this.fiemap.extents(fd, false))));
      each(({ fd }) => this.fiemap.writeOut(fd));
    }
    let holdsDeleted = false;
    let index = 0;
    const versions: FileVersion[] = [];
    const files = each((file) => {
      if (file.status.device === 0n) holdsDeleted = true;
      const look = this.fileLook(file, hasTree, before[index++] ?? []);
      if (since.committed && hasTree) versions.push(...this.versionOf(file.fd, look));
      return look;
    });
    return {
      holdsDeleted,
      versions,
      itemsFrom: hasTree ? "tree" : "mapping",
      block: this.block,
      noHoles: !hasTree || !hasExplicitHoles(this.libc, folder),
      files,
      extents: since.committed && hasTree ? this.extentLooks(folder, files, since) : undefined,
    };
  }

  /**
   * What becomes of an extent to which none of the files refers, in the tree as it
   * was last committed: `held` by an item elsewhere, or allocated for nobody.
   */
  useOf(folder: number, extent: bigint): "free" | "held" | "leaked" {
    if (this.trees.extentCount(folder, extent) === undefined) return "free";
    return this.references.of(folder, extent).length > 0 ? "held" : "leaked";
  }

  private mapping(extents: readonly MappedExtent[]): Mapping[] {
    return extents.map((extent) => mappingOf(extent, this.block));
  }

  private fileLook(
    { name, fd, status }: PlaceFile,
    hasTree: boolean,
    mappedBefore: readonly Mapping[],
  ): FileLook {
    const { inode, device } = status;
    const { size, stBlocks } = fileStatus(this.libc, fd);
    const extents = this.fiemap.extents(fd, false);
    return {
      name,
      root: hasTree ? rootOf(this.libc, fd) : device,
      inode,
      size,
      items: hasTree ? this.trees.items(fd, inode) : itemsOfFiemap(extents, this.block),
      stBlocks,
      mapped: this.mapping(extents),
      mappedBefore,
      data: dataRanges(this.libc, fd),
    };
  }

  private versionOf(fd: number, { name, root, inode }: FileLook): readonly FileVersion[] {
    const version = this.trees.version(fd, inode);
    return version === undefined ? [] : [{ name, root, inode, version }];
  }

  /** Of every extent that the files refer to. */
  private extentLooks(
    folder: number,
    files: readonly { readonly items: Items }[],
    { hadSnapshot }: History,
  ): ReadonlyMap<bigint, ExtentLook> {
    const looks = new Map<bigint, ExtentLook>();
    for (const { items } of files) {
      for (const { extent } of items) {
        if (extent === 0n || looks.has(extent)) continue;
        const references = this.references.of(folder, extent);
        const count = hadSnapshot ? undefined : this.trees.extentCount(folder, extent);
        looks.set(extent, { references, count });
      }
    }
    return looks;
  }
}
