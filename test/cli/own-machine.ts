/**
 * A machine of a test's own, as far as mounts go: a mount namespace with its own
 * /dev/shm, in which things can be taken away, and whose leftovers can be told
 * from those of any other run.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { started, type Ran, type RunOptions } from "./extent-same.ts";

/** In the environment of every process that a machine runs. */
const markName = "EXTENT_SAME_TEST_MACHINE";

/** Where a machine keeps the copy of the program: readable for every user. */
const home = "/mnt/extent-same";

export interface OwnMachine {
  /** What to give to spawn, so that a command runs in the machine. */
  readonly command: (words: readonly string[]) => readonly string[];
  /** What to give to spawn as the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs any command in the machine, as root. */
  readonly run: (words: readonly string[], options?: RunOptions) => Ran;
  /** Runs extent-same in the machine, as root. Relative paths start at `/`. */
  readonly extentSame: (words: readonly string[], options?: RunOptions) => Ran;
  /** The same for a user without any right. */
  readonly asNobody: (words: readonly string[]) => Ran;
  /** A file of the machine, as this process reaches it. */
  readonly path: (inside: string) => string;
  /** What runs of the machine have left: processes, loop devices, mounts, entries of /dev/shm. */
  readonly left: () => Left;
  /** The same, once the kernel had time to give back what a killed process had. */
  readonly settled: () => Promise<Left>;
  readonly close: () => void;
}

export interface Left {
  readonly processes: readonly string[];
  readonly loops: readonly string[];
  readonly mounts: readonly string[];
  readonly entries: readonly string[];
}

/** How long the kernel may take to give back what a killed process had. */
const patienceMs = 10_000;

export const nothing: Left = { processes: [], loops: [], mounts: [], entries: [] };

/** Makes one; `script` of a shell runs in it as root first. `without` is a package that is not copied. */
export async function ownMachine(script = "true", without = ""): Promise<OwnMachine> {
  const mark = `${process.pid}-${Math.round(performance.now() * 1000)}`;
  const setUp = [
    "mount -t tmpfs -o size=8G,mode=1777 none /dev/shm",
    "mount -t tmpfs -o mode=755 none /mnt",
    `mkdir ${home}`,
    `echo made && read go && chmod -R a+rX ${home}`,
    script,
    "echo ready && exec cat",
  ].join(" && ");
  const unshare = ["--mount", "--propagation", "private", "--", "sh", "-c", setUp];
  const keeper = spawn("unshare", unshare, { stdio: ["pipe", "pipe", "inherit"] });
  const path = (inside: string): string => `/proc/${keeper.pid}/root${inside}`;
  await once(keeper.stdout, "data");
  install(path(home), without);
  keeper.stdin.write("go\n");
  await once(keeper.stdout, "data");
  const command = (words: readonly string[]): readonly string[] => [
    "nsenter",
    `--mount=/proc/${keeper.pid}/ns/mnt`,
    "--",
    ...words,
  ];
  const environment = { [markName]: mark };
  const run = (words: readonly string[], options: RunOptions = {}): Ran => {
    const [first = "", ...rest] = command([...words]);
    return started(first, rest, { ...options, env: { ...options.env, ...environment } });
  };
  const left = (): Left => ({
    processes: processesOf(mark),
    loops: loopsOn(statSync(path("/dev/shm")).dev),
    mounts: ["self", String(keeper.pid)].flatMap(runsMountedIn),
    entries: readdirSync(path("/dev/shm")),
  });
  return {
    command: (words) => command([process.execPath, `${home}/dist/cli.js`, ...words]),
    environment,
    run,
    extentSame: (words, options) =>
      run([process.execPath, `${home}/dist/cli.js`, ...words], options),
    asNobody: (words) => run([...nobody, process.execPath, `${home}/dist/cli.js`, ...words]),
    path,
    left,
    settled: async () => {
      const end = performance.now() + patienceMs;
      const busy = ({ processes, loops }: Left): boolean => processes.length + loops.length > 0;
      while (busy(left()) && performance.now() < end) await sleep(20);
      return left();
    },
    close: () => keeper.stdin.end(),
  };
}

const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

/** Copies what was built and the packages that it needs, so that everybody can read them. */
function install(to: string, without: string): void {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const packages = Object.entries<{ readonly dev?: boolean }>(lock.packages)
    .filter(([name, { dev }]) => name !== "" && dev !== true && !name.endsWith(`/${without}`))
    .map(([name]) => name);
  for (const name of ["package.json", "dist", ...packages]) {
    if (statSync(join(root, name), { throwIfNoEntry: false }) === undefined) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(root, name), join(to, name), { recursive: true });
  }
}

function processesOf(mark: string): readonly string[] {
  return readdirSync("/proc").filter((name) =>
    readIfThere(`/proc/${name}/environ`).split("\0").includes(`${markName}=${mark}`),
  );
}

/** Loop devices with an image on this device. */
function loopsOn(device: number): readonly string[] {
  const number = `${(device >> 8) & 0xfff}:${(device & 0xff) | ((device >> 12) & ~0xff)}`;
  const { stdout } = started("losetup", [
    "--list",
    "--noheadings",
    "--output",
    "BACK-MAJ:MIN,NAME",
  ]);
  return stdout.split("\n").filter((line) => line.trim().startsWith(`${number} `));
}

/** Mounts of run folders that a process sees. */
function runsMountedIn(process: string): readonly string[] {
  const lines = readIfThere(`/proc/${process}/mountinfo`).split("\n");
  return lines.filter((line) => /\/dev\/shm\/extent-same-/.test(line));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
