/** Which target a person asks for, from the flags that say so. */

import {
  linux618Btrfs,
  profileOf,
  profiles,
  type FileSystemUnderTest,
  type Profile,
} from "../model/index.ts";
import { quoted, shellWord } from "../replay/index.ts";

export type TargetChoice =
  | { readonly kind: "simulated"; readonly profile: Profile }
  /** A folder that exists. */
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "image"; readonly mkfs: readonly string[]; readonly mount: string };

/** Flags that say where a real target lies. */
export const placeFlags = ["dir", "mkfs", "mount"] as const;

export type TargetFlags = Readonly<
  Partial<Record<"target" | "profile" | "compare" | (typeof placeFlags)[number], string>>
>;

export type ReadTarget =
  | { readonly kind: "target"; readonly choice: TargetChoice }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** Reads them. */
export function readTarget(flags: TargetFlags): ReadTarget {
  const { target = "real", dir, mkfs = "", mount = "" } = flags;
  const [first, second] = placeFlags.filter((flag) => flags[flag] !== undefined);
  const [kind, planted] = target.split(/:(.*)/s);
  if (kind === "simulated") {
    if (first !== undefined) return invalid(`--${first} is for a real target, not a simulated one`);
    return readProfile(planted);
  }
  if (target !== "real")
    return invalid(`--target is real, simulated or simulated:PROFILE, not ${quoted(target)}`);
  if (dir === undefined) {
    const words = mkfs.split(" ").filter((word) => word !== "");
    const problem =
      words.map(mkfsProblem).find(isText) ?? mount.split(",").map(mountProblem).find(isText);
    if (problem !== undefined) return invalid(problem);
    return { kind: "target", choice: { kind: "image", mkfs: words, mount } };
  }
  if (second !== undefined)
    return invalid(`--${second} is for a new file system, and --dir names one that exists`);
  return { kind: "target", choice: { kind: "folder", path: dir } };
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
  return flags.target !== undefined || placeFlags.some((flag) => flags[flag] !== undefined);
}

/**
 * Why a profile says nothing about a target, in one line; undefined when it does.
 * A person who names the profile may hold any file system with its block to it.
 */
export function misfitOf(
  flags: TargetFlags,
  { name, block }: Profile,
  target: FileSystemUnderTest,
): string | undefined {
  const [, kind = ""] = target.name.split("/");
  const { dir, profile } = flags;
  if (dir !== undefined && profile === undefined && !name.endsWith(`/${kind}`)) {
    return `${quoted(dir)} is on ${kind}, of which ${name} says nothing: name a folder on btrfs, or the --profile to hold it to`;
  }
  if (BigInt(target.block) === block) return undefined;
  return `${target.name} has blocks of ${target.block} bytes, and ${name} is about blocks of ${block}`;
}

/** The flags by which another run meets the same target and profile, for a shell. */
export function againFlags(flags: TargetFlags): string {
  const names = ["target", "profile", "compare", ...placeFlags] as const;
  return names
    .flatMap((name) => (flags[name] === undefined ? [] : [`--${name}=${shellWord(flags[name])} `]))
    .join("");
}

function readProfile(name = linux618Btrfs.name): ReadTarget {
  const profile = profileOf(name);
  if (profile === undefined) return invalid(unknownProfile(name));
  return { kind: "target", choice: { kind: "simulated", profile } };
}

/** The message for a name that no profile has. */
export function unknownProfile(name: string): string {
  const known = profiles.map((each) => each.name).join(", ");
  return `${quoted(name)} is not a profile; there are: ${known}`;
}

function invalid(message: string): ReadTarget {
  return { kind: "invalid", message };
}
