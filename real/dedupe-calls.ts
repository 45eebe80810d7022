/** FIDEDUPERANGE as programs make it: by their caller, in its circumstances, with an eye on times. */

import {
  HarnessError,
  type DedupeOp,
  type Outcome,
  type TargetDescriptor,
} from "../model/index.ts";
import type { CallerSwitch } from "./caller-switch.ts";
import { Circumstances } from "./circumstances.ts";
import { DedupeCall } from "./dedupe-call.ts";
import type { Libc } from "./libc.ts";
import type { Slots } from "./slots.ts";
import { UnchangedTimes } from "./unchanged-times.ts";

/** Gives the kernel's descriptor of a target. */
type FdOf = (descriptor: TargetDescriptor) => number;

export class DedupeCalls {
  private readonly caller: CallerSwitch;
  private readonly path: string | undefined;
  private readonly call: DedupeCall;
  private readonly circumstances: Circumstances;
  private readonly times: UnchangedTimes;

  /** `path`: where the file system under test is mounted; undefined for one that is not ours. */
  constructor(libc: Libc, caller: CallerSwitch, path: string | undefined) {
    this.caller = caller;
    this.path = path;
    this.call = new DedupeCall(libc);
    this.circumstances = new Circumstances(libc);
    this.times = new UnchangedTimes(libc);
  }

  perform(op: DedupeOp, slots: Slots, fdOf: FdOf): Outcome {
    const { times } = this;
    times.watch(op.slot, slots.fd(op.slot));
    for (const { descriptor } of op.targets) {
      if (typeof descriptor !== "string") times.watch(descriptor, slots.fd(descriptor));
    }
    const outcome = this.inCircumstances(op, slots.fd(op.slot), fdOf);
    const changed = times.changes();
    return changed === undefined ? outcome : { ...outcome, contradictions: changed };
  }

  close(): void {
    this.circumstances.close();
  }

  private inCircumstances(op: DedupeOp, source: number, fdOf: FdOf): Outcome {
    const { during } = op;
    const make = (fd: number): Outcome => this.caller.run(() => this.call.perform(op, fd, fdOf));
    if (during.kind === "usual") return make(source);
    const { path, circumstances } = this;
    if (path === undefined) throw new HarnessError(`nothing here can be ${during.kind}`);
    const targets = op.targets.map(({ descriptor }) => fdOf(descriptor));
    const ready = { op, source, targets, caller: this.caller.caller };
    switch (during.kind) {
      case "frozen":
        return circumstances.frozen(path, ready);
      case "denied":
        return circumstances.denied(path, during.event, ready, make);
    }
  }
}
