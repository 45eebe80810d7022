import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { nothing, ownMachine, type OwnMachine } from "./own-machine.ts";

let machine: OwnMachine | undefined;

afterEach(() => {
  machine?.close();
});

/** In place of `btrfs`: it complains of every disk on which a file was called so, where mkfs puts the trees. */
const forged = [
  "#!/bin/sh",
  'dd if="$3" bs=1M skip=32 count=32 status=none | grep -qa pipe || exit 0',
  'echo "[1/7] checking root items"',
  'echo "root 257 inode 260 errors 2000, link count wrong"',
  "exit 1",
].join("\\n");

const forging = `mkdir /mnt/forged && printf '${forged}\\n' > /mnt/forged/btrfs && chmod a+rx /mnt/forged/btrfs`;

describeMounted("btrfs", "the checker of the disk", () => {
  test("by what it complains of leads to the program that did it, which replays", async () => {
    machine = await ownMachine(forging);
    const env = { PATH: `/mnt/forged:${process.env["PATH"]}` };
    const words = ["fuzz", "--format", "strict", "--seed", "3", "--max-ops", "60"];
    const ran = machine.extentSame([...words, "--runs", "40", "--out", "/mnt/findings"], { env });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^disk +checked [0-9]+ times: 1 complaints$/m);
    const [folder, ...others] = readdirSync(machine.path("/mnt/findings"));
    expect([folder, others]).toEqual(["linux-6.18-btrfs.DISK-07.checker.check", []]);
    const repro = `/mnt/findings/${folder}/repro.trace`;
    const [, , ...calls] = readFileSync(machine.path(repro), "utf8").trimEnd().split("\n");
    expect(calls.map((line) => line.trim().replace(/ +/g, " "))).toEqual([
      "mkfifo pipe -> 0",
      "check -> 0 contradicted checker disk: root 257 inode 260 errors 2000, link count wrong",
    ]);
    expect(machine.extentSame(["replay", repro], { env }).code).toBe(1);
    expect(machine.extentSame(["replay", repro]).code).toBe(0);
    expect(machine.left()).toEqual(nothing);
  });

  test("is left out where it is missing, which is said once", async () => {
    machine = await ownMachine(
      "mount --bind /dev/null $(PATH=$PATH:/usr/sbin:/sbin command -v btrfs)",
    );
    const words = ["fuzz", "--format", "strict", "--runs", "5", "--max-ops", "20", "--json"];
    const { code, stdout, stderr } = machine.extentSame(words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).checks).toEqual({ check: 0, scrub: 0, complaints: 0 });
    const said = stderr.split("\n").filter((line) => line.includes("disks are not checked"));
    expect(said).toEqual([
      "disks are not checked: btrfs is missing: apt-get install -y btrfs-progs",
    ]);
  });

  test("is helped by a scrub when that is asked for", async () => {
    machine = await ownMachine();
    const words = ["fuzz", "--format", "strict", "--runs", "5", "--max-ops", "20", "--scrub"];
    expect(machine.extentSame(words).stdout).toMatch(
      /^disk +checked 1 times, scrubbed 1 times: nothing was wrong$/m,
    );
    expect(machine.extentSame([...words, "--target", "simulated"])).toMatchObject({
      code: 2,
      stderr: "extent-same: --scrub is for a file system of the run's own\n",
    });
  });
});
