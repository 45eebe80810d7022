/** FIDEDUPERANGE as programs make it: by their caller, in its circumstances, with an eye on times. */

import type { DedupeOp, Outcome, Slot, TargetDescriptor } from "../model/index.ts";
import type { DedupeAbi } from "./abi.ts";
import type { CallerSwitch } from "./caller-switch.ts";
import { Circumstances } from "./circumstances.ts";
import { DedupeCall } from "./dedupe-call.ts";
import type { Ground } from "./ground.ts";
import type { Libc } from "./libc.ts";
import { UnchangedTimes } from "./unchanged-times.ts";

/** The place in which a call is made, by its descriptors. */
export interface DedupePlace {
  /** Its folder. */
  readonly folder: number;
  /** Of a slot, and of a target; `noFd` for none. */
  readonly fd: (slot: Slot) => number;
  readonly targetFd: (descriptor: TargetDescriptor) => number;
  /** To look through at a slot's file on the file system under test; `noFd` for anything else. */
  readonly look: (slot: Slot) => number;
  /** A new one, of the folder at a path; `noFd` where there is none. */
  readonly folderAt: (path: string) => number;
}

export class DedupeCalls {
  private readonly caller: CallerSwitch;
  private readonly call: DedupeCall;
  private readonly circumstances: Circumstances;
  private readonly times: UnchangedTimes;

  constructor(libc: Libc, caller: CallerSwitch, ground: Ground, abi: DedupeAbi) {
    this.caller = caller;
    this.call = new DedupeCall(libc, abi);
    this.circumstances = new Circumstances(libc, ground);
    this.times = new UnchangedTimes(libc);
  }

  perform(op: DedupeOp, place: DedupePlace): Outcome {
    const { times } = this;
    // What becomes a swap file is written to for that.
    if (op.during.kind === "swapping") return this.inCircumstances(op, place);
    times.watch(op.slot, place.fd(op.slot));
    for (const { descriptor } of op.targets) {
      if (typeof descriptor !== "string") times.watch(descriptor, place.fd(descriptor));
    }
    const outcome = this.inCircumstances(op, place);
    const changed = times.changes();
    return changed === undefined ? outcome : { ...outcome, contradictions: changed };
  }

  close(): void {
    this.circumstances.close();
  }

  private inCircumstances(op: DedupeOp, place: DedupePlace): Outcome {
    const { fd, targetFd } = place;
    const { during } = op;
    const source = fd(op.slot);
    const make = (from: number): Outcome =>
      this.caller.make(() => this.call.perform(op, from, targetFd));
    if (during.kind === "usual") return make(source);
    const targets = op.targets.map(({ descriptor }) => targetFd(descriptor));
    const { caller } = this.caller;
    return this.circumstances.perform(during, { ...place, op, source, targets, caller, make });
  }
}
