import { afterEach, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import type { Ran } from "./extent-same.ts";
import { ownMachine, nothing, type OwnMachine } from "./own-machine.ts";

let machine: OwnMachine | undefined;

afterEach(() => {
  machine?.close();
});

/** What is taken away, how, and what is said of it. */
const cases: readonly {
  readonly missing: string;
  readonly script?: string;
  readonly without?: string;
  readonly asNobody?: boolean;
  readonly says: RegExp;
}[] = [
  {
    missing: "root",
    asNobody: true,
    says: /root: user 65534; to do: run it as root, or use --dir DIR/,
  },
  {
    missing: "mkfs.btrfs",
    script: "mount --bind /dev/null $(PATH=$PATH:/usr/sbin:/sbin command -v mkfs.btrfs)",
    says: /mkfs\.btrfs: .*; to do: apt-get update && apt-get install -y btrfs-progs/,
  },
  { missing: "koffi", without: "koffi", says: /koffi: .*to do: .*npm ci/ },
  {
    missing: "loop devices",
    script:
      "mkdir -p /mnt/dev/shm && mknod -m 666 /mnt/dev/null c 1 3 && mount --bind /dev/shm /mnt/dev/shm && mount --rbind /mnt/dev /dev",
    says: /loop devices: no \/dev\/loop-control; to do: modprobe loop/,
  },
  {
    missing: "loop devices that work",
    script: "mount --bind /dev/null /dev/loop-control",
    says: /no loop device is free/,
  },
  {
    missing: "room",
    script: "mount -t tmpfs -o ro none /dev/shm && mount -t tmpfs -o ro none /tmp",
    says: /room: no folder to write in; to do: free 3\.0 GiB in \/dev\/shm/,
  },
];

describeMounted("btrfs", "on a machine that lacks something", () => {
  test.each(cases)(
    "without $missing, fuzz demonstrates, and --target real is refused",
    async (item) => {
      const run = await machineFor(item);
      const { code, stdout, stderr } = run(["fuzz", "--json"]);
      const [first, ...told] = stderr.trimEnd().split("\n");
      expect(code).toBe(0);
      expect(first).toMatch(/^no real file system: /);
      expect(first).toMatch(item.says);
      expect(told[0]).toMatch(
        /^DEMONSTRATION: instead, a simulated kernel with a known bug planted:$/,
      );
      expect(told.at(-1)).toBe("DEMONSTRATION over: no real kernel was tested");
      const { target, findings } = JSON.parse(stdout);
      expect(target).toBe("simulated MUT-01/btrfs");
      expect(findings).toHaveLength(1);
      expect(findings[0].calls).toBeLessThanOrEqual(6);
      const real = run(["fuzz", "--target", "real", "--runs", "1"]);
      expect(real).toMatchObject({ code: 3, stdout: "" });
      const [refused, ...rest] = real.stderr.trimEnd().split("\n");
      expect(refused).toMatch(/^extent-same: this machine cannot: /);
      expect(refused).toMatch(item.says);
      expect(rest).toEqual(["extent-same: see extent-same doctor"]);
      expect(machine?.left()).toEqual(nothing);
    },
  );

  test("a demonstration explains its finding, and takes no limit that would hide it", async () => {
    machine = await ownMachine();
    const { code, stdout } = machine.asNobody(["fuzz", "--runs", "1", "--max-ops", "1"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\nfinding linux-6\.18-btrfs\./);
    for (const label of ["differs", "call", "got", "allowed", "rule", "program"]) {
      expect(stdout).toContain(`\n${label.padEnd(11)}`);
    }
    expect(stdout).toContain("\nfound      1 different");
  });

  test.each([
    ["a profile that is not there", ["fuzz", "--profile", "nope"], 2],
    ["options of a real target", ["fuzz", "--mount", "max_inline=0"], 3],
    ["a trace to run", ["replay", "/dev/null"], 3],
    ["an examination", ["doctor"], 3],
  ])("without root, %s gets no demonstration", async (_what, words, code) => {
    machine = await ownMachine();
    const ran = machine.asNobody(words);
    expect(ran.code).toBe(code);
    expect(ran.stderr).not.toContain("DEMONSTRATION");
  });

  test("without koffi, traces are still checked, and the doctor says how to get it", async () => {
    machine = await ownMachine("true", "koffi");
    const trace = "trace 1 target t block 4K\nopen s0 rw a -> 0\n";
    expect(machine.extentSame(["check", "-"], { input: trace }).code).toBe(0);
    expect(machine.extentSame(["call", "4K", "/etc/passwd", "0", "/etc/group", "0"]).code).toBe(3);
    const { able, items } = JSON.parse(machine.extentSame(["doctor", "--json"]).stdout);
    expect(able).toBe(false);
    expect(items.filter((item: { ok: boolean }) => !item.ok)).toMatchObject([
      { name: "koffi", missing: expect.stringContaining("npm ci") },
    ]);
  });
});

async function machineFor(item: (typeof cases)[number]): Promise<(words: string[]) => Ran> {
  const made = await ownMachine(item.script, item.without);
  machine = made;
  return (words) => (item.asNobody === true ? made.asNobody(words) : made.extentSame(words));
}
