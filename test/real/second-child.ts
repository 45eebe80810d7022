/**
 * A child of the tests: dedupes from and onto file systems that no program runs on,
 * ext4 and overlayfs, beside a btrfs of its own; prints what each call answered.
 */

import { execFileSync } from "node:child_process";
import { constants, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DedupeCall } from "../../real/dedupe-call.ts";
import { openImage } from "../../real/image-file.ts";
import { Image } from "../../real/image.ts";
import { libc } from "../../real/libc.ts";
import { attachLoop } from "../../real/loop-device.ts";
import { sbinPath } from "../../real/mkfs.ts";
import { requirePrivateNamespace } from "../../real/private-namespace.ts";
import { makeRunFolder, removeRunFolder } from "../../real/scratch.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import { dedupe, onto } from "./ops.ts";

const K = 1024;

requirePrivateNamespace();
const calls = libc();
const home = makeRunFolder(calls, process.argv[2] ?? "/tmp");
const image = new Image(calls, { kind: "btrfs", mkfs: [], mount: "", scratch: undefined }, home);
const ext4 = join(home.path, "ext4");
const overlay = join(home.path, "overlay");
const onExt4 = join(home.path, "overlay-on-ext4");
const answers: Record<string, string> = {};

for (const path of [ext4, overlay, onExt4]) mkdirSync(path);
for (const name of ["a", "b"]) writeFileSync(join(image.path, name), Buffer.alloc(8 * K, 7));
mountOverlay(image.path, overlay);
for (const name of ["a", "b"]) writeFileSync(join(overlay, name), Buffer.alloc(8 * K, 7));

tell("overlay/a", "overlay/b");
tell("overlay/a", "overlay/low");
tell("overlay/low", "overlay/b");
tell("overlay/low", "overlay/low-too", 0);
tell("overlay/a", "under-test/a");
tell("under-test/a", "overlay/a");
tell("under-test/upper/a", "under-test/upper/b");

const device = mountExt4(ext4);
if (device !== undefined) {
  for (const name of ["a", "b"]) writeFileSync(join(ext4, name), Buffer.alloc(8 * K, 7));
  mountOverlay(ext4, onExt4);
  for (const name of ["a", "b"]) writeFileSync(join(onExt4, name), Buffer.alloc(8 * K, 7));
  tell("ext4/a", "ext4/b");
  tell("ext4/a", "under-test/a");
  tell("under-test/a", "ext4/a");
  tell("ext4/a", "ext4/b", 0);
  tell("overlay-on-ext4/a", "overlay-on-ext4/b");
  tell("overlay-on-ext4/a", "overlay-on-ext4/b", 0);
  calls.umount2(onExt4, 0);
  calls.umount2(ext4, 0);
  calls.close(device);
}
calls.umount2(overlay, 0);
image.close();
for (const path of [ext4, overlay, onExt4]) rmdirSync(path);
removeRunFolder(calls, home);
process.stdout.write(JSON.stringify(answers));

/** An overlay whose upper layer is on a file system, with two files in the lower one alone. */
function mountOverlay(below: string, path: string): void {
  const [lower, upper, work] = ["lower", "upper", "work"].map((name) => join(below, name));
  for (const folder of [lower, upper, work]) mkdirSync(folder ?? "");
  for (const name of ["low", "low-too"])
    writeFileSync(join(lower ?? "", name), Buffer.alloc(8 * K, 7));
  const data = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  if (calls.mount("overlay", path, "overlay", 0, data) !== 0)
    throw new Error(`errno ${calls.errno()}`);
}

/** The loop device of it; undefined where no ext4 can be made. */
function mountExt4(path: string): number | undefined {
  const disk = openImage(calls, process.argv[2] ?? "/tmp", 64 * K * K);
  const loop = attachLoop(calls, disk);
  calls.close(disk);
  try {
    const env = { ...process.env, PATH: sbinPath };
    execFileSync("mkfs.ext4", ["-q", loop.path], { env, stdio: "ignore" });
  } catch {
    calls.close(loop.fd);
    return undefined;
  }
  if (calls.mount(loop.path, path, "ext4", 0, "") !== 0) throw new Error(`errno ${calls.errno()}`);
  return loop.fd;
}

/** Makes a dedupe between two files, opened for reading. */
function tell(from: string, to: string, lengthBytes = 8 * K): void {
  const op = dedupe(0, 0, lengthBytes, [onto(1, 0)]);
  const [source, target] = [from, to].map((path) => {
    return calls.openat(-100, join(home.path, path), constants.O_RDONLY, 0);
  });
  const outcome = new DedupeCall(calls).perform(op, source ?? -1, () => target ?? -1);
  answers[`${from} onto ${to}${lengthBytes === 0 ? ", nothing" : ""}`] = printOutcome(op, outcome);
  for (const fd of [source, target]) calls.close(fd ?? -1);
}
