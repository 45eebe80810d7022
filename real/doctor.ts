/** What this machine can do, item by item, and how to get what is missing. */

import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, readdirSync, statfsSync } from "node:fs";
import { release } from "node:os";
import type { FsKind } from "../model/index.ts";
import { libcProblem } from "./libc.ts";
import { makers, sbinPath } from "./mkfs.ts";
import { scratchParents } from "./scratch.ts";

/** One thing that a real target on a loop-mounted file system needs. */
export interface Item {
  /** Such as "mkfs.btrfs". */
  readonly name: string;
  readonly ok: boolean;
  /** What is there, in a few words; also when it is not enough. */
  readonly found: string;
  /** What to do, in one line; empty when `ok`. */
  readonly missing: string;
}

/** Bytes that an image takes in the end, when a run goes on. */
const imageRoomBytes = 3 * 2 ** 30;

const commandTimeoutMs = 5_000;

const notThere = "is not there";

/**
 * What file systems of these kinds need, in the order in which a person would set
 * it right. Mounts nothing.
 */
export function examine(...kinds: readonly FsKind[]): readonly Item[] {
  const made = kinds.flatMap((kind) => [mkfs(kind), driver(kind)]);
  return [linux(), root(), koffi(), unshare(), loop(), ...made, room()];
}

function item(name: string, ok: boolean, found: string, missing: string): Item {
  return { name, ok, found, missing: ok ? "" : missing };
}

function linux(): Item {
  const ok = process.platform === "linux";
  return item("Linux", ok, `${process.platform} ${release()}`, "run it on Linux 5.8 or later");
}

function root(): Item {
  const user = process.geteuid?.();
  return item("root", user === 0, `user ${user}`, "run it as root, or use --dir DIR without root");
}

function koffi(): Item {
  const problem = libcProblem();
  const found = problem?.replace(/: run npm ci.*$/, "") ?? "loads, and finds the C library";
  return item("koffi", problem === undefined, found, "npm ci, on Linux with glibc");
}

function unshare(): Item {
  const problem = attempt("unshare", ["--mount", "--propagation", "private", "--", "true"]).problem;
  const found = problem ?? "makes mount namespaces";
  return item("unshare", problem === undefined, found, unshareHint(found));
}

function unshareHint(found: string): string {
  if (found.endsWith(notThere)) return "apt-get install -y util-linux";
  if (process.geteuid?.() !== 0) return "run it as root";
  return "in a container: start it with --privileged, or with --cap-add SYS_ADMIN";
}

function loop(): Item {
  const control = "/dev/loop-control";
  const missing =
    "modprobe loop; in a container: --privileged, or --device /dev/loop-control and loops";
  if (!existsSync(control)) return item("loop devices", false, `no ${control}`, missing);
  if (!canWrite(control)) return item("loop devices", false, `${control} is not writable`, missing);
  const free = readdirSync("/sys/block").filter(isFreeLoop);
  const found = free.length > 0 ? `${free.length} free` : "none free, the kernel makes more";
  return item("loop devices", true, found, missing);
}

function mkfs(kind: FsKind): Item {
  const { command, debian, version } = makers[kind];
  const { problem, output } = attempt(command, [version]);
  const missing = `apt-get update && apt-get install -y ${debian}`;
  return item(command, problem === undefined, problem ?? output, missing);
}

function driver(kind: FsKind): Item {
  const known = readIfThere("/proc/filesystems").split(/\s+/).includes(kind);
  const modules = readIfThere(`/lib/modules/${release()}/modules.dep`);
  const loadable = modules.includes(`/${kind}.ko`);
  const missing = `boot a kernel that has ${kind}, or use --dir DIR`;
  if (known) return item(kind, true, "in the kernel", missing);
  return item(kind, loadable, loadable ? "a module of this kernel" : "not here", missing);
}

function room(): Item {
  const rooms = scratchParents().map((path) => ({ path, free: freeBytes(path) }));
  const found = rooms.map(({ path, free }) => `${gib(free)} GiB free in ${path}`).join(", ");
  const ok = rooms.some(({ free }) => free >= imageRoomBytes);
  const missing = `free ${gib(imageRoomBytes)} GiB in /dev/shm, or in the folder that TMPDIR names`;
  return item("room", ok, found === "" ? "no folder to write in" : found, missing);
}

interface Attempt {
  /** In a few words; undefined when the command succeeded. */
  readonly problem: string | undefined;
  readonly output: string;
}

function attempt(command: string, options: readonly string[]): Attempt {
  try {
    const output = execFileSync(command, options, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: commandTimeoutMs,
      env: { ...process.env, PATH: sbinPath },
    });
    return { problem: undefined, output: firstLine(output) };
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const said =
      error instanceof Error && "stderr" in error && typeof error.stderr === "string"
        ? error.stderr
        : "";
    const reason = said === "" && error instanceof Error ? error.message : said;
    return { problem: missing ? `${command} ${notThere}` : firstLine(reason), output: "" };
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}

function isFreeLoop(name: string): boolean {
  return (
    /^loop[0-9]+$/.test(name) &&
    !existsSync(`/sys/block/${name}/loop/backing_file`) &&
    existsSync(`/dev/${name}`)
  );
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
