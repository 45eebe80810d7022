/** The settings of a campaign, as a person writes them. */

import { formatOf, formatsOf, type Format, type FsKind } from "../model/index.ts";
import { parseNumber, type Compared } from "../replay/index.ts";
import type { ScopeName } from "./scope.ts";
import { fsOf } from "./target-choice.ts";

export interface Settings {
  readonly seed: number;
  readonly maxRuns: number;
  readonly maxMilliseconds: number;
  readonly maxOps: number;
  /** Workers. */
  readonly jobs: number;
  /** Different findings after which the campaign ends. */
  readonly maxSignatures: number;
  readonly compared: Compared;
  /** Whether programs are also made of those that reached something new. */
  readonly guided: boolean;
  /** Whether disks are scrubbed at the end of each file system's life. */
  readonly scrub: boolean;
  /** Of the file systems that programs run on, in turn; one or more. */
  readonly formats: readonly [Format, ...Format[]];
  /** What is gone through instead of generated programs, on the first of the formats. */
  readonly scope: ScopeName | undefined;
}

export type SettingFlags = Readonly<
  Partial<
    Record<
      | "seed"
      | "runs"
      | "max-total-time"
      | "max-ops"
      | "max-findings"
      | "jobs"
      | "guided"
      | "corpus"
      | "fs"
      | "format"
      | "compare"
      | "scrub"
      | "exhaustive"
      | "scope",
      string
    >
  >
>;

export type ReadSettings =
  | { readonly kind: "settings"; readonly settings: Settings }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** The longest program that a campaign makes. */
const maxOps = 200;

/** A target so wrong needs no more. */
const usualFindings = 20;

/** Workers of one campaign, at most: each has a file system of its own. */
const maxJobs = 64;

const defaultTime = "60s";

/** What a time may look like. */
export const timeForm = "a time such as 60s, 5m or 2h, up to 480h";

/** Timers end at 2^31-1 milliseconds, a little more. */
const maxMilliseconds = 480 * 3600e3;

/** Reads them; `chance` is the seed where none is given. Without a time, --runs alone ends a campaign, and --exhaustive goes to its end. */
export function readSettings(flags: SettingFlags, chance: number): ReadSettings {
  const seed = flags.seed === undefined ? chance : whole(flags.seed, 0, 2 ** 32 - 1);
  if (seed === undefined) return invalid("--seed takes a number from 0 to 0xffffffff", flags.seed);
  const runs = flags.runs === undefined ? Infinity : whole(flags.runs, 1, 2 ** 53);
  if (runs === undefined)
    return invalid("--runs takes a number of programs, 1 or more", flags.runs);
  const ops = flags["max-ops"] === undefined ? maxOps : whole(flags["max-ops"], 1, maxOps);
  if (ops === undefined) {
    return invalid(`--max-ops takes a number from 1 to ${maxOps}`, flags["max-ops"]);
  }
  const most = flags["max-findings"];
  const findings = most === undefined ? usualFindings : whole(most, 1, 1000);
  if (findings === undefined) return invalid("--max-findings takes a number from 1 to 1000", most);
  const jobs = flags.jobs === undefined ? 1 : whole(flags.jobs, 1, maxJobs);
  if (jobs === undefined) return invalid(`--jobs takes a number from 1 to ${maxJobs}`, flags.jobs);
  const ends = flags.runs !== undefined || flags.exhaustive !== undefined;
  const time = flags["max-total-time"] ?? (ends ? undefined : defaultTime);
  const milliseconds = time === undefined ? Infinity : duration(time);
  if (milliseconds === undefined) {
    return invalid(`--max-total-time takes ${timeForm}`, time);
  }
  const compared = comparedOf(flags.compare ?? "all");
  if (compared === undefined) return invalid("--compare takes all or sharing", flags.compare);
  const fs = fsOf(flags);
  if (fs === undefined) return invalid("--fs is btrfs or xfs", flags.fs);
  if (flags.scrub !== undefined && fs !== "btrfs") {
    return invalid("--scrub is for btrfs", flags.fs);
  }
  const made = formatsIn(flags.format ?? "all", fs);
  if (made === undefined) {
    const names = formatsOf(fs).map(({ name }) => name);
    return invalid(`--format takes all, or one of ${names.join(", ")}`, flags.format);
  }
  const read = readScope(flags);
  if (read.kind === "invalid") return read;
  return {
    kind: "settings",
    settings: {
      seed,
      maxRuns: runs,
      maxMilliseconds: milliseconds,
      maxOps: ops,
      jobs,
      maxSignatures: findings,
      formats: made,
      compared,
      guided: flags.guided !== undefined || flags.corpus !== undefined,
      scrub: flags.scrub !== undefined,
      scope: read.scope,
    },
  };
}

/** Flags of generated programs. */
const ofPrograms = [
  "seed",
  "runs",
  "max-ops",
  "jobs",
  "guided",
  "corpus",
  "compare",
  "scrub",
] as const;

type ReadScope =
  | { readonly kind: "scope"; readonly scope: ScopeName | undefined }
  | { readonly kind: "invalid"; readonly message: string };

function readScope(flags: SettingFlags): ReadScope {
  const { exhaustive, scope = "whole" } = flags;
  const wrong = ofPrograms.find((flag) => flags[flag] !== undefined);
  if (exhaustive === undefined)
    return flags.scope === undefined
      ? { kind: "scope", scope: undefined }
      : { kind: "invalid", message: "--scope is for --exhaustive" };
  if (wrong !== undefined) {
    const message = `--${wrong} is for generated programs, and --exhaustive makes none`;
    return { kind: "invalid", message };
  }
  if (scope === "small" || scope === "middle" || scope === "whole") return { kind: "scope", scope };
  return {
    kind: "invalid",
    message: `--scope is small, middle or whole, not ${JSON.stringify(scope)}`,
  };
}

/** What a person may ask to be held against the model. */
function comparedOf(word: string): "all" | "sharing" | undefined {
  return word === "all" || word === "sharing" ? word : undefined;
}

function formatsIn(word: string, fs: FsKind): readonly [Format, ...Format[]] | undefined {
  if (word === "all") return formatsOf(fs);
  const format = formatOf(word);
  return format?.fs === fs ? [format] : undefined;
}

/** Milliseconds of "60", "60s", "5m", "2h"; undefined for anything else, for 0, and for more than 480h. */
export function duration(text: string): number | undefined {
  const [, amount, unit] = /^([0-9]{1,9}(?:\.[0-9]{1,3})?)(s|m|h|)$/.exec(text) ?? [];
  const value =
    Number(amount) * { s: 1e3, m: 60e3, h: 3600e3 }[unit === "m" || unit === "h" ? unit : "s"];
  return value > 0 && value <= maxMilliseconds ? value : undefined;
}

function whole(text: string, least: number, most: number): number | undefined {
  const parsed = parseNumber(text);
  if (parsed.kind === "invalid" || parsed.value < least || parsed.value > most) return undefined;
  return Number(parsed.value);
}

function invalid(message: string, got: string | undefined): ReadSettings {
  return { kind: "invalid", message: `${message}, not ${JSON.stringify(got)}` };
}
