/** A real file system under test. */

import {
  type Contents,
  type FileSystemUnderTest,
  HarnessError,
  type Op,
  type Outcome,
  returned,
  type Slot,
} from "../model/index.ts";
import { isSuspect } from "./fs-status.ts";
import type { Ground, Place } from "./ground.ts";
import type { Libc } from "./libc.ts";
import { SystemCalls } from "./system-calls.ts";

export class RealTarget implements FileSystemUnderTest {
  private readonly ground: Ground;
  private readonly calls: SystemCalls;
  private place: Place | undefined;

  constructor(libc: Libc, ground: Ground) {
    this.ground = ground;
    this.calls = new SystemCalls(libc, ground);
  }

  get name(): string {
    return this.ground.name;
  }

  get block(): number {
    return this.ground.block;
  }

  get hasOther(): boolean {
    return this.ground.hasOther;
  }

  get canObserve(): boolean {
    return this.ground.canObserve;
  }

  get canRemount(): boolean {
    return this.ground.canRemount;
  }

  /** Counts the file systems that programs ran on, from 1. */
  get generation(): number {
    return this.ground.generation;
  }

  get spent(): boolean {
    return this.ground.spent;
  }

  placeOf(): string | undefined {
    return this.canRemount ? this.place?.name : undefined;
  }

  revisit(place: string): void {
    this.calls.leave();
    this.enter(this.ground.revisit(place));
  }

  begin(): void {
    this.calls.leave();
    if (this.ground.spent) this.ground.renew();
    this.enter(this.ground.nextPlace());
  }

  fresh(): void {
    this.calls.leave();
    this.ground.renew();
    this.enter(this.ground.nextPlace());
  }

  close(): void {
    this.calls.leave();
    this.ground.close();
    this.place = undefined;
  }

  holds(slot: Slot, size: bigint, contents: Contents, start: bigint, end: bigint): boolean {
    return this.calls.holds(slot, size, contents, start, end);
  }

  perform(op: Op): Outcome {
    if (this.place === undefined) throw new HarnessError("nothing is performed before begin()");
    if (op.kind === "remount") return this.remount();
    const outcome = this.calls.perform(op);
    if (outcome.errno !== 0 && isSuspect(outcome.errno)) this.blame(outcome.errno);
    for (const target of outcome.targets) {
      if (target.status < 0 && isSuspect(-target.status)) this.blame(-target.status);
    }
    return outcome;
  }

  private remount(): Outcome {
    this.calls.leave();
    this.enter(this.ground.remount());
    return returned(0);
  }

  private enter(place: Place): void {
    this.place = place;
    this.calls.enter(place);
  }

  private blame(errno: number): void {
    const excuse = this.ground.excuse(errno);
    if (excuse !== undefined) throw new HarnessError(excuse);
  }
}
