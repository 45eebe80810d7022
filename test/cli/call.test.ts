import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import type { Ran } from "./extent-same.ts";
import { ownMachine, type OwnMachine } from "./own-machine.ts";

let machine: OwnMachine;

const script = [
  "truncate -s 1G /dev/shm/image",
  "mkfs.btrfs -q /dev/shm/image >/dev/null 2>&1",
  "mkdir /mnt/btrfs /mnt/tmpfs",
  "mount -o loop /dev/shm/image /mnt/btrfs",
  "mkfifo /mnt/btrfs/fifo",
].join(" && ");

/** Runs `call` on files of the btrfs; a name with a slash is a path of its own. */
function call(length: string, ...words: readonly string[]): Ran {
  const paths = words.map((word, index) =>
    index % 2 === 0 && !word.includes("/") ? `/mnt/btrfs/${word}` : word,
  );
  return machine.extentSame(["call", length, ...paths]);
}

/** The rules that may decide a call, and each of its targets, from its explanation as JSON. */
function rulesIn(json: string): string {
  const { request, targets }: Explained = JSON.parse(json);
  return [request, ...targets].map(({ rules }) => rules.join(" ")).join(", ");
}

interface Explained {
  readonly request: { readonly rules: readonly string[] };
  readonly targets: readonly { readonly rules: readonly string[] }[];
}

describeMounted("btrfs", "one raw call on files that exist", () => {
  beforeAll(async () => {
    machine = await ownMachine(script);
    const data = Buffer.from(Array.from({ length: 131_072 }, (_, index) => (index * 7) % 251));
    for (const name of ["btrfs/a", "btrfs/b", "tmpfs/a", "tmpfs/b"]) {
      writeFileSync(machine.path(`/mnt/${name}`), data);
    }
    data[70_000] = 255;
    writeFileSync(machine.path("/mnt/btrfs/c"), data);
  });

  afterAll(() => {
    machine.close();
  });

  test("prints each target's status and bytes beside what the model expects", () => {
    const { code, stdout, stderr } = call("128K", "a", "0", "b", "0", "c", "0");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").filter((line) => !line.includes("rule"))).toEqual([
      "call       returned 0; expected success",
      "target     /mnt/btrfs/b at 0",
      "  got      status 0, bytes_deduped 131072: same 128K",
      "  expected same 128K",
      "           is the length that H8 left.",
      "target     /mnt/btrfs/c at 0",
      "  got      status 1, bytes_deduped 0: differs",
      "  expected differs",
      "           shared.",
      "",
    ]);
  });

  test.each([
    ["a length of 0", "0", "a 0 b 0", "D10"],
    ["overlapping ranges of one file", "8K", "a 0 a 4K", "G8"],
    ["a range beyond the source", "1G", "a 0 b 0", "H7"],
    ["an offset of 2^63", "4K", "a 0 b 0x8000000000000000", "D4"],
    ["a folder as target", "4K", "a 0 /mnt/btrfs 0", "D8"],
    ["a FIFO as source", "4K", "fifo 0 b 0", "H4"],
    ["a target elsewhere", "4K", "a 0 /mnt/tmpfs/a 0", "D7"],
    ["128 targets", "4K", `a 0${" b 0".repeat(128)}`, "I4"],
  ])("%s agrees with the kernel", (_what, length, words, rule) => {
    const { code, stdout } = call(length, ...words.split(" "));
    expect(stdout).toMatch(new RegExp(`by rule +${rule}: `));
    expect(code).toBe(0);
  });

  test.each([
    ["a length of 0", "0", "a 0 b 0", "none, D10"],
    ["equal data", "128K", "a 0 b 0", "none, S1"],
    ["data that differs", "128K", "a 0 c 0", "none, G11"],
    ["a range beyond the source", "1G", "a 0 b 0", "H7"],
    ["a target elsewhere", "4K", "a 0 /mnt/tmpfs/a 0", "none, D7"],
    ["several targets", "4K", "a 0 b 0 a 0 c 1", "none, S1, G8, G4"],
  ])(
    "explain --live says of %s what call would meet, without making it",
    (_what, length, words, rules) => {
      const paths = words
        .split(" ")
        .map((word) => (/^[a-z]/.test(word) ? `/mnt/btrfs/${word}` : word));
      const explained = machine.extentSame(["explain", "--json", "--live", length, ...paths]);
      expect(explained).toMatchObject({ code: 0, stderr: "" });
      expect(rulesIn(explained.stdout)).toBe(rules);
    },
  );

  test("what the kernel does not say is shown by a profile that is wrong", () => {
    const words = ["4K", "/mnt/btrfs/a", "0", "/mnt/btrfs/b", "0"];
    const { code, stdout } = machine.extentSame(["call", "--profile", "canary", ...words]);
    expect(code).toBe(1);
    expect(stdout).toContain("bytes_deduped 4096: same 4K\n  expected same 8K\n");
  });

  test("a file system that shares no extents answers EOPNOTSUPP", () => {
    const { code, stdout } = call("4K", "/mnt/tmpfs/a", "0", "/mnt/tmpfs/b", "0");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^call +failed with EOPNOTSUPP/);
  });

  test("a file that cannot be opened is named", () => {
    expect(call("4K", "a", "0", "missing", "0")).toEqual({
      code: 2,
      stdout: "",
      stderr: "extent-same: /mnt/btrfs/missing cannot be opened: ENOENT\n",
    });
  });
});
