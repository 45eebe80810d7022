/**
 * A child of the tests: swaps pages of its own out into a file of a btrfs that is a swap
 * file for a while; prints how much of the swap space was used, and whether the file is
 * on the disk as it was.
 */

import { constants, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Image } from "../../real/image.ts";
import { libc } from "../../real/libc.ts";
import { requirePrivateNamespace } from "../../real/private-namespace.ts";
import { makeNocow } from "../../real/rights-calls.ts";
import { makeRunFolder, removeRunFolder } from "../../real/scratch.ts";
import { noFd } from "../../real/slots.ts";
import { SwapGuard } from "../../real/swap-guard.ts";

const MADV_PAGEOUT = 21;
const madvise = process.arch === "x64" ? 28 : 233;
const memoryBytes = 4 << 20;
const anonymous = 0x22;

requirePrivateNamespace();
const calls = libc();
const home = makeRunFolder(calls, process.argv[2] ?? "/tmp");
const image = new Image(calls, { kind: "btrfs", mkfs: [], mount: "", scratch: undefined }, home);
const path = join(image.path, "swapped");
const contents = Buffer.alloc(1 << 20, "what was written");
const fd = calls.openat(-100, path, constants.O_RDWR | constants.O_CREAT, 0o600);
makeNocow(calls, fd);
writeFileSync(fd, contents);
calls.fsync(fd);

const guard = new SwapGuard(calls, noFd);
const begun = guard.begin(fd);
const address = BigInt(calls.mmap(null, memoryBytes, 3, anonymous, -1, 0));
calls.memory(address, memoryBytes).fill("of somebody else");
calls.syscall(madvise, Number(address), memoryBytes, MADV_PAGEOUT);
const space = readFileSync("/proc/swaps", "utf8")
  .split("\n")
  .find((line) => line.startsWith(path));
const used = Number(space?.split(/\s+/)[3]);
const ended = guard.end();
calls.fsync(fd);
calls.posix_fadvise(fd, 0, 0, 4);
const isAsBefore = readFileSync(path).equals(contents);
process.stdout.write(JSON.stringify({ begun, used, ended, isAsBefore }));
calls.close(fd);
image.close();
removeRunFolder(calls, home);
