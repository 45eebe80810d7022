/**
 * Observations that wait for what the kernel does later: the items of a deleted
 * file or subvolume go when its cleaner comes to them, and extents are given back
 * after that. BTRFS_IOC_SYNC wakes the cleaner, which syncfs does not.
 *
 * Source: fs/btrfs/ioctl.c, btrfs_ioctl; fs/btrfs/disk-io.c, cleaner_kthread;
 * fs/xfs/xfs_super.c, xfs_fs_statfs, Linux 6.18.
 */

import { performance } from "node:perf_hooks";
import {
  contradictions,
  type Contradiction,
  type LeakedExtent,
  type Witness,
} from "../model/index.ts";
import { BTRFS_IOC_SYNC } from "./abi.ts";
import { fsStatus } from "./fs-status.ts";
import { InodeVersions } from "./inode-versions.ts";
import type { Libc } from "./libc.ts";
import { Observer, type History, type Observation } from "./observer.ts";
import type { OpenSlot } from "./place-files.ts";

/** What the rest of a deleted file may make of an observation, for a while. */
const eventual: ReadonlySet<Witness> = new Set(["shared", "references", "count", "freed"]);

/** As long as an observation waits. The cleaner has most often been there before the second look. */
const maxWaitMs = 2_000;
const pauseMs = 2;

/** Extents that are followed until they are free, at most. */
const maxFollowed = 4_096;

export interface Settled {
  readonly observation: Observation;
  readonly contradictions: readonly Contradiction[] | undefined;
}

export class SettledObserver {
  private readonly libc: Libc;
  private readonly observer: Observer;
  /** Is told of every call. */
  readonly versions: InodeVersions;
  /** Extents that were seen in this place, by number: a file that referred to each, and its blocks. */
  private readonly followed = new Map<bigint, LeakedExtent>();
  private deletions = false;
  private undecidedLooks = 0;

  /** `block`: bytes of a block of the file system. */
  constructor(libc: Libc, block: number) {
    this.libc = libc;
    this.observer = new Observer(libc, block);
    this.versions = new InodeVersions(libc, block);
  }

  /** Observations in which something was not settled in time, and left out. */
  get undecided(): number {
    return this.undecidedLooks;
  }

  /** Another place begins: nothing that was seen is its own. */
  forget(): void {
    this.followed.clear();
    this.versions.forget();
    this.deletions = false;
  }

  /** A file of this place was deleted, now or when it is closed. */
  deleted(): void {
    this.deletions = true;
  }

  /** See Observer.look. After a commit, what was seen before must be free where no item is left. */
  observe(folder: number, open: readonly OpenSlot[], since: History): Settled {
    const settled = this.settled(folder, open, since);
    const late = since.committed ? this.versions.look(settled.observation.versions) : undefined;
    if (late === undefined) return settled;
    return { ...settled, contradictions: [...(settled.contradictions ?? []), ...late] };
  }

  private settled(folder: number, open: readonly OpenSlot[], since: History): Settled {
    const end = performance.now() + maxWaitMs;
    for (;;) {
      const { settled, held } = this.once(folder, open, since);
      const late = settled.contradictions?.some(({ witness }) => eventual.has(witness)) ?? false;
      if (!this.deletions || (!late && !held)) return settled;
      if (settled.observation.holdsDeleted) return withoutEventual(settled);
      if (performance.now() > end) {
        this.undecidedLooks++;
        return withoutEventual(settled);
      }
      this.wakeCleaner(folder);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      if (since.committed) this.libc.syncfs(folder);
    }
  }

  private once(
    folder: number,
    open: readonly OpenSlot[],
    since: History,
  ): { readonly settled: Settled; readonly held: boolean } {
    const observation = this.observer.look(folder, open, since);
    const { leaked, held } = this.follow(folder, observation, since.committed);
    const found = contradictions({ ...observation, leaked });
    return { settled: { observation, contradictions: found }, held };
  }

  /** On btrfs the call is for that; XFS pushes its own one when it is asked for its size. */
  private wakeCleaner(folder: number): void {
    this.libc.ioctl(folder, BTRFS_IOC_SYNC, null);
    fsStatus(this.libc, folder);
  }

  /** Keeps the extents of an observation and, after a commit, drops those that are free. */
  private follow(
    folder: number,
    { files, itemsFrom }: Observation,
    committed: boolean,
  ): { readonly leaked: readonly LeakedExtent[]; readonly held: boolean } {
    if (itemsFrom === "mapping") return { leaked: [], held: false };
    const referred = new Set<bigint>();
    for (const { name, items } of files) {
      for (const { extent, extentCount } of items) {
        if (extent === 0n) continue;
        referred.add(extent);
        if (this.followed.size < maxFollowed || this.followed.has(extent)) {
          this.followed.set(extent, { file: name, blocks: extentCount });
        }
      }
    }
    const leaked: LeakedExtent[] = [];
    let held = false;
    if (!committed) return { leaked, held };
    for (const [extent, last] of this.followed) {
      if (referred.has(extent)) continue;
      const use = this.observer.useOf(folder, extent);
      if (use === "free") this.followed.delete(extent);
      if (use === "held") held = true;
      if (use === "leaked") leaked.push(last);
    }
    return { leaked, held };
  }
}

function withoutEventual(settled: Settled): Settled {
  const left = settled.contradictions?.filter(({ witness }) => !eventual.has(witness)) ?? [];
  return { ...settled, contradictions: left.length === 0 ? undefined : left };
}
