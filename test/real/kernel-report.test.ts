import { expect, test } from "vitest";
import { isExpected, kindOf, reportsIn } from "../../real/kernel-report.ts";
import { taintText } from "../../real/taint.ts";

/** Lines as kernels write them, and the kind of report that each begins. */
const beginnings = `
warning    WARNING: CPU: 1 PID: 77 at fs/btrfs/extent-tree.c:3208 __btrfs_free_extent+0x1b9/0x1230 [btrfs]
lockdep    WARNING: possible circular locking dependency detected
lockdep    WARNING: suspicious RCU usage
lockdep    BUG: sleeping function called from invalid context at kernel/locking/rwsem.c:1523
bug        kernel BUG at fs/btrfs/inode.c:1234!
bug        BUG: unable to handle page fault for address: ffffc90000a3f000
bug        BUG: kernel NULL pointer dereference, address: 0000000000000018
sanitizer  BUG: KASAN: slab-use-after-free in btrfs_extent_same+0x1a2/0x400
sanitizer  UBSAN: shift-out-of-bounds in fs/xfs/xfs_reflink.c:99:12
oops       Oops: general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP
oops       general protection fault, probably for non-canonical address 0xdead000000000100
panic      Kernel panic - not syncing: Fatal exception
lockup     watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [node:1234]
stall      rcu: INFO: rcu_preempt self-detected stall on CPU
hung-task  INFO: task node:1234 blocked for more than 120 seconds.
list       list_del corruption. next->prev should be ffff888100000000, but was 0000000000000000
btrfs      BTRFS error (device loop3): parent transid verify failed on logical 30408704 mirror 1 wanted 9 found 7
btrfs      BTRFS critical (device loop3 state A): corrupt leaf: root=256 block=30507008 slot=6
btrfs      BTRFS: error (device loop3) in btrfs_finish_ordered_io:3216: errno=-5 IO failure
btrfs      BTRFS: Transaction aborted (error -28)
xfs        XFS (loop3): Metadata corruption detected at xfs_inode_buf_verify+0x1a2/0x400, xfs_inode block 0x80
xfs        XFS (loop3): Corruption of in-memory data (0x8) detected at xfs_defer_finish_noroll+0x1/0x2 (fs/xfs/xfs_defer.c:573).  Shutting down filesystem.
xfs        XFS (loop3): Internal error XFS_WANT_CORRUPTED_GOTO at line 1 of file fs/xfs/libxfs/xfs_rmap.c.
-          BTRFS info (device loop3): checking UUID tree
-          BTRFS warning (device loop3): cannot deduplicate to root 269 while send operations are using it (1 in progress)
-          BTRFS: device fsid 2f3748ed-15e8-441d-8fef-c31a20cb910f devid 1 transid 6 /dev/loop0 (7:0) scanned by node (1859)
-          XFS (loop0): Ending clean mount
-          XFS (loop0): Unmounting Filesystem a7248c64-c4fa-4c6e-838b-caffbcb0e78b
-          operation not supported error, dev loop0, sector 2097200 op 0x9:(WRITE_ZEROES) flags 0x20000800
-          loop0: detected capacity change from 0 to 4194304
-          _btrfs_printk: 60 callbacks suppressed
-          systemd[1]: WARNING: no such unit
`
  .trim()
  .split("\n")
  .map((row) => /^(\S+) +(.*)$/.exec(row)?.slice(1) ?? []);

test.each(beginnings)("%s: %s", (kind, line = "") => {
  expect(kindOf(line)).toBe(kind === "-" ? undefined : kind);
});

function titles(...lines: readonly string[]): readonly string[] {
  return reportsIn(lines.map((text) => ({ sequence: 1, seconds: 1, text }))).map(
    ({ title }) => title,
  );
}

test("a title leaves out what differs from run to run", () => {
  const once = [
    "WARNING: CPU: 1 PID: 77 at fs/btrfs/extent-tree.c:3208 free_extent+0x1b9/0x1230 [btrfs]",
    "BTRFS error (device loop3 state A): parent transid verify failed on 30408704, wanted 9",
    "INFO: task node:1234 blocked for more than 120 seconds.",
  ];
  const again = [
    "WARNING: CPU: 0 PID: 4 at fs/btrfs/extent-tree.c:3100 free_extent+0x1a/0x2 [btrfs]",
    "BTRFS error (device loop11): parent transid verify failed on 1234, wanted 0",
    "INFO: task btrfs-cleaner:9 blocked for more than 241 seconds.",
  ];
  expect(titles(...again)).toEqual(titles(...once));
  expect(titles(...once)).toEqual([
    "WARNING: at fs/btrfs/extent-tree.c free_extent",
    "BTRFS error (device): parent transid verify failed on N, wanted N",
    "INFO: task blocked for more than N seconds.",
  ]);
});

test("two faults have two titles", () => {
  const [a, b, c] = titles(
    "BUG: KASAN: slab-use-after-free in btrfs_extent_same+0x1/0x2",
    "BUG: KASAN: slab-use-after-free in btrfs_clone+0x1/0x2",
    "BTRFS critical (device loop0): corrupt leaf: root=256",
  );
  expect(new Set([a, b, c]).size).toBe(3);
});

test("a report names the process, the device and the function, and its end is no report of its own", () => {
  const report = [
    "BUG: unable to handle page fault for address: ffffc90000a3f000",
    "#PF: supervisor read access in kernel mode",
    "Oops: Oops: 0000 [#1] SMP",
    "CPU: 1 UID: 0 PID: 4711 Comm: node Not tainted 6.18.0 #1",
    "RIP: 0010:btrfs_extent_same+0x1a/0x40 [btrfs]",
    "---[ end trace 0000000000000000 ]---",
    "XFS (loop7): Internal error somewhere",
  ].map((text) => ({ sequence: 7, seconds: 12.5, text }));
  expect(reportsIn(report)).toEqual([
    {
      kind: "bug",
      title: "BUG: unable to handle page fault for address: N in btrfs_extent_same",
      device: undefined,
      pid: 4711,
      seconds: 12.5,
      sequence: 7,
      line: "BUG: unable to handle page fault for address: ffffc90000a3f000",
    },
    {
      kind: "xfs",
      title: "XFS (device): Internal error somewhere",
      device: "loop7",
      pid: undefined,
      seconds: 12.5,
      sequence: 7,
      line: "XFS (loop7): Internal error somewhere",
    },
  ]);
});

test("what a program did is expected; the same without it is not", () => {
  const text =
    "BTRFS error (device loop0): bdev /dev/loop0 errs: wr 0, rd 0, flush 0, corrupt 1, gen 0";
  const [report] = reportsIn([{ sequence: 1, seconds: 1, text }]);
  if (report === undefined) throw new Error("no report");
  expect(isExpected(report, new Set(["unreadable"]))).toBe(true);
  expect(isExpected(report, new Set(["frozen", "sending"]))).toBe(false);
});

test("a tainted kernel says why", () => {
  expect([0, 1 << 9, (1 << 7) | (1 << 9), 2 ** 31].map(taintText)).toEqual([
    undefined,
    "a warning before",
    "an oops or a BUG before, a warning before",
    "value 2147483648",
  ]);
});
