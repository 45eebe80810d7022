/** Ops as system calls: one each, relative to the folders of the current place. */

import { constants } from "node:fs";
import {
  type CloneOp,
  type Contents,
  type DedupeOp,
  errno,
  failed,
  type FallocateOp,
  HarnessError,
  isOther,
  isPath,
  mountOf,
  nameOn,
  numbered,
  type OpKind,
  type OpenOp,
  type Outcome,
  type ReadOp,
  returned,
  root,
  type Slot,
  type TargetDescriptor,
} from "../model/index.ts";
import { FICLONERANGE, SEEK_END, type DedupeAbi } from "./abi.ts";
import { Bands } from "./bands.ts";
import { classesOf } from "./block-classes.ts";
import { accessFlags, alwaysFlags, fallocateModes, folderFlags, openFlags } from "./call-flags.ts";
import { CallerSwitch } from "./caller-switch.ts";
import { ClosedDescriptor } from "./closed-descriptor.ts";
import { CloneArgument } from "./clone-argument.ts";
import { DedupeCalls, type DedupePlace } from "./dedupe-calls.ts";
import { FileHolds } from "./file-holds.ts";
import { FileReader } from "./file-reader.ts";
import type { Ground, Place } from "./ground.ts";
import { O_PATH, type Libc } from "./libc.ts";
import {
  isPut,
  isRead,
  isUnlimited,
  type CallerOp,
  type CallersOp,
  type LocalOp,
  type PutOp,
} from "./local-op.ts";
import { PatternWriter } from "./pattern-writer.ts";
import { makeNocow, performRights, type RightsCall } from "./rights-calls.ts";
import { SettledObserver, type Settled } from "./settled-observer.ts";
import { noFd, Slots } from "./slots.ts";
import { isOnSubvolume, performOnSubvolume, type SubvolumeOp } from "./subvolume-calls.ts";

export class SystemCalls {
  private readonly libc: Libc;
  private readonly ground: Ground;
  private readonly slots: Slots;
  private readonly writer: PatternWriter;
  private readonly reader: FileReader;
  private readonly holding: FileHolds;
  private readonly dedupes: DedupeCalls;
  private readonly observer: SettledObserver;
  private readonly caller: CallerSwitch;
  private readonly cloneArgument = new CloneArgument();
  private readonly onOther: boolean[] = [];
  private readonly appends: boolean[] = [];
  private place: Place = { name: "", folder: noFd, behind: new Map() };
  /** As dedupes need it; made with the first of them. */
  private deduping: DedupePlace | undefined;
  /** The place and its file system, which a remount leaves as they are. */
  private where = "";
  private readonly closed: ClosedDescriptor;
  /** The call that is made, and the one before it. */
  private now: OpKind | undefined;
  private before: OpKind | undefined;
  /** The file system on which a snapshot was taken last. */
  private snapshotIn = 0;

  /** Tells `ground` what is written; it does not ask it for places. */
  constructor(libc: Libc, ground: Ground, abi: DedupeAbi) {
    const block = Number(ground.format.block);
    const bands = new Bands(block);
    this.libc = libc;
    this.ground = ground;
    this.slots = new Slots(libc);
    this.closed = new ClosedDescriptor(libc);
    this.writer = new PatternWriter(libc, bands);
    this.reader = new FileReader(libc, bands);
    this.holding = new FileHolds(libc, bands);
    this.observer = new SettledObserver(libc, block);
    this.caller = new CallerSwitch(libc);
    this.dedupes = new DedupeCalls(libc, this.caller, ground, abi);
  }

  /** Closes every slot; the next call is root's. */
  leave(): void {
    this.slots.releaseAll();
    this.caller.become(root);
  }

  /** Closes every slot, for good. */
  close(): void {
    this.leave();
    this.dedupes.close();
  }

  /** Makes a place the current one. No slot may be open. */
  enter(place: Place): void {
    const where = `${this.ground.generation} ${place.name}`;
    if (where !== this.where) this.observer.forget();
    this.where = where;
    this.place = place;
    this.deduping = undefined;
    this.now = undefined;
  }

  /** Observations in which something was not settled in time, and left out. */
  get undecided(): number {
    return this.observer.undecided;
  }

  /** What the disk holds of the current place; `committed` when a syncfs was the last call. */
  observed(committed: boolean): Settled {
    const open = this.slots
      .opened()
      .filter((slot) => this.onOther[slot] !== true)
      .map((slot) => ({ slot, fd: this.slots.look(slot) }))
      .filter(({ fd }) => fd !== noFd);
    const { generation, canRemount: isOurs } = this.ground;
    const hadSnapshot = this.snapshotIn === generation || !isOurs;
    return this.observer.observe(this.place.folder, open, { committed, hadSnapshot });
  }

  /** See FileSystemUnderTest. */
  holds(slot: Slot, size: bigint, contents: Contents, start: bigint, end: bigint): boolean {
    const fd = this.slots.look(slot);
    return fd !== noFd && this.holding.holds(fd, size, contents, start, end);
  }

  /** Does one call in the current place: those of a program as its caller, looks as root. */
  perform(op: LocalOp): Outcome {
    this.before = this.now;
    this.now = op.kind;
    const outcome = this.performed(op);
    this.observer.versions.called(op, outcome, this.lookAt, this.caller.caller);
    return outcome;
  }

  private performed(op: LocalOp): Outcome {
    if (isRead(op)) return this.look(op);
    if (op.kind === "observe") return this.observe();
    if (op.kind === "mode") return this.rights(op);
    if (isOnSubvolume(op)) return this.onSubvolume(op);
    if (op.kind === "as" || op.kind === "limit") return this.become(op);
    if (op.kind === "dedupe") return this.dedupe(op);
    if (isPut(op)) {
      const put = (): Outcome => this.put(op);
      return isUnlimited(op) ? this.caller.run(put) : this.caller.make(put);
    }
    return this.caller.make(() => this.call(op));
  }

  private look(op: ReadOp): Outcome {
    if (op.kind === "read") return this.reader.read(this.slots.fd(op.slot), op);
    return this.reader.inspect(this.slots.look(op.slot), op);
  }

  private call(op: CallerOp): Outcome {
    const { libc, slots } = this;
    switch (op.kind) {
      case "open":
        return this.open(op);
      case "close":
        return this.answer(slots.release(op.slot));
      case "mkdir":
        return this.answer(libc.mkdirat(this.folderOf(op.path), nameOn(op.path), 0o700));
      case "mkfifo":
        return this.answer(libc.mkfifoat(this.folderOf(op.path), nameOn(op.path), 0o600));
      case "link":
        return this.link(op.path, op.to);
      case "unlink":
        this.observer.deleted();
        return this.answer(libc.unlinkat(this.folderOf(op.path), nameOn(op.path), 0));
      case "truncate":
        return this.answer(libc.ftruncate(slots.fd(op.slot), op.length));
      case "fallocate":
        return this.fallocate(op);
      case "nocow":
        return makeNocow(libc, slots.fd(op.slot));
      case "chmod":
      case "chown":
      case "chattr":
        return this.rights(op);
      case "clone":
        return this.clone(op);
      case "fsync":
        return this.answer(libc.fsync(slots.fd(op.slot)));
      case "syncfs":
        return this.answer(libc.syncfs(this.place.folder));
    }
  }

  private answer(result: number): Outcome {
    return result === -1 ? failed(errno(this.libc.errno())) : returned(result);
  }

  private open(op: OpenOp): Outcome {
    const folder = this.folderOf(op.path);
    if (this.slots.isOpen(op.slot)) this.slots.release(op.slot);
    let flags = accessFlags[op.access] | alwaysFlags;
    for (const flag of op.flags) flags |= openFlags[flag];
    const byPath = (flags & O_PATH) !== 0;
    if (op.access !== "r" && !byPath) flags |= constants.O_CREAT;
    const fd = this.libc.openat(folder, nameOn(op.path), flags, 0o600);
    if (fd === -1) return failed(errno(this.libc.errno()));
    this.slots.hold(op.slot, fd, op.access !== "w" && !byPath);
    this.onOther[op.slot] = isOther(op.path);
    this.appends[op.slot] = op.flags.includes("append");
    return returned(0);
  }

  private link(path: string, to: string): Outcome {
    const from = this.folderOf(path);
    const toFolder = this.folderOf(to);
    return this.answer(this.libc.linkat(from, nameOn(path), toFolder, nameOn(to), 0));
  }

  private onSubvolume(op: SubvolumeOp): Outcome {
    if (!this.ground.hasSubvolumes) throw new HarnessError(`${op.path}: no subvolumes here`);
    if (op.kind === "snapshot") this.snapshotIn = this.ground.generation;
    else this.observer.deleted();
    return performOnSubvolume(this.libc, op, (path) => this.folderOf(path));
  }

  private put(op: PutOp): Outcome {
    const fd = this.slots.fd(op.slot);
    const outcome = this.written(op, fd, this.positionOf(op, fd));
    if (outcome.result > 0) this.ground.wrote(outcome.result, this.onOther[op.slot] === true);
    return outcome;
  }

  private written(op: PutOp, fd: number, position: bigint): Outcome {
    switch (op.kind) {
      case "write":
        return this.writer.write(fd, op, position);
      case "scatter":
        return this.writer.scatter(fd, op, position);
      case "store":
        return this.writer.store(fd, op);
    }
  }

  /** Where the bytes go: the op's own offset, or the end of file where the descriptor appends. */
  private positionOf({ slot, offset }: PutOp, fd: number): bigint {
    const end = this.appends[slot] === true ? this.libc.lseek(fd, 0, SEEK_END) : -1;
    return end === -1 ? offset : BigInt(end);
  }

  private fallocate(op: FallocateOp): Outcome {
    const fd = this.slots.fd(op.slot);
    const mode = fallocateModes[op.mode];
    const outcome = this.answer(this.libc.fallocate(fd, mode, op.offset, op.length));
    const reserves = outcome.errno === 0 && op.mode !== "punch";
    if (reserves) this.ground.wrote(Number(op.length), this.onOther[op.slot] === true);
    return outcome;
  }

  private dedupe(op: DedupeOp): Outcome {
    this.deduping ??= {
      folder: this.place.folder,
      fd: (slot) => this.slots.fd(slot),
      targetFd: this.targetFd,
      look: this.lookAt,
      folderAt: (path) => this.libc.openat(this.folderOf(path), nameOn(path), folderFlags, 0),
    };
    return this.dedupes.perform(op, this.deduping);
  }

  private become(op: CallersOp): Outcome {
    this.mustGovern();
    const { caller } = this.caller;
    this.caller.become(
      op.kind === "limit"
        ? { ...caller, sizeLimit: op.bytes }
        : { ...caller, user: op.user, capabilities: op.capabilities },
    );
    return returned(0);
  }

  private rights(op: RightsCall): Outcome {
    if (op.kind !== "mode") this.mustGovern();
    return performRights(this.libc, op, this.slots.fd(op.slot));
  }

  private mustGovern(): void {
    if (this.ground.canGovern) return;
    throw new HarnessError(
      "users and attributes change on a file system of our own alone, as root",
    );
  }

  private clone(op: CloneOp): Outcome {
    this.cloneArgument.encode(op, this.slots.fd(op.slot));
    const fd = this.slots.fd(op.target);
    const outcome = this.answer(this.libc.ioctl(fd, FICLONERANGE, this.cloneArgument.memory));
    const touched = this.cloneArgument.touched();
    return touched.length === 0 ? outcome : { ...outcome, touched };
  }

  private observe(): Outcome {
    const { observation, contradictions } = this.observed(this.before === "syncfs");
    const { files, itemsFrom, block } = observation;
    if (!this.ground.canObserve) {
      throw new HarnessError("extent items cannot be read: run on an image, with --target real");
    }
    const layout = itemsFrom === "tree" ? numbered(files) : classesOf(files, block);
    return returned(0, { layout, contradictions });
  }

  /** Bound functions, so that a dedupe makes no new ones. */
  private readonly lookAt = (slot: Slot): number =>
    this.onOther[slot] === true ? noFd : this.slots.look(slot);

  private readonly targetFd = (descriptor: TargetDescriptor): number => {
    if (descriptor === "never-opened") return noFd;
    if (descriptor === "closed") return this.closed.of(this.place.folder);
    return this.slots.fd(descriptor);
  };

  private folderOf(path: string): number {
    if (!isPath(path)) throw new HarnessError(`not a path of a program: ${JSON.stringify(path)}`);
    const mount = mountOf(path);
    if (mount === "main") return this.place.folder;
    const folder = this.place.behind.get(mount);
    if (folder === undefined) throw new HarnessError(`${path}: there is no such mount here`);
    return folder;
  }
}
