/** A file system of our own: image, loop device, mount. Only in a private mount namespace. */

import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  errno,
  errnoName,
  errnoOf,
  HarnessError,
  mounts,
  type Errno,
  type FsKind,
  type Mount,
} from "../model/index.ts";
import { btrfsCheck } from "./btrfs-check.ts";
import { openImage } from "./image-file.ts";
import { attachLoop, type LoopDevice } from "./loop-device.ts";
import { makeFileSystem } from "./mkfs.ts";
import type { Libc } from "./libc.ts";
import type { RunFolder } from "./scratch.ts";

/** Source: include/uapi/linux/mount.h (Linux 6.18). */
const MS_RDONLY = 1;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_REMOUNT = 32;
const MS_BIND = 4096;

/** Of every mount. */
const ownFlags = MS_NOSUID | MS_NODEV;

/** Sparse: it takes the room that is written. */
const imageBytes = 2 * 2 ** 30;

/** Of the second file system. */
const otherBytes = 512 * 2 ** 20;

export interface ImageOptions {
  readonly kind: FsKind;
  /** Options of mkfs, such as ["--sectorsize", "4096"]. */
  readonly mkfs: readonly string[];
  /** Options of mount(2), separated by commas; empty for none. */
  readonly mount: string;
  /** Where image and mount points are made; undefined for memory, or disk where memory is short. */
  readonly scratch: string | undefined;
}

export class Image {
  readonly path: string;
  /** Where the other mounts are. */
  readonly beside: ReadonlyMap<Mount, string>;
  /** A descriptor of the image. */
  readonly disk: number;
  private readonly libc: Libc;
  private readonly options: ImageOptions;
  private readonly loop: LoopDevice;

  /** Makes and mounts it inside `home`, with a tmpfs beside it. */
  constructor(libc: Libc, options: ImageOptions, home: RunFolder) {
    this.libc = libc;
    this.options = options;
    this.path = join(home.path, "under-test");
    const others = mounts.filter((mount) => mount !== "main");
    this.beside = new Map(others.map((mount) => [mount, join(home.path, mount)]));
    this.disk = openImage(libc, dirname(home.path), imageBytes);
    this.loop = this.attached();
    try {
      makeFileSystem(options.kind, options.mkfs, this.loop.path);
      for (const path of this.folders()) mkdirSync(path, { mode: 0o700 });
      this.mount();
      this.expect(this.mountTmpfs(this.pathOf("other")), "mount -t tmpfs");
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Mounts again what `unmount` let go. */
  mount(): void {
    this.expect(this.mounted(), `mount -t ${this.options.kind} ${this.options.mount}`);
  }

  /** As `mount`, of what was mounted before: what then fails is the kernel's answer, 0 for none. */
  mountAgain(): Errno | 0 {
    return this.mounted() === 0 ? 0 : errno(this.libc.errno());
  }

  /** Writes everything out. No descriptor into it may be open. */
  unmount(): void {
    for (const path of [this.pathOf("ro"), this.pathOf("bind"), this.path]) {
      this.expect(this.libc.umount2(path, 0), "umount");
    }
  }

  get device(): string {
    return basename(this.loop.path);
  }

  /** See `btrfsCheck`. */
  check(): string | undefined {
    return btrfsCheck(this.loop.path);
  }

  /** Gives everything back: mounts, loop device, image, folders. */
  close(): void {
    for (const path of this.folders()) this.released(path);
    this.libc.close(this.loop.fd);
    this.libc.close(this.disk);
    for (const path of this.folders()) rmdirSync(path);
  }

  /** Gives back what there is of an image that could not be made. */
  private abandon(): void {
    for (const path of this.folders()) {
      this.libc.umount2(path, 0);
      if (existsSync(path)) rmdirSync(path);
    }
    this.libc.close(this.loop.fd);
    this.libc.close(this.disk);
  }

  private attached(): LoopDevice {
    try {
      return attachLoop(this.libc, this.disk);
    } catch (error) {
      this.libc.close(this.disk);
      throw error;
    }
  }

  /** Every mount point, the main one last. */
  private folders(): readonly string[] {
    return [...this.beside.values(), this.path];
  }

  private pathOf(mount: Mount): string {
    return this.beside.get(mount) ?? this.path;
  }

  /** Unmounts what is mounted; EINVAL is what was not. */
  private released(path: string): void {
    if (this.libc.umount2(path, 0) === 0 || this.libc.errno() === errnoOf("EINVAL")) return;
    this.expect(-1, "umount");
  }

  /** Mounts the disk, and beside it once more, and once more for reading only; 0 when all is well. */
  private mounted(): number {
    const { kind, mount } = this.options;
    const result = this.libc.mount(this.loop.path, this.path, kind, ownFlags, mount);
    if (result !== 0) return result;
    return this.bound(this.pathOf("bind"), 0) || this.bound(this.pathOf("ro"), MS_RDONLY);
  }

  /** A second mount of the same superblock; flags of a mount take a call of their own. */
  private bound(path: string, flags: number): number {
    const result = this.libc.mount(this.path, path, "", MS_BIND, "");
    if (result !== 0) return result;
    return this.libc.mount("", path, "", MS_REMOUNT | MS_BIND | ownFlags | flags, "");
  }

  private mountTmpfs(path: string): number {
    return this.libc.mount("tmpfs", path, "tmpfs", ownFlags, `size=${otherBytes},mode=0700`);
  }

  private expect(result: number, what: string): void {
    if (result !== 0) throw new HarnessError(`${what} failed: ${errnoName(this.libc.errno())}`);
  }
}
