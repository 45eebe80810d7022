import { expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { nothing, ownMachine } from "./own-machine.ts";

const counts = (report: Readonly<Record<string, unknown>>): readonly unknown[] =>
  Object.values(report);

describeMounted("btrfs", "a campaign on a real btrfs", () => {
  test("finds nothing, and its JSON says what it did", async () => {
    const machine = await ownMachine();
    const words = [
      "fuzz",
      "--runs",
      "400",
      "--max-total-time",
      "29s",
      "--seed",
      "0x5eed",
      "--json",
    ];
    const { code, stdout, stderr } = machine.extentSame([...words, "--mkfs", "--nodesize 32768"]);
    expect(code).toBe(0);
    expect(stderr).toContain("\n  seed      0x5eed\n");
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      version: expect.stringMatching(/^[0-9]+\.[0-9]+\.[0-9]+$/),
      kernel: expect.stringMatching(/^Linux [0-9]+\./),
      node: process.version,
      target: expect.stringMatching(/^real linux-[0-9.]+\/btrfs$/),
      profile: "linux-6.18/btrfs",
      seed: "0x5eed",
      mkfs: expect.stringMatching(/btrfs-progs v[0-9.]+, options: --nodesize 32768$/),
      findings: [],
      repeats: 0,
    });
    expect(report.programs).toBeGreaterThan(20);
    expect(report.ops).toBeGreaterThan(1_000);
    expect(report.opsPerSecond).toBe(Math.round(report.ops / report.seconds));
    const { calls, targets, comparedShare, sharedShare, differingShare } = report.dedupe;
    expect(calls).toBe(report.calls.dedupe);
    expect(targets).toBeGreaterThan(calls);
    expect(comparedShare).toBeGreaterThan(0.2);
    expect(sharedShare).toBeGreaterThan(0.05);
    expect(differingShare).toBeGreaterThan(0.05);
    for (const answers of [report.status, report.errno]) {
      const shares = counts(answers).map((row) => (row as { share: number }).share);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    }
    expect(Object.keys(report.status)).toEqual(expect.arrayContaining(["same", "differs"]));
    expect(report.errno).toHaveProperty("none");
    const sets = counts(report.allowedSets).map(Number);
    expect(sets.reduce((sum, times) => sum + times, 0)).toBe(report.ops);
    expect(report.rulesKnown).toBe(counts(report.rules).length);
    expect(report.rulesReached).toBe(counts(report.rules).filter((times) => times !== 0).length);
    expect(report.rulesReached).toBeGreaterThan(40);
    expect(machine.left()).toEqual(nothing);
    machine.close();
  });

  test.each([
    ["a file", "/mnt/file", "is not a folder"],
    ["a device", "/dev/null", "is not a folder"],
    ["below /proc", "/proc/findings", "cannot be written"],
    ["below a folder that is read only", "/mnt/fixed/findings", "cannot be written"],
  ])("whose --out is %s is refused in one line", async (_, out, message) => {
    const machine = await ownMachine(
      "touch /mnt/file && mkdir /mnt/fixed && mount -t tmpfs -o ro none /mnt/fixed",
    );
    const words = ["fuzz", "--target", "real", "--max-total-time", "1s", "--out", out];
    const { code, stdout, stderr } = machine.extentSame(words);
    machine.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^extent-same: --out: .*${message}\n$`));
  });
});
