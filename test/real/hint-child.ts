/**
 * A child of the tests: dedupes between files of XFS that have a hint for the size of
 * copies (cowextsize), or none, and prints the hint that the target has behind it.
 *
 * Source: struct fsxattr, include/uapi/linux/fs.h, Linux 6.18.
 */

import { closeSync, openSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DedupeCall } from "../../real/dedupe-call.ts";
import { Image } from "../../real/image.ts";
import { libc } from "../../real/libc.ts";
import { requirePrivateNamespace } from "../../real/private-namespace.ts";
import { makeRunFolder, removeRunFolder } from "../../real/scratch.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import type { HintCase } from "./hint-cases.ts";
import { hintCases } from "./hint-cases.ts";
import { dedupe, onto } from "./ops.ts";

const FS_IOC_FSGETXATTR = 0x801c_581f;
const FS_IOC_FSSETXATTR = 0x401c_5820;
const FS_XFLAG_COWEXTSIZE = 0x1_0000;
const attributeBytes = 28;
const hintAt = 16;

requirePrivateNamespace();
const calls = libc();
const home = makeRunFolder(calls, process.argv[2] ?? "/tmp");
const image = new Image(calls, { kind: "xfs", mkfs: [], mount: "", scratch: undefined }, home);
process.stdout.write(JSON.stringify(hintCases.map(behind)));
image.close();
removeRunFolder(calls, home);

/** The answer, the target's hint in bytes, and whether its ctime changed. */
function behind(each: HintCase, index: number): string {
  const [source, target] = [`a${index}`, `b${index}`].map((name) => join(image.path, name));
  if (source === undefined || target === undefined) throw new Error("no names");
  writeFileSync(source, Buffer.alloc(each.source.size, 1));
  writeFileSync(target, Buffer.alloc(each.target.size, each.differs ? 2 : 1));
  const [from, to] = [openSync(source, "r+"), openSync(target, "r+")];
  setHint(from, each.source.hint);
  setHint(to, each.target.hint);
  const before = statSync(target, { bigint: true }).ctimeNs;
  const op = dedupe(0, each.offset, each.length, [onto(1, each.offset)]);
  const outcome = new DedupeCall(calls).perform(op, from, () => to);
  const isLater = statSync(target, { bigint: true }).ctimeNs !== before;
  const said = `${printOutcome(op, outcome)}, hint ${hintOf(to)}${isLater ? ", ctime changed" : ""}`;
  for (const fd of [from, to]) closeSync(fd);
  return said;
}

function attributes(fd: number): Buffer {
  const memory = Buffer.alloc(attributeBytes);
  if (calls.ioctl(fd, FS_IOC_FSGETXATTR, memory) !== 0) throw new Error(`errno ${calls.errno()}`);
  return memory;
}

function hintOf(fd: number): number {
  return attributes(fd).readUInt32LE(hintAt);
}

function setHint(fd: number, bytes: number): void {
  if (bytes === 0) return;
  const memory = attributes(fd);
  memory.writeUInt32LE((memory.readUInt32LE(0) | FS_XFLAG_COWEXTSIZE) >>> 0, 0);
  memory.writeUInt32LE(bytes, hintAt);
  if (calls.ioctl(fd, FS_IOC_FSSETXATTR, memory) !== 0) throw new Error(`errno ${calls.errno()}`);
}
