/** What may happen to a campaign, how it is brought about, and what must come of it. */

import { closeSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import seedrandom from "seedrandom";
import type { RunningCampaign } from "./running-campaign.ts";

export interface Fault {
  readonly name: string;
  /** Flags of the campaign that it happens to. */
  readonly flags: string;
  /** What stands before ioctl(2): a forgery of test/shim. */
  readonly forgery?: string;
  /** Where its findings go, instead of a folder of its own. */
  readonly folder?: string;
  /** Brings it about; what it gives is put right again once the campaign has ended. */
  readonly strike: (campaign: RunningCampaign) => Promise<(() => Promise<unknown>) | void>;
  /** The exit codes that are right; null for a campaign whose supervisor is killed. */
  readonly codes: readonly (number | null)[];
  /** How what is said on stderr goes. */
  readonly says?: RegExp;
  /** How the signature of each finding goes; none is found where nothing is said. */
  readonly finds?: RegExp;
  /** Whether its process may be gone before it has any figures. */
  readonly sudden?: boolean;
  /** Whether there is at least one finding each time. */
  readonly surely?: boolean;
  /** Campaigns beside each other: one where the whole machine meets it. */
  readonly beside: number;
  /** How often it is tried in every run of the tests. */
  readonly times: number;
}

const random = seedrandom("faults");

/** A kill comes within this time, in milliseconds. */
const latest = 600;

/** A campaign that finds something at once, and again and again. */
const finding = "--profile canary --max-ops 6";
const canary = /^canary\./;

let kills = 0;

/** Soon after the worker began or, every second time, after the first finding. */
async function soon(campaign: RunningCampaign): Promise<void> {
  const isLate = kills++ % 2 === 0;
  await campaign.worker();
  if (isLate) await campaign.says(/^saved /m);
  await sleep(random() * latest);
}

/** Once programs run. */
async function running(campaign: RunningCampaign): Promise<void> {
  await campaign.says(/^ {2}seed /m);
  await sleep(200 + random() * latest);
}

const interrupted = async (
  campaign: RunningCampaign,
  signals: readonly NodeJS.Signals[],
): Promise<void> => {
  await campaign.says(/^ {2}seed /m);
  await sleep(random() * latest);
  for (const signal of signals) campaign.supervisor.kill(signal);
};

export const faults: readonly Fault[] = [
  {
    name: "kill -9 of the supervisor",
    flags: finding,
    strike: async (campaign) => {
      await soon(campaign);
      campaign.supervisor.kill("SIGKILL");
    },
    codes: [null],
    sudden: true,
    finds: canary,
    beside: 4,
    times: 12,
  },
  {
    name: "kill -9 of a worker",
    flags: finding,
    strike: async (campaign) => {
      await soon(campaign);
      process.kill(await campaign.worker(), "SIGKILL");
      await campaign.says(/was lost/);
      campaign.supervisor.kill("SIGINT");
    },
    codes: [130],
    sudden: true,
    says: /was lost/,
    finds: canary,
    beside: 4,
    times: 12,
  },
  {
    name: "SIGINT",
    flags: "--max-total-time 60s",
    strike: (campaign) => interrupted(campaign, ["SIGINT"]),
    codes: [130],
    beside: 2,
    times: 2,
  },
  {
    name: "SIGTERM",
    flags: "--max-total-time 60s --jobs 2",
    strike: (campaign) => interrupted(campaign, ["SIGTERM"]),
    codes: [130],
    beside: 2,
    times: 2,
  },
  {
    name: "SIGINT, and once more at once",
    flags: "--max-total-time 60s",
    strike: (campaign) => interrupted(campaign, ["SIGINT", "SIGINT"]),
    codes: [130],
    sudden: true,
    beside: 2,
    times: 2,
  },
  {
    name: "a disk of the host that is full, below the image",
    flags: "--max-total-time 60s",
    strike: async (campaign) => {
      await running(campaign);
      const used = "$(($(df -k --output=used /dev/shm | tail -1) + 1024))";
      campaign.machine.run(["sh", "-c", `mount -o remount,size=${used}k /dev/shm`]);
      return async () => campaign.machine.run(["mount", "-o", "remount,size=8G", "/dev/shm"]);
    },
    codes: [3],
    says: /^extent-same: this machine cannot: .*(?:: make room there, or set TMPDIR to |: EIO$)/m,
    beside: 1,
    times: 1,
  },
  {
    name: "a disk of the host that is full, below the findings",
    flags: `${finding} --max-findings 1`,
    folder: "/mnt/full/findings",
    strike: () => Promise.resolve(),
    codes: [1],
    says: /^finding canary\..* is not saved: /m,
    finds: canary,
    surely: true,
    beside: 1,
    times: 1,
  },
  {
    name: "a file system of the image that is full",
    flags: "--max-total-time 60s",
    strike: async (campaign) => {
      await running(campaign);
      // Until the campaign unmounts it, as it does once it has met this.
      const fill =
        "while mountpoint -q MOUNT && fallocate -l $s MOUNT/$s-$i; do i=$((i + 1)); done";
      const all = `i=0; for s in 1700M 100M 20M 5M 1M; do ${fill}; done`;
      await campaign.besideWorker(["sh", "-c", all]);
    },
    codes: [3],
    says: /^extent-same: this machine cannot: .*(?:ENOSPC|EROFS|EIO)/m,
    beside: 1,
    times: 1,
  },
  {
    name: "a call that does not come back",
    flags: "--timeout 2s --max-total-time 10s --jobs 2 --seed 5",
    forgery: "sleep",
    strike: () => Promise.resolve(),
    codes: [70],
    finds: /^linux-6\.18-btrfs\.HANG\.timeout\.dedupe$/,
    surely: true,
    beside: 1,
    times: 1,
  },
  {
    name: "a file system that somebody else freezes",
    flags: "--timeout 2s --max-total-time 8s",
    strike: async (campaign) => {
      await running(campaign);
      const folder = await campaign.underTest();
      const mounted = `/proc/${process.pid}/fd/${folder}`;
      campaign.machine.run(["fsfreeze", "--freeze", mounted]);
      return async () => {
        campaign.machine.run(["fsfreeze", "--unfreeze", mounted]);
        closeSync(folder);
      };
    },
    // Where the campaign is about to freeze it itself, it cannot.
    codes: [70, 3],
    finds: /^linux-6\.18-btrfs\.HANG\.timeout\./,
    beside: 1,
    times: 1,
  },
  {
    name: "a BUG in the log of the kernel",
    flags: "--max-total-time 5s",
    strike: async (campaign) => {
      await running(campaign);
      const worker = await campaign.worker();
      writeFileSync("/dev/kmsg", `BUG: a test of findings in the log, PID: ${worker} Comm: node`);
      writeFileSync("/dev/kmsg", `BUG: of another process, PID: ${process.pid} Comm: node`);
    },
    codes: [1],
    finds: /^linux-6\.18-btrfs\.LOG\.bug\.bug-a-test-of-findings-in-the-log/,
    surely: true,
    beside: 1,
    times: 1,
  },
  {
    name: "an oops that kills a worker",
    flags: "--max-total-time 6s",
    strike: async (campaign) => {
      await running(campaign);
      const worker = await campaign.worker();
      process.kill(worker, "SIGSTOP");
      writeFileSync("/dev/kmsg", "BUG: a test of findings in the log of the dead");
      writeFileSync("/dev/kmsg", `CPU: 1 UID: 0 PID: ${worker} Comm: node`);
      writeFileSync("/dev/kmsg", "RIP: 0010:btrfs_remap_file_range+0x1a/0x40");
      writeFileSync("/dev/kmsg", "---[ end trace 0000000000000000 ]---");
      process.kill(worker, "SIGKILL");
    },
    codes: [1],
    says: /was lost/,
    finds: /^linux-6\.18-btrfs\.LOG\.bug\.bug-a-test-.*-of-the-dead-in-btrfs-remap-file-range$/,
    surely: true,
    beside: 1,
    times: 1,
  },
  {
    name: "a mount that disappears",
    flags: "--max-total-time 60s",
    strike: async (campaign) => {
      await running(campaign);
      await campaign.besideWorker(["umount", "--lazy", "MOUNT"]);
    },
    codes: [3],
    says: /^extent-same: this machine cannot: /m,
    beside: 1,
    times: 1,
  },
];
