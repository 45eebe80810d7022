/** A child of the tests: calls that no op makes yet, on a btrfs of its own; prints what came of each. */

import { constants } from "node:fs";
import { countDifferences, referenceDifferences } from "../../model/extent-witness.ts";
import { dataRanges } from "../../real/data-ranges.ts";
import { fileStatus } from "../../real/file-status.ts";
import { DedupeArgument } from "../../real/dedupe-argument.ts";
import {
  F_GETFL,
  FIDEDUPERANGE,
  FIEMAP_EXTENT_SHARED,
  FS_IOC_SETFLAGS,
  FS_NOCOW_FL,
} from "../../real/abi.ts";
import { DirectWriter } from "../../real/direct-writer.ts";
import { Fiemap } from "../../real/fiemap.ts";
import { ImageGround } from "../../real/image-ground.ts";
import { libc } from "../../real/libc.ts";
import { References } from "../../real/references.ts";
import { createSnapshot, createSubvolume, deleteSubvolume, rootOf } from "../../real/subvolumes.ts";
import { TreeSearch } from "../../real/tree-search.ts";
import { dedupe, K, onto } from "./ops.ts";
import { print } from "../../real/plain-json.ts";

const calls = libc();
const options = {
  kind: "btrfs",
  mkfs: [],
  mount: "max_inline=0",
  scratch: process.argv[2],
} as const;
const ground = new ImageGround(calls, options);
const place = ground.nextPlace();
const { folder } = place;
const trees = new TreeSearch(calls, Number(ground.format.block));
const fiemap = new Fiemap(calls);
const references = new References(calls, Number(ground.format.block));
const opened: number[] = [];

function open(path: string, flags: number): number {
  const fd = calls.openat(folder, path, flags, 0o600);
  if (fd !== -1) opened.push(fd);
  return fd;
}

function make(path: string, lengthBytes: number): number {
  const fd = open(path, constants.O_RDWR | constants.O_CREAT);
  calls.pwrite(fd, Buffer.alloc(lengthBytes, 7), lengthBytes, 0);
  return fd;
}

function statusOf(source: number, target: number, lengthBytes: number): number | undefined {
  const argument = new DedupeArgument();
  argument.encode(dedupe(0, 0, lengthBytes, [onto(1, 0)]), () => target);
  calls.ioctl(source, FIDEDUPERANGE, argument.memory);
  return argument.decode().targets[0]?.status;
}

/** Items without the numbers of their extents, but with whether each is `like`'s first extent. */
function items(fd: number, like: number): readonly string[] {
  const first = trees.items(like, fileStatus(calls, like).inode)[0]?.extent;
  return trees
    .items(fd, fileStatus(calls, fd).inode)
    .map(
      (item) =>
        `${item.start}+${item.count} ${item.kind} ${item.extent === first ? "same" : "other"}`,
    );
}

function shared(fd: number): boolean {
  return fiemap.extents(fd, false).some(({ flags }) => (flags & FIEMAP_EXTENT_SHARED) !== 0);
}

function named(name: string, fd: number) {
  const { inode } = fileStatus(calls, fd);
  return { name, root: rootOf(calls, fd), inode, items: trees.items(fd, inode) };
}

/** What the extent tree says of files that is not as their items say. */
function contradicted(files: readonly ReturnType<typeof named>[]): readonly string[] {
  const extents = new Map(
    files.flatMap((file) =>
      file.items.map(({ extent }) => {
        const count = trees.extentCount(folder, extent);
        return [extent, { references: references.of(folder, extent), count }] as const;
      }),
    ),
  );
  return [...referenceDifferences(files, extents), ...countDifferences(files, extents)].map(
    ({ witness, file, text }) => `${witness} ${file}: ${text}`,
  );
}

function subvolumes() {
  const a = make("a", 64 * K);
  calls.syncfs(folder);
  const created = createSubvolume(calls, folder, "sub");
  const again = createSubvolume(calls, folder, "sub");
  const inSub = make("sub/b", 64 * K);
  const status = statusOf(a, inSub, 64 * K);
  const sharedAtOnce = [shared(a), shared(inSub)];
  calls.syncfs(folder);
  const both = [named("a", a), named("b", inSub)];
  return {
    created,
    again,
    status,
    sharedAtOnce,
    items: items(inSub, a),
    roots: new Set(both.map((file) => file.root)).size,
    references: contradicted(both),
    ofOneAlone: contradicted(both.slice(0, 1)),
  };
}

function snapshots() {
  const a = open("a", constants.O_RDWR);
  const written = make("late", 8 * K);
  const created = createSnapshot(calls, folder, "snap", folder, true);
  const inSnap = open("snap/late", constants.O_RDONLY);
  const late = open("snap/late", constants.O_RDWR);
  const source = make("copy", 8 * K);
  calls.syncfs(folder);
  const before = items(inSnap, source);
  const status = statusOf(source, inSnap, 8 * K);
  calls.syncfs(folder);
  const after = items(inSnap, source);
  const origin = items(written, source);
  for (const fd of opened.splice(0)) calls.close(fd);
  const deleted = [deleteSubvolume(calls, folder, "snap"), deleteSubvolume(calls, folder, "snap")];
  return { opens: a !== -1, created, late, before, status, after, origin, deleted };
}

function directWrites() {
  const writer = new DirectWriter(calls, 64 * K);
  writer.memory.fill(3);
  const checksummed = open("checksummed", constants.O_RDWR | constants.O_CREAT);
  const nocow = open("nocow", constants.O_RDWR | constants.O_CREAT);
  const attributes = Buffer.alloc(8);
  attributes.writeUInt32LE(FS_NOCOW_FL, 0);
  calls.ioctl(nocow, FS_IOC_SETFLAGS, attributes);
  // Nothing is synced.
  return [checksummed, nocow].map((fd) => {
    const results = [0n, 65_536n, 100_000n].map((at) => writer.write(fd, 32 * K, at).result);
    return {
      results,
      items: items(fd, fd),
      flags: calls.fcntl(fd, F_GETFL, 0) & constants.O_DIRECT,
    };
  });
}

function writtenOut() {
  const fd = make("dirty", 64 * K);
  calls.pwrite(fd, Buffer.alloc(1), 1, 100 * K);
  const dirty = items(fd, fd);
  fiemap.writeOut(fd);
  const out = trees.items(fd, fileStatus(calls, fd).inode);
  calls.syncfs(folder);
  const same = print(out) === print(trees.items(fd, fileStatus(calls, fd).inode));
  return { dirty, out: items(fd, fd), same };
}

function times() {
  const fd = make("timed", 64 * K);
  calls.syncfs(folder);
  const source = make("timed-source", 64 * K);
  const before = fileStatus(calls, fd);
  const status = statusOf(source, fd, 64 * K);
  const after = fileStatus(calls, fd);
  return {
    status,
    same: print(before) === print(after),
    data: dataRanges(calls, fd),
    written: before.modifiedNs > 0n && before.changedNs >= before.modifiedNs,
  };
}

const report = {
  subvolumes: subvolumes(),
  snapshots: snapshots(),
  directWrites: directWrites(),
  writtenOut: writtenOut(),
  times: times(),
};
for (const fd of opened) calls.close(fd);
const complaint = ground.check().complaint ?? "";
ground.close();
process.stdout.write(print({ ...report, complaint }));
