/** Programs inside a folder that exists, on whatever file system, without root. */

import { statfsSync, statSync } from "node:fs";
import { release } from "node:os";
import {
  errnoName,
  HarnessError,
  usualFormat,
  type Circumstance,
  type DiskCheck,
  type Format,
  type Mount,
} from "../model/index.ts";
import {
  BTRFS_SUPER_MAGIC,
  EXT4_SUPER_MAGIC,
  NFS_SUPER_MAGIC,
  OVERLAYFS_SUPER_MAGIC,
  TMPFS_MAGIC,
  XFS_SUPER_MAGIC,
} from "./abi.ts";
import { deviceOf } from "./device-of.ts";
import { measured, type Recipe } from "./formats.ts";
import { fsStatus, shortage, type FsStatus } from "./fs-status.ts";
import type { Checked, Ground, Place } from "./ground.ts";
import type { Libc } from "./libc.ts";
import {
  clearFolder,
  makeMarkedFolder,
  removeMarkedFolder,
  scratchParents,
  sweep,
  type RunFolder,
} from "./scratch.ts";
import type { Scrubbed } from "./scrub.ts";

/** Names of file systems for the header of a trace. */
const names: ReadonlyMap<number, string> = new Map([
  [BTRFS_SUPER_MAGIC, "btrfs"],
  [XFS_SUPER_MAGIC, "xfs"],
  [TMPFS_MAGIC, "tmpfs"],
  [EXT4_SUPER_MAGIC, "ext4"],
  [OVERLAYFS_SUPER_MAGIC, "overlay"],
  [NFS_SUPER_MAGIC, "nfs"],
]);

const usualBlock = 4096;

export class FolderGround implements Ground {
  readonly name: string;
  readonly mounts: ReadonlySet<Mount>;
  readonly format: Format;
  readonly circumstances: ReadonlySet<Circumstance["kind"]> = new Set(["usual"]);
  readonly own = undefined;
  readonly device: string | undefined;
  readonly recipe: Recipe = { mkfs: [], mount: [] };
  readonly canObserve = false;
  readonly hasSubvolumes = false;
  readonly canRemount = false;
  readonly canGovern = false;
  readonly diskChecks: ReadonlySet<DiskCheck> = new Set();
  readonly generation = 1;
  readonly spent = false;
  private readonly libc: Libc;
  private readonly home: RunFolder;
  private readonly other: RunFolder | undefined;
  private readonly place: Place;

  /** Sweeps what dead runs left in `folder`, and makes a run folder there. Throws HarnessError. */
  constructor(libc: Libc, folder: string) {
    this.libc = libc;
    const otherParent = otherThan(deviceNumber(folder));
    this.device = deviceOf(folder);
    sweep(libc, [folder, ...scratchParents()]);
    this.home = makeMarkedFolder(libc, folder);
    this.other = otherParent === undefined ? undefined : makeMarkedFolder(libc, otherParent);
    const status = fsStatus(libc, this.home.fd);
    this.name = `linux-${release().split(".", 2).join(".")}/${nameOf(status)}`;
    const format = measured(libc, this.home.fd, usualFormat(this.name));
    this.format = { ...format, block: BigInt(blockOf(status)) };
    const behind = new Map<Mount, number>();
    if (this.other !== undefined) behind.set("other", this.other.fd);
    this.mounts = new Set<Mount>(["main", ...behind.keys()]);
    this.place = { name: "here", folder: this.home.fd, behind };
  }

  use(): void {
    // It lies on the file system that is there.
  }

  /** The same folder, emptied: no program comes back to an earlier place. */
  nextPlace(): Place {
    clearFolder(this.libc, this.home.fd, true);
    if (this.other !== undefined) clearFolder(this.libc, this.other.fd, true);
    return this.place;
  }

  renew(): void {
    // There is no new file system here; the next place is an empty one.
  }

  mountAgain(): Place {
    return this.remount();
  }

  remount(): Place {
    throw new HarnessError("a folder that was there before cannot be mounted again");
  }

  revisit(name: string): Place {
    if (name !== this.place.name) throw new HarnessError(`there is no place ${name}`);
    return this.place;
  }

  wrote(): void {
    // Nothing is replaced here, so nothing is counted.
  }

  excuse(errno: number, askedBytes: number): string | undefined {
    for (const folder of [this.home, this.other]) {
      const short = folder && shortage(fsStatus(this.libc, folder.fd), askedBytes);
      if (short !== undefined) return `${folder?.path} ${short}, hence ${errnoName(errno)}`;
    }
    return undefined;
  }

  check(): Checked {
    throw new HarnessError("the disk of a folder that was there before is not ours to unmount");
  }

  scrub(): Scrubbed {
    throw new HarnessError("the disk of a folder that was there before is not ours to scrub");
  }

  close(): void {
    this.nextPlace();
    for (const folder of [this.home, this.other]) {
      if (folder !== undefined) removeMarkedFolder(this.libc, folder);
    }
  }
}

function deviceNumber(folder: string): number {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) throw new HarnessError(`${folder} is not a folder`);
  return stats.dev;
}

/** A scratch parent on another file system, a tmpfs; undefined when there is none. */
function otherThan(device: number): string | undefined {
  return scratchParents().find(
    (parent) => statfsSync(parent).type === TMPFS_MAGIC && deviceNumber(parent) !== device,
  );
}

/** f_bsize where it can be a period of patterns; network file systems give other things. */
function blockOf(status: FsStatus): number {
  const { block } = status;
  const usable = block >= 512 && block <= 65_536 && (block & (block - 1)) === 0;
  return usable ? block : usualBlock;
}

function nameOf(status: FsStatus): string {
  return names.get(status.type) ?? `f_type-0x${status.type.toString(16)}`;
}
