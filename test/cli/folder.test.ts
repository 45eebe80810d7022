import { afterAll, beforeAll, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { ownMachine, type OwnMachine } from "./own-machine.ts";
import { readdirSync, writeFileSync } from "node:fs";

let machine: OwnMachine;

const out = ["--out", "/dev/shm/findings"];

/** A btrfs that is mounted already, with a folder for a user without rights, and a tmpfs beside it. */
const script = [
  "truncate -s 1G /dev/shm/image",
  "mkfs.btrfs -q /dev/shm/image >/dev/null 2>&1",
  "mkdir /mnt/btrfs /mnt/tmpfs",
  "mount -o loop /dev/shm/image /mnt/btrfs",
  "rm /dev/shm/image",
  "mkdir /mnt/btrfs/own",
  "chown 65534 /mnt/btrfs/own /mnt/tmpfs",
].join(" && ");

describeMounted("btrfs", "--dir", () => {
  beforeAll(async () => {
    machine = await ownMachine(script);
    writeFileSync(machine.path("/mnt/btrfs/own/precious"), "kept");
  });

  afterAll(() => {
    machine.close();
  });

  test("runs a campaign on btrfs without root, and leaves the folder as it was", () => {
    const words = ["fuzz", "--dir", "/mnt/btrfs/own", "--max-total-time", "2s", "--json"];
    const { code, stdout } = machine.asNobody([...words, ...out]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ findings: [], mkfs: "", mount: "" });
    expect(report.target).toMatch(/^real linux-[0-9.]+\/btrfs$/);
    expect(report.dedupe.sharedShare).toBeGreaterThan(0.05);
    expect(report.calls.remount).toBeUndefined();
    expect(readdirSync(machine.path("/mnt/btrfs/own"))).toEqual(["precious"]);
    expect(machine.left()).toMatchObject({ processes: [], entries: [] });
  });

  test("on a file system that no profile describes reports no false finding: it is refused", () => {
    const { code, stdout, stderr } = machine.asNobody(["fuzz", "--dir", "/mnt/tmpfs", ...out]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(
      '"/mnt/tmpfs" is on tmpfs, of which no profile says anything: name a folder on btrfs or XFS,',
    );
    expect(readdirSync(machine.path("/mnt/tmpfs"))).toEqual([]);
  });

  test("on a folder that this user cannot write is refused in one line", () => {
    const { code, stdout, stderr } = machine.asNobody(["fuzz", "--dir", "/mnt/btrfs", ...out]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(
      /^extent-same: this machine cannot: no folder can be made in \/mnt\/btrfs/,
    );
  });

  test("holds whatever it lies on to a profile that is named", () => {
    const words = ["--dir", "/mnt/tmpfs", "--profile", "linux-6.18/btrfs", "--runs", "3"];
    const { code, stdout } = machine.asNobody(["fuzz", ...words, ...out]);
    expect(code).toBe(1);
    expect(stdout).toContain("EOPNOTSUPP");
  });
});
