/** A target that tells a clock what its time goes into. */

import type { FileSystemUnderTest, Op, OpKind } from "../model/index.ts";
import type { Part, PartClock } from "./part-clock.ts";

/** The same target in all else. */
export function timedTarget(target: FileSystemUnderTest, clock: PartClock): FileSystemUnderTest {
  const inPlaces = (work: () => void): void => {
    clock.within("places", work);
  };
  return {
    get name() {
      return target.name;
    },
    get block() {
      return target.block;
    },
    get mounts() {
      return target.mounts;
    },
    get format() {
      return target.format;
    },
    get device() {
      return target.device;
    },
    get circumstances() {
      return target.circumstances;
    },
    get canObserve() {
      return target.canObserve;
    },
    get hasSubvolumes() {
      return target.hasSubvolumes;
    },
    get canRemount() {
      return target.canRemount;
    },
    get canGovern() {
      return target.canGovern;
    },
    get diskChecks() {
      return target.diskChecks;
    },
    get spent() {
      return target.spent;
    },
    get undecided() {
      return target.undecided;
    },
    use: (format) => {
      target.use(format);
    },
    perform: (op) => clock.within(partOf(op), () => target.perform(op)),
    holds: (slot, size, contents, start, end) =>
      clock.within("looks", () => target.holds(slot, size, contents, start, end)),
    begin: () => {
      inPlaces(() => target.begin());
    },
    fresh: () => {
      inPlaces(() => target.fresh());
    },
    placeOf: () => target.placeOf(),
    revisit: (place) => {
      inPlaces(() => target.revisit(place));
    },
    close: () => {
      inPlaces(() => target.close());
    },
  };
}

const diskLooks: ReadonlySet<OpKind> = new Set(["observe", "check", "scrub", "remount"]);

function partOf({ kind }: Op): Part {
  if (diskLooks.has(kind)) return "disk";
  return kind === "inspect" ? "looks" : "calls";
}
