/** Every flag of the command line, which means the same wherever it stands. */

import { formats } from "../model/index.ts";
import type { FlagTable } from "../replay/index.ts";

// oxfmt-ignore
export const flags: FlagTable = {
  seed: ["N", "the seed of a campaign, to repeat it (default: by chance)"],
  runs: ["N", "programs at most"],
  "max-total-time": ["TIME", "time at most, such as 60s or 2h (default: 60s)"],
  jobs: ["N", "workers, each with a file system of its own (default: 1)"],
  guided: ["", "make programs also of those that reached something new"],
  corpus: ["DIR", "keep programs that reach something new in DIR, and run those in it first; --guided as well"],
  "max-ops": ["N", "calls of one program at most (default: 200)"],
  "max-findings": ["N", "different findings after which a campaign ends (default: 20)"],
  timeout: ["TIME", "a call that takes longer hangs (default: 60s)"],
  target: ["TARGET", "real (default), simulated, or simulated:PROFILE"],
  fs: ["FS", "btrfs or xfs (default: what a trace is for, or btrfs)"],
  conformance: ["", "say which rules were held, broken and not reached, by group"],
  profiles: ["NAMES", "other profiles, with commas: what they say of the call"],
  profile: ["NAME", "what the target is held to (default: linux-6.18 on its file system)"],
  mkfs: ["OPTIONS", 'options of mkfs, such as "--nodesize 65536"'],
  mount: ["OPTIONS", "options of mount, such as max_inline=0"],
  format: ["NAME", `how file systems are made: ${Object.keys(formats).join(", ")} (default: all, in turn)`],
  exhaustive: ["", "every state of two small files x every boundary call, instead of generated programs; goes on in the same --out"],
  scope: ["NAME", "how far --exhaustive goes: small, middle or whole (default)"],
  compare: ["WHAT", "all (default), or sharing: where files lie, and nothing else"],
  scrub: ["", "scrub each file system before it is given up, beside the check"],
  dir: ["DIR", "run in a folder of DIR, on its file system, without root"],
  c: ["", "a program in C"],
  sh: ["", "a script of xfs_io lines, where xfs_io can say it"],
  fstests: ["", "a test for fstests, with its golden output and its program"],
  mail: ["", "a report in plain text, with the program"],
  known: ["FOLDER", "traces of differences that are expected, and no findings (default: corpus/known)"],
  out: ["PATH", "where findings (default: findings), the small trace or the export go"],
  strace: ["FILE", "the calls of a log of strace, or call N of it; - for standard input"],
  live: ["", "LENGTH SOURCE OFFSET TARGET OFFSET..., as call takes them, without making the call"],
  all: ["", "all there is, not only what is asked most"],
  layout: ["", "draw where files lie, around each call that shares"],
  progress: ["FORM", "text (default), or json: a line each second"],
  junit: ["FILE", "write the end also as JUnit XML, for CI systems"],
  json: ["", "results as JSON"],
};
