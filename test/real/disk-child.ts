/**
 * A child of the tests: a file system whose disk is damaged behind the kernel's
 * back, and what looks at the whole disk say of it, as lines of a trace.
 */

import { closeSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { linux618Btrfs, newModel, type Op } from "../../model/index.ts";
import { Bands } from "../../real/bands.ts";
import { openImageTarget } from "../../real/targets.ts";
import { printEvent, signature } from "../../replay/index.ts";
import { advance } from "../../replay/check.ts";
import { K, open, write } from "./ops.ts";

const [scratch = "/tmp", damage = "none", ...kinds] = process.argv.slice(2);
const model = newModel(linux618Btrfs);
const target = openImageTarget({ kind: "btrfs", mkfs: [], mount: "", scratch });

/** Bytes of a device that are looked at. */
const lookedAt = 512 << 20;

/** Each place on the device where bytes stand is overwritten from there on. */
function overwrite(bytes: Buffer, lengthBytes: number): void {
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const [device = ""] = /^\S+(?= \S+\/under-test btrfs)/m.exec(mounts) ?? [];
  const fd = openSync(device, "r+");
  const disk = Buffer.alloc(lookedAt);
  readSync(fd, disk, 0, lookedAt, 0);
  for (let at = disk.indexOf(bytes); at !== -1; at = disk.indexOf(bytes, at + lengthBytes)) {
    writeSync(fd, Buffer.alloc(lengthBytes, 0x5a), 0, lengthBytes, at);
  }
  fsyncSync(fd);
  closeSync(fd);
}

const needle = "a-name-that-stands-in-a-leaf-of-metadata";
const program: readonly Op[] = [open(0, needle, "rw"), write(0, 0, 64 * K, 77), { kind: "syncfs" }];
target.begin();
for (const op of program) target.perform(op);
if (damage === "data") overwrite(new Bands(4096).of(77).subarray(0, 4096), 512);
if (damage === "metadata") overwrite(Buffer.from(needle), 8);
const lines = kinds.map((kind) => {
  const op: Op = kind === "check" ? { kind } : { kind: "scrub" };
  const outcome = target.perform(op);
  const step = advance(model, [model.initial], op, outcome, 1);
  const verdict = step.kind === "diverged" ? signature(model, step.divergence) : step.kind;
  return [printEvent({ comments: [], op, outcome }).trim().replaceAll(/\s+/g, " "), verdict];
});
const { spent } = target;
target.fresh();
const afterwards = target.perform({ kind: "scrub" }).contradictions ?? [];
target.close();
process.stdout.write(JSON.stringify({ lines, spent, afterwards }));
