/** A file system of our own: image, loop device, mount. Only in a private mount namespace. */

import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { errno, errnoName, errnoOf, HarnessError, type Errno } from "../model/index.ts";
import { btrfsCheck } from "./btrfs-check.ts";
import { openImage } from "./image-file.ts";
import { attachLoop, type LoopDevice } from "./loop-device.ts";
import { makeFileSystem, type FsKind } from "./mkfs.ts";
import type { Libc } from "./libc.ts";
import type { RunFolder } from "./scratch.ts";

const MS_NOSUID = 2;
const MS_NODEV = 4;

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
  readonly otherPath: string;
  private readonly libc: Libc;
  private readonly options: ImageOptions;
  private readonly loop: LoopDevice;

  /** Makes and mounts it inside `home`, with a tmpfs beside it. */
  constructor(libc: Libc, options: ImageOptions, home: RunFolder) {
    this.libc = libc;
    this.options = options;
    this.path = join(home.path, "under-test");
    this.otherPath = join(home.path, "other");
    const image = openImage(libc, dirname(home.path), imageBytes);
    try {
      this.loop = attachLoop(libc, image);
    } finally {
      libc.close(image);
    }
    try {
      makeFileSystem(options.kind, options.mkfs, this.loop.path);
      mkdirSync(this.path, 0o700);
      this.mount();
      mkdirSync(this.otherPath, 0o700);
      this.mountOther();
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

  private mounted(): number {
    const { kind, mount } = this.options;
    return this.libc.mount(this.loop.path, this.path, kind, MS_NOSUID | MS_NODEV, mount);
  }

  /** Writes everything out. No descriptor into it may be open. */
  unmount(): void {
    this.expect(this.libc.umount2(this.path, 0), "umount");
  }

  /** What the checker complains of, in text; undefined when it finds nothing. Not while mounted. */
  check(): string | undefined {
    return this.options.kind === "btrfs" ? btrfsCheck(this.loop.path) : undefined;
  }

  /** Gives everything back: mounts, loop device, image, folders. */
  close(): void {
    this.released(this.path);
    this.released(this.otherPath);
    this.libc.close(this.loop.fd);
    rmdirSync(this.path);
    rmdirSync(this.otherPath);
  }

  /** Gives back what there is of an image that could not be made. */
  private abandon(): void {
    for (const path of [this.path, this.otherPath]) {
      this.libc.umount2(path, 0);
      if (existsSync(path)) rmdirSync(path);
    }
    this.libc.close(this.loop.fd);
  }

  /** Unmounts what is mounted; EINVAL is what was not. */
  private released(path: string): void {
    if (this.libc.umount2(path, 0) === 0 || this.libc.errno() === errnoOf("EINVAL")) return;
    this.expect(-1, "umount");
  }

  private mountOther(): void {
    const data = `size=${otherBytes},mode=0700`;
    const result = this.libc.mount("tmpfs", this.otherPath, "tmpfs", MS_NOSUID | MS_NODEV, data);
    this.expect(result, "mount -t tmpfs");
  }

  private expect(result: number, what: string): void {
    if (result !== 0) throw new HarnessError(`${what} failed: ${errnoName(this.libc.errno())}`);
  }
}
