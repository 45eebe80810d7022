/** File systems that this program can make, and how. */

import { execFileSync } from "node:child_process";
import { HarnessError, type FsKind } from "../model/index.ts";

interface Maker {
  readonly command: string;
  /** Before the user's own options and the device. */
  readonly options: readonly string[];
  /** The option that prints the version. */
  readonly version: string;
  /** The Debian package that has the command. */
  readonly debian: string;
}

/** One row a kind. */
export const makers: Readonly<Record<FsKind, Maker>> = {
  btrfs: {
    command: "mkfs.btrfs",
    options: ["-q", "-f", "-K"],
    version: "--version",
    debian: "btrfs-progs",
  },
  xfs: { command: "mkfs.xfs", options: ["-q", "-f", "-K"], version: "-V", debian: "xfsprogs" },
};

/** Time for mkfs, far beyond what it takes. */
const timeoutMs = 60_000;

/** Where a system keeps mkfs, also when the user's PATH does not say so. */
export const sbinPath: string = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

/** Makes a file system on a device. Throws HarnessError, in one line, when that fails. */
export function makeFileSystem(kind: FsKind, options: readonly string[], device: string): void {
  const { command, options: fixed, debian } = makers[kind];
  try {
    execFileSync(command, [...fixed, ...options, device], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: timeoutMs,
      env: { ...process.env, PATH: sbinPath },
    });
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const hint = missing ? `${command} is missing: apt-get install -y ${debian}` : reason(error);
    throw new HarnessError(`no ${kind} could be made: ${hint}`);
  }
}

/** What the command wrote to stderr, in one line. */
function reason(error: unknown): string {
  const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return text.trim().replaceAll(/\s+/g, " ").slice(0, 300);
}
