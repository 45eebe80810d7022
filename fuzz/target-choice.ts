/** Which target a person asks for, from the flags that say so. */

import {
  corruption,
  fsIn,
  profileFor,
  profileOf,
  profiles,
  type FileSystemUnderTest,
  type FsKind,
  type Profile,
} from "../model/index.ts";
import { quoted, shellWord } from "../replay/index.ts";

export type TargetChoice =
  | { readonly kind: "simulated"; readonly profile: Profile }
  /** A folder that exists. */
  | { readonly kind: "folder"; readonly path: string }
  | {
      readonly kind: "image";
      readonly fs: FsKind;
      readonly mkfs: readonly string[];
      readonly mount: string;
    };

/** Flags that say where a real target lies. */
export const placeFlags = ["dir", "mkfs", "mount"] as const;

export type TargetFlags = Readonly<
  Partial<
    Record<
      "target" | "fs" | "profile" | "compare" | "conformance" | (typeof placeFlags)[number],
      string
    >
  >
>;

export type ReadTarget =
  | { readonly kind: "target"; readonly choice: TargetChoice }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** Reads them. */
export function readTarget(flags: TargetFlags): ReadTarget {
  const { target = "real", dir, mkfs = "", mount = "" } = flags;
  const fs = fsOf(flags);
  if (fs === undefined) return invalid(`--fs is btrfs or xfs, not ${quoted(flags.fs ?? "")}`);
  const [first, second] = placeFlags.filter((flag) => flags[flag] !== undefined);
  const [kind, planted] = target.split(/:(.*)/s);
  if (kind === "simulated") {
    if (first !== undefined) return invalid(`--${first} is for a real target, not a simulated one`);
    return readProfile(planted ?? profileFor(fs).name);
  }
  if (target !== "real")
    return invalid(`--target is real, simulated or simulated:PROFILE, not ${quoted(target)}`);
  if (dir === undefined) {
    const words = mkfs.split(" ").filter((word) => word !== "");
    const problem =
      words.map(mkfsProblem).find(isText) ?? mount.split(",").map(mountProblem).find(isText);
    if (problem !== undefined) return invalid(problem);
    return { kind: "target", choice: { kind: "image", fs, mkfs: words, mount } };
  }
  if (flags.fs !== undefined)
    return invalid("--fs is for a new file system, and --dir names one that exists");
  if (second !== undefined)
    return invalid(`--${second} is for a new file system, and --dir names one that exists`);
  return { kind: "target", choice: { kind: "folder", path: dir } };
}

/** The file system that is asked for, btrfs where nobody says; undefined for a word that names none. */
export function fsOf({ fs = "btrfs" }: Pick<TargetFlags, "fs">): FsKind | undefined {
  return fsIn(`/${fs}`);
}

/** Nothing but the run's own image may be written: no word may name a file or a device. */
function mkfsProblem(word: string): string | undefined {
  return word.includes("/") || word.startsWith("-r") || word.startsWith("--rootdir")
    ? `--mkfs takes options without paths, not ${quoted(word)}`
    : undefined;
}

/** Mount options that bring in other devices, or that no profile describes. */
function mountProblem(option: string): string | undefined {
  if (option.includes("/") || option.startsWith("device=")) {
    return `--mount takes options without paths, not ${quoted(option)}`;
  }
  return option.startsWith("nodatasum")
    ? `--mount ${option} changes what every file is, of which no profile says anything yet`
    : undefined;
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

/** Whether a person asked for this very target, so that no other may stand in for it. */
export function isChosen(flags: TargetFlags): boolean {
  return (
    [flags.target, flags.fs].some(isText) || placeFlags.some((flag) => flags[flag] !== undefined)
  );
}

/** The profile that a target is held to where nobody names one; or, in one line, that none describes it. */
export function profileOfTarget(
  flags: TargetFlags,
  { name }: FileSystemUnderTest,
): Profile | string {
  const { dir } = flags;
  const fs = dir === undefined ? fsOf(flags) : fsIn(name);
  if (fs !== undefined) return profileFor(fs);
  if (flags.conformance !== undefined) return profileFor("xfs");
  const [, kind = ""] = name.split("/");
  return `${quoted(dir ?? "")} is on ${kind}, of which no profile says anything: name a folder on btrfs or XFS, or the --profile to hold it to`;
}

/** Whether the flags leave it to a trace on which file system it runs. */
function leavesFs({ dir, fs, target = "" }: TargetFlags): boolean {
  return dir === undefined && fs === undefined && !target.includes(":");
}

/** The flags, with the file system of a trace where they leave it open. */
export function flagsFor<Flags extends TargetFlags>(flags: Flags, fs: FsKind): Flags {
  return leavesFs(flags) ? { ...flags, fs } : flags;
}

/** The flags of each target on which traces for these file systems are run. */
export function targetsFor<Flags extends TargetFlags>(
  flags: Flags,
  kinds: readonly FsKind[],
): readonly Flags[] {
  return leavesFs(flags) ? kinds.map((fs) => ({ ...flags, fs })) : [flags];
}

/** The flags by which another run meets the same target and profile, for a shell. */
export function againFlags(flags: TargetFlags): string {
  const names = ["target", "profile", "compare", ...placeFlags] as const;
  return names
    .flatMap((name) => (flags[name] === undefined ? [] : [`--${name}=${shellWord(flags[name])} `]))
    .join("");
}

function readProfile(name: string): ReadTarget {
  const profile = profileOf(name);
  if (profile === undefined) return invalid(unknownProfile(name));
  return { kind: "target", choice: { kind: "simulated", profile } };
}

/** The message for a name that no profile has. */
export function unknownProfile(name: string): string {
  const known = profiles.map((each) => each.name).join(", ");
  return `${quoted(name)} is not a profile; there are: ${known}; and bugs such as ${corruption.kernel.name}`;
}

function invalid(message: string): ReadTarget {
  return { kind: "invalid", message };
}
