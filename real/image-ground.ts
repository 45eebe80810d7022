/** Programs on a file system of our own: a subvolume or folder for each, and a new image in time. */

import { constants } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname } from "node:path";
import {
  errno,
  errnoName,
  formatsOf,
  HarnessError,
  circumstances,
  mounts,
  type Circumstance,
  type DiskCheck,
  type Errno,
  type Format,
  type FormatName,
  type FsKind,
  type Mount,
} from "../model/index.ts";
import { btrfsCheckProblem } from "./btrfs-check.ts";
import { CallerSwitch } from "./caller-switch.ts";
import { givenFormat, measured, recipes, type Given, type Recipe } from "./formats.ts";
import { fsStatus, fullness, shortage } from "./fs-status.ts";
import type { Checked, Ground, OwnFileSystem, Place } from "./ground.ts";
import { Image, type ImageOptions } from "./image.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { requirePrivateNamespace } from "./private-namespace.ts";
import {
  imageRoomBytes,
  makeRunFolder,
  removeRunFolder,
  scratchParents,
  sweep,
  type RunFolder,
} from "./scratch.ts";
import { scrub, type Scrubbed } from "./scrub.ts";
import { noFd } from "./slots.ts";
import { createSubvolume } from "./subvolumes.ts";

/** What one file system gets before it is replaced. */
const maxWrittenBytes = 2 ** 30;
const maxOtherBytes = 256 * 2 ** 20;

const AT_FDCWD = -100;
const folderFlags = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_CLOEXEC;

function splitOptions({ mkfs, mount }: ImageOptions): Recipe {
  return { mkfs, mount: mount.split(",").filter((option) => option !== "") };
}

/**
 * Circumstances that one kind of file system alone can be in: data of XFS has no
 * checksums, and no snapshots; btrfs cannot be shut down.
 */
const ofOne: ReadonlyMap<Circumstance["kind"], FsKind> = new Map([
  ["unreadable", "btrfs"],
  ["sending", "btrfs"],
  ["shut-down", "xfs"],
]);

/** Circumstances of which it depends on where files lie what a call answers in them. */
const ofBlocks: ReadonlySet<Circumstance["kind"]> = new Set(["unreadable", "full"]);

/** Those that data have of which there is one copy. */
const ofCopy: ReadonlySet<Circumstance["kind"]> = new Set(["unreadable", "swapping"]);

function isPossible(
  circumstance: Circumstance["kind"],
  kind: FsKind,
  { followed, copied }: Given,
): boolean {
  const isOfKind = (ofOne.get(circumstance) ?? kind) === kind;
  const isKnown = followed || !ofBlocks.has(circumstance);
  return isOfKind && isKnown && !(copied && ofCopy.has(circumstance));
}

/** What to do where the image cannot grow. */
const makeRoom = `make room there, or set TMPDIR to a folder with ${imageRoomBytes / 2 ** 30} GiB free`;

export class ImageGround implements Ground {
  readonly name: string;
  readonly mounts: ReadonlySet<Mount> = new Set(mounts);
  readonly circumstances: ReadonlySet<Circumstance["kind"]>;
  readonly canObserve: boolean;
  readonly hasSubvolumes: boolean;
  format: Format;
  readonly canRemount = true;
  readonly canGovern: boolean;
  readonly diskChecks: ReadonlySet<DiskCheck>;
  generation = 1;
  private readonly libc: Libc;
  private readonly options: ImageOptions;
  /** The format that the options make, which nobody changes. */
  private readonly given: Format | undefined;
  private readonly home: RunFolder;
  private image: Image;
  /** What `use` asked for last; the image has another one until it is renewed. */
  private wanted: Format;
  /** The one that the image was made by. */
  private made: FormatName;
  private programs = 0;
  private writtenBytes = 0;
  private otherBytes = 0;
  /** Whether something was found wrong with the disk. */
  private faulty = false;
  /** Whether the kernel would not mount the file system again. */
  private lost = false;
  private place: Place = { name: "", folder: noFd, behind: new Map() };

  /** Sweeps, makes a folder and the first file system. Throws HarnessError where it may not mount. */
  constructor(libc: Libc, options: ImageOptions) {
    requirePrivateNamespace();
    const parents = options.scratch === undefined ? scratchParents() : [options.scratch];
    sweep(libc, parents);
    this.libc = libc;
    this.options = options;
    const given = givenFormat(options.kind, splitOptions(options));
    this.canObserve = given.followed;
    this.hasSubvolumes = options.kind === "btrfs";
    this.circumstances = new Set(
      circumstances.filter((each) => isPossible(each, options.kind, given)),
    );
    this.given = given.format;
    this.wanted = given.format ?? formatsOf(options.kind)[0];
    this.made = this.wanted.name;
    this.home = makeRunFolder(libc, parents[0] ?? tmpdir());
    this.diskChecks = checksOf(options.kind);
    this.image = this.newImage();
    this.format = this.madeFormat();
    this.name = `linux-${release().split(".", 2).join(".")}/${options.kind}`;
    this.canGovern = new CallerSwitch(libc).isFree;
  }

  get own(): OwnFileSystem {
    return this.image;
  }

  get device(): string {
    return this.image.device;
  }

  get spent(): boolean {
    return (
      this.lost ||
      this.faulty ||
      this.wanted.name !== this.made ||
      this.programs >= recipes[this.wanted.name].programs ||
      this.writtenBytes >= maxWrittenBytes ||
      this.otherBytes >= maxOtherBytes
    );
  }

  /** The options of the format, and the person's own behind them. */
  get recipe(): Recipe {
    const { mkfs, mount } = recipes[this.made];
    const own = splitOptions(this.options);
    return { mkfs: [...mkfs, ...own.mkfs], mount: [...mount, ...own.mount] };
  }

  use(format: Format): void {
    this.wanted = this.given ?? format;
  }

  nextPlace(): Place {
    this.programs++;
    const name = `p${this.programs}`;
    this.at(this.image.path, (fd) => {
      if (this.options.kind === "btrfs") this.makeSubvolume(fd, name);
      else this.makeFolder(fd, name);
    });
    this.at(this.otherPath(), (fd) => {
      this.makeFolder(fd, name);
    });
    return this.revisit(name);
  }

  revisit(name: string): Place {
    this.leave();
    const folder = this.at(this.image.path, (fd) => this.open(fd, name));
    const behind = new Map<Mount, number>();
    for (const [mount, path] of this.image.beside) {
      behind.set(
        mount,
        this.at(path, (fd) => this.open(fd, name)),
      );
    }
    this.place = { name, folder, behind };
    return this.place;
  }

  remount(): Place | Errno {
    return this.unmountedFor(() => undefined).back;
  }

  mountAgain(): Place | Errno {
    return this.mountedAgainAfter(() => undefined).back;
  }

  check(): Checked {
    return this.unmountedFor(() => this.image.check());
  }

  scrub(): Scrubbed {
    if (this.libc.syncfs(this.place.folder) !== 0) {
      return { kind: "failed", errno: this.libc.errno() };
    }
    const scrubbed = scrub(this.libc, this.place.folder);
    if (scrubbed.kind === "scrubbed") this.faulty ||= scrubbed.complaint !== undefined;
    return scrubbed;
  }

  private unmountedFor(look: () => string | undefined): Checked {
    const synced = this.libc.syncfs(this.place.folder);
    if (synced !== 0) return { complaint: undefined, back: errno(this.libc.errno()) };
    return this.mountedAgainAfter(look);
  }

  private mountedAgainAfter(look: () => string | undefined): Checked {
    this.leave();
    this.image.unmount();
    const complaint = look();
    const failure = this.image.mountAgain();
    this.lost = failure !== 0;
    if (failure !== 0) return { complaint, back: failure };
    if (complaint === undefined) return { complaint, back: this.revisit(this.place.name) };
    this.faulty = true;
    return { complaint, back: this.place };
  }

  renew(): void {
    this.hostHasRoom();
    this.leave();
    this.image.close();
    this.image = this.newImage();
    this.format = this.madeFormat();
    this.generation++;
    this.lost = false;
    this.faulty = false;
    this.programs = 0;
    this.writtenBytes = 0;
    this.otherBytes = 0;
  }

  wrote(lengthBytes: number, onOther: boolean): void {
    if (onOther) this.otherBytes += lengthBytes;
    else this.writtenBytes += lengthBytes;
  }

  excuse(number: number, askedBytes: number): string | undefined {
    const watched = [
      [this.image.path, fullness],
      [this.otherPath(), shortage],
    ] as const;
    for (const [path, lack] of watched) {
      const short = this.at(path, (fd) => lack(fsStatus(this.libc, fd), askedBytes));
      if (short !== undefined) return `${path} ${short}, hence ${errnoName(number)}`;
    }
    const host = this.hostShortage(askedBytes);
    return host === undefined ? undefined : `${host}, hence ${errnoName(number)}: ${makeRoom}`;
  }

  /** What went wrong on an image whose host has no room is no file system's fault. */
  private hostHasRoom(): void {
    const short = this.hostShortage(0);
    if (short !== undefined) throw new HarnessError(`${short}: ${makeRoom}`);
  }

  /** Asked through the folder that is open: the path to it may lead through a symbolic link. */
  private hostShortage(askedBytes: number): string | undefined {
    const short = shortage(fsStatus(this.libc, this.home.fd), askedBytes);
    return short === undefined ? undefined : `${dirname(this.home.path)} ${short}`;
  }

  close(): void {
    this.leave();
    this.image.close();
    removeRunFolder(this.libc, this.home);
  }

  /** Where the second file system is. */
  private otherPath(): string {
    return this.image.beside.get("other") ?? this.image.path;
  }

  private newImage(): Image {
    this.made = this.wanted.name;
    try {
      return new Image(this.libc, this.madeOptions(), this.home);
    } catch (error) {
      removeRunFolder(this.libc, this.home);
      throw error;
    }
  }

  private madeOptions(): ImageOptions {
    const { mkfs, mount } = this.recipe;
    return { ...this.options, mkfs, mount: mount.join(",") };
  }

  private madeFormat(): Format {
    return this.at(this.image.path, (fd) => measured(this.libc, fd, this.wanted));
  }

  private leave(): void {
    if (this.place.folder !== noFd) this.libc.close(this.place.folder);
    for (const fd of this.place.behind.values()) this.libc.close(fd);
    this.place = { ...this.place, folder: noFd, behind: new Map() };
  }

  private at<T>(path: string, use: (fd: number) => T): T {
    const fd = this.open(AT_FDCWD, path);
    try {
      return use(fd);
    } finally {
      this.libc.close(fd);
    }
  }

  private open(folder: number, name: string): number {
    const fd = this.libc.openat(folder, name, folderFlags, 0);
    if (fd === -1) throw this.fault(`${name} does not open`);
    return fd;
  }

  private makeFolder(fd: number, name: string): void {
    if (this.libc.mkdirat(fd, name, 0o700) !== 0) throw this.fault(`no folder ${name}`);
    this.openToAll(fd, name);
  }

  private makeSubvolume(fd: number, name: string): void {
    if (createSubvolume(this.libc, fd, name) !== 0) throw this.fault(`no subvolume ${name}`);
    this.openToAll(fd, name);
  }

  /** Every user of a program makes files there; nobody else comes by the folders above. */
  private openToAll(fd: number, name: string): void {
    if (this.libc.fchmodat(fd, name, 0o777, 0) !== 0) throw this.fault(`${name} stays closed`);
  }

  private fault(what: string): HarnessError {
    return new HarnessError(`${what}: ${errnoName(this.libc.errno())}`);
  }
}

/** The looks at a whole disk that there are for a kind of file system, with what is installed. */
function checksOf(kind: ImageOptions["kind"]): ReadonlySet<DiskCheck> {
  if (kind !== "btrfs") return new Set();
  return new Set(btrfsCheckProblem() === undefined ? ["check", "scrub"] : ["scrub"]);
}
