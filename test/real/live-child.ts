/** A child of the tests: files on a btrfs of its own, one raw call, and what was known before it. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BTRFS_IOC_SUBVOL_CREATE } from "../../real/abi.ts";
import { Image } from "../../real/image.ts";
import { libc } from "../../real/libc.ts";
import { dedupeLive, firstLiveDifference } from "../../real/live-call.ts";
import { closeLive, openSource, openTarget, type LiveFile } from "../../real/live-file.ts";
import { requirePrivateNamespace } from "../../real/private-namespace.ts";
import { makeRunFolder, removeRunFolder } from "../../real/scratch.ts";
import { print } from "../../real/plain-json.ts";

requirePrivateNamespace();
const home = makeRunFolder(libc(), process.argv[2] ?? "/tmp");
const image = new Image(libc(), { kind: "btrfs", mkfs: [], mount: "", scratch: undefined }, home);
const other = image.beside.get("other") ?? "";
const data = Buffer.alloc(10_000, "abc");
writeFileSync(join(image.path, "a"), data);
mkdirSync(join(image.path, "d"));
subvolume("v");
writeFileSync(join(image.path, "v", "b"), data);
writeFileSync(join(other, "c"), data.fill("x", 9_999));

const a = live(openSource(join(image.path, "a")));
const again = live(openTarget(join(image.path, "a")));
const b = live(openTarget(join(image.path, "v", "b")));
const c = live(openTarget(join(other, "c")));
const d = live(openTarget(join(image.path, "d")));
const ranges = [b, c, d].map((file) => ({ file, offset: 0n }));
const source = { file: a, offset: 0n };
const report = {
  missing: openSource(join(image.path, "missing")),
  sameInode: [again, b].map((file) => file.inode === a.inode),
  sameFilesystem: [b, c, d].map((file) => file.filesystem === a.filesystem),
  files: [a, b, c, d].map(({ kind, size, shares, block, nocow, writable }) => {
    return { kind, size, shares, block, nocow, writable };
  }),
  differences: [b, c].map((file) => firstLiveDifference(source, { file, offset: 0n }, 10_000n)),
  shorter: firstLiveDifference(source, { file: b, offset: 1n }, 10_000n),
  outcome: dedupeLive(source, 10_000n, ranges),
};
for (const file of [a, again, b, c, d]) closeLive(file);
image.close();
removeRunFolder(libc(), home);
process.stdout.write(print(report));

function live(opening: ReturnType<typeof openSource>): LiveFile {
  if (opening.kind === "refused") throw new Error(`errno ${opening.errno}`);
  return opening.file;
}

function subvolume(name: string): void {
  const argument = Buffer.alloc(4096);
  argument.write(name, 8);
  const top = live(openSource(image.path));
  libc().ioctl(top.fd, BTRFS_IOC_SUBVOL_CREATE, argument);
  closeLive(top);
}
