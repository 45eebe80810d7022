/**
 * Where the time of a campaign goes. At any moment one part of the work runs; what
 * begins within another stops that one until it is done, so that all parts together
 * are the whole time.
 */

export const parts = [
  /** Making programs, and resolving their intents in the state that they meet. */
  "programs",
  /** Steps of the model, and comparing answers with what they allow. */
  "model",
  /** Counting what was reached. */
  "counting",
  "calls",
  /** At the contents of files. */
  "looks",
  /** `observe`, `check`, `scrub` and `remount`. */
  "disk",
  /** New file systems, and places on them. */
  "places",
  /** All that is done to make a finding small: what begins within it belongs to it. */
  "minimising",
  "rest",
] as const;

export type Part = (typeof parts)[number];

/** Milliseconds of each part. */
export type TimeByPart = Readonly<Record<Part, number>>;

export class PartClock {
  private readonly now: () => number;
  private readonly spent: Record<Part, number>;
  private part: Part = "rest";
  private since: number;

  /** It runs from now on, in `rest`. */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.spent = timeByPart(() => 0);
    this.since = now();
  }

  /** Does some work that belongs to a part. */
  within<Result>(part: Part, work: () => Result): Result {
    const outside = this.part;
    if (outside === "minimising") return work();
    this.turnTo(part);
    try {
      return work();
    } finally {
      this.turnTo(outside);
    }
  }

  /** Up to now. */
  report(): TimeByPart {
    this.turnTo(this.part);
    return { ...this.spent };
  }

  private turnTo(part: Part): void {
    const time = this.now();
    this.spent[this.part] += time - this.since;
    this.since = time;
    this.part = part;
  }
}

/** What `of` gives for each part. */
export function timeByPart(of: (part: Part) => number): Record<Part, number> {
  return {
    programs: of("programs"),
    model: of("model"),
    counting: of("counting"),
    calls: of("calls"),
    looks: of("looks"),
    disk: of("disk"),
    places: of("places"),
    minimising: of("minimising"),
    rest: of("rest"),
  };
}

/** Shares of the whole, greatest first: `calls 52 %, looks 14 %`; what is below half a percent is left out. */
export function sharesText(time: TimeByPart): string {
  const whole = parts.reduce((sum, part) => sum + time[part], 0);
  const rows = parts
    .map((part) => ({ part, percent: whole === 0 ? 0 : Math.round((100 * time[part]) / whole) }))
    .filter(({ percent }) => percent > 0)
    .toSorted((a, b) => b.percent - a.percent);
  return rows.length === 0
    ? "none"
    : rows.map(({ part, percent }) => `${part} ${percent} %`).join(", ");
}
