/** A real file system under test. */

import {
  type Circumstance,
  type Contents,
  type DiskCheck,
  type Format,
  errno,
  type Errno,
  failed,
  errnoName,
  type FileSystemUnderTest,
  HarnessError,
  type Mount,
  type Op,
  type Outcome,
  returned,
  type Slot,
  type Witness,
} from "../model/index.ts";
import { dedupeAbi, type DedupeAbi } from "./abi.ts";
import { diskComplaint } from "./complaint.ts";
import type { Recipe } from "./formats.ts";
import { isSuspect } from "./fs-status.ts";
import type { Ground, Place } from "./ground.ts";
import type { Libc } from "./libc.ts";
import type { LocalOp } from "./local-op.ts";
import type { Settled } from "./settled-observer.ts";
import { SystemCalls } from "./system-calls.ts";
import { writeOut } from "./write-out.ts";

const EIO = 5;
const ENOSPC = 28;

/** Bytes of the disk that a call asks for at once. */
function askedBytes(op: Op, block: number): number {
  if (op.kind === "scatter") return op.blocks * block;
  return op.kind === "write" || op.kind === "store" || op.kind === "fallocate"
    ? Number(op.length)
    : 0;
}

/** Told of what is about to be done, before it is. */
export interface Diary {
  /** A place was entered, and nothing done there yet. */
  readonly begun: () => void;
  readonly called: (op: Op) => void;
}

export class RealTarget implements FileSystemUnderTest {
  private readonly libc: Libc;
  private readonly ground: Ground;
  private calls: SystemCalls;
  /** Bytes of a block that they are made for. */
  private madeFor: number;
  /** By calls that were made for another block. */
  private undecidedBefore = 0;
  private place: Place | undefined;

  private readonly diary: Diary | undefined;
  private readonly abi: DedupeAbi;

  constructor(libc: Libc, ground: Ground, diary?: Diary, abi: DedupeAbi = dedupeAbi) {
    this.libc = libc;
    this.diary = diary;
    this.ground = ground;
    this.abi = abi;
    this.calls = new SystemCalls(libc, ground, abi);
    this.madeFor = this.block;
  }

  get name(): string {
    return this.ground.name;
  }

  get block(): number {
    return Number(this.ground.format.block);
  }

  get format(): Format {
    return this.ground.format;
  }

  /** The block device that programs run on now, as the kernel's log names it. */
  get device(): string | undefined {
    return this.ground.device;
  }

  /** Options that the current file system was made and mounted with. */
  get recipe(): Recipe {
    return this.ground.recipe;
  }

  use(format: Format): void {
    this.ground.use(format);
  }

  get mounts(): ReadonlySet<Mount> {
    return this.ground.mounts;
  }

  get circumstances(): ReadonlySet<Circumstance["kind"]> {
    return this.ground.circumstances;
  }

  get canObserve(): boolean {
    return this.ground.canObserve;
  }

  get hasSubvolumes(): boolean {
    return this.ground.hasSubvolumes;
  }

  get canRemount(): boolean {
    return this.ground.canRemount;
  }

  get canGovern(): boolean {
    return this.ground.canGovern;
  }

  get diskChecks(): ReadonlySet<DiskCheck> {
    return this.ground.diskChecks;
  }

  /** Counts the file systems that programs ran on, from 1. */
  get generation(): number {
    return this.ground.generation;
  }

  get spent(): boolean {
    return this.ground.spent;
  }

  get undecided(): number {
    return this.undecidedBefore + this.calls.undecided;
  }

  placeOf(): string | undefined {
    return this.canRemount ? this.place?.name : undefined;
  }

  revisit(place: string): void {
    this.calls.leave();
    this.enter(this.ground.revisit(place));
    this.diary?.begun();
  }

  begin(): void {
    this.calls.leave();
    if (this.ground.spent) this.ground.renew();
    this.enter(this.ground.nextPlace());
    this.diary?.begun();
  }

  fresh(): void {
    this.calls.leave();
    this.ground.renew();
    this.enter(this.ground.nextPlace());
    this.diary?.begun();
  }

  close(): void {
    this.calls.close();
    this.ground.close();
    this.place = undefined;
  }

  holds(slot: Slot, size: bigint, contents: Contents, start: bigint, end: bigint): boolean {
    return this.calls.holds(slot, size, contents, start, end);
  }

  /**
   * Syncs the file system, and reads what stands on the disk of every regular file
   * of the current place, and of unlinked ones that a slot holds; not of those below
   * `other/`. Throws HarnessError before `begin`, and where the kernel does not
   * answer.
   */
  observe(): Settled {
    if (this.place === undefined) throw new HarnessError("nothing is looked at before begin()");
    writeOut(this.libc, this.place.folder);
    return this.calls.observed(true);
  }

  perform(op: Op): Outcome {
    if (this.place === undefined) throw new HarnessError("nothing is performed before begin()");
    this.diary?.called(op);
    if (op.kind === "remount") return this.cameBack(this.leaving(() => this.ground.remount()));
    if (op.kind === "check") return this.check();
    if (op.kind === "scrub") return this.scrub();
    const outcome = this.made(op);
    if (op.kind === "dedupe" && op.during.kind === "shut-down") this.comeBack();
    if (outcome.errno !== 0 && isSuspect(outcome.errno)) this.blame(outcome.errno, op);
    for (const target of outcome.targets) {
      if (target.status < 0 && isSuspect(-target.status)) this.blame(-target.status, op);
    }
    return outcome;
  }

  /** A path by which a child process reaches the folder of the current place, while it is current. */
  reachablePath(): string {
    if (this.place === undefined) throw new HarnessError("there is no place before begin()");
    return `/proc/${process.pid}/fd/${this.place.folder}`;
  }

  /** Where the harness fails at a call on a disk without room, that is what it says. */
  private made(op: LocalOp): Outcome {
    try {
      return this.calls.perform(op);
    } catch (error) {
      if (error instanceof HarnessError) this.blame(EIO, op);
      throw error;
    }
  }

  /** Behind a call on a file system that was shut down. */
  private comeBack(): void {
    const { errno: failure } = this.cameBack(this.leaving(() => this.ground.mountAgain()));
    if (failure !== 0) throw new HarnessError(`it is not mounted again: ${errnoName(failure)}`);
  }

  private check(): Outcome {
    const { complaint, back } = this.leaving(() => this.ground.check());
    return complained(this.cameBack(back), "checker", complaint);
  }

  private scrub(): Outcome {
    const scrubbed = this.leaving(() => this.ground.scrub());
    if (scrubbed.kind === "failed") return failed(errno(scrubbed.errno));
    return complained(returned(0), "scrub", scrubbed.complaint);
  }

  /** What is done to the file system as a whole, with every slot closed. */
  private leaving<T>(act: () => T): T {
    this.calls.leave();
    return act();
  }

  private cameBack(back: Place | Errno): Outcome {
    if (typeof back === "number") return failed(back);
    this.enter(back);
    return returned(0);
  }

  /** No slot is open. A new file system may have blocks of another size. */
  private enter(place: Place): void {
    this.place = place;
    if (this.madeFor !== this.block) {
      this.undecidedBefore = this.undecided;
      this.calls.close();
      this.madeFor = this.block;
      this.calls = new SystemCalls(this.libc, this.ground, this.abi);
    }
    this.calls.enter(place);
  }

  private blame(number: number, op: Op): void {
    const excuse = this.ground.excuse(number, number === ENOSPC ? askedBytes(op, this.block) : 0);
    if (excuse !== undefined) throw new HarnessError(excuse);
  }
}

function complained(outcome: Outcome, witness: Witness, text: string | undefined): Outcome {
  if (text === undefined) return outcome;
  return { ...outcome, contradictions: diskComplaint(witness, text) };
}
