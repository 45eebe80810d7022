import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import type { Ran } from "./extent-same.ts";
import { nothing, ownMachine, type OwnMachine } from "./own-machine.ts";

let machine: OwnMachine;

/** Where the traces run from: a folder with names as the traces have, which must stay as it is. */
const canary = "/mnt/canary";
let before: readonly string[];

/** What is refused when it is read is refused for every target, and this one is quick. */
const simulated = ["--target", "simulated"];

const header = "trace 1   target linux-6.18/btrfs   block 4K\n";

/** Replays calls as root, in the folder of the canary. */
function replay(calls: string): Ran {
  return replayText(header + calls);
}

function replayText(input: string, ...flags: readonly string[]): Ran {
  const inside = machine.command(["replay", ...flags, "-"]);
  return machine.run(["env", "-C", canary, ...inside.slice(3)], { input });
}

function repeat(count: number, call: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${call(index)}\n`).join("");
}

describeMounted("btrfs", "a trace from a stranger, run as root", () => {
  beforeAll(async () => {
    machine = await ownMachine();
    const folder = machine.path(canary);
    mkdirSync(join(folder, "d"), { recursive: true });
    for (const name of ["a", "b", "d/a", "escaped"]) writeFileSync(join(folder, name), "precious");
    before = picture(folder);
  });

  afterEach(async () => {
    expect(await machine.settled()).toEqual(nothing);
    expect(picture(machine.path(canary))).toEqual(before);
  });

  afterAll(() => {
    machine.close();
  });

  test.each([
    ["..", '".." is not a name'],
    ["/mnt/canary/a", '"/mnt/canary/a" is not a name'],
    ["d/e/a", '"d/e/a" is not a name'],
    ["d/..", '"d/.." is not a name'],
    ["other/d/e/a", '"other/d/e/a" is not a name'],
    ["a\u0000b", '"ab" (with characters that cannot be shown) is not a name'],
    ["\u001b[31ma", '"a" (with characters that cannot be shown) is not a name'],
    ["x".repeat(65), " is not a name"],
  ])("the name %j is refused before any call, whatever the call", (name, message) => {
    const calls = [`open s0 rw ${name}`, `unlink ${name}`, `link a ${name}`, `mkdir ${name}`];
    for (const call of calls.slice(0, name === "d/e/a" ? 4 : 1)) {
      const { code, stdout, stderr } = replayText(`${header}open s0 rw a\n${call}\n`, ...simulated);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^extent-same: -: line 3: [^\n]*\n$/);
      expect(stderr).toContain(message);
    }
  });

  test.each([
    ["another version", "trace 2   target t   block 4K\n", "version"],
    ["garbage", "\u0000\u0001\ufffd\u001b]0;title\u0007", "the header is missing"],
    ["a descriptor", `${header}write 3 at 0 length 1 pattern 1`, '"3" is not a slot'],
    ["a call that nobody knows", `${header}mknod a`, '"mknod"'],
    ["too long a write", `${header}write s0 at 0 length 17M pattern 1`, "16M bytes in one write"],
    ["too many remounts", header + "remount\n".repeat(17), "more than 16 remounts"],
    ["too many syncs", header + "syncfs\n".repeat(1001), "more than 1000 calls of fsync"],
  ])("%s is refused before any call", (_what, text, message) => {
    const { code, stdout, stderr } = replayText(text, ...simulated);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^extent-same: -: line [0-9]+: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  test("links across folders and file systems, and names taken twice, stay inside", () => {
    const { code, stdout } = replay(`
      mkdir d
      open s0 rw a
      open s1 rw other/a
      link a b
      link a other/b
      link d e
      link b escaped
      unlink a
      unlink d
      mkfifo b
      open s2 rw truncate escaped
      write s2 at 0 length 8K pattern 1
      open s3 rw d
      unlink escaped
    `);
    expect(stdout).toContain("link a other/b                                -> errno EXDEV");
    expect(code).toBe(0);
  });

  test("subvolumes and snapshots stay inside, and so does what is left of deleted ones", () => {
    const { code, stdout } = replay(`
      subvolume d
      open s0 rw d/a
      write s0 at 0 length 8K pattern 1
      snapshot d escaped read-only
      open s1 rw escaped/a
      link escaped/a b
      unlink escaped/a
      snapshot other/d e
      subvolume d/a
      delete a
      delete d
      open s2 rw d/a
      write s0 at 8K length 4K pattern 2
      delete escaped
      subvolume escaped
    `);
    expect(stdout).toContain("unlink escaped/a                              -> errno EROFS");
    expect(code).toBe(0);
  });

  test("calls on slots that were never opened fail in the kernel", () => {
    const { code, stdout } = replay(`
      close s5
      write s5 at 0 length 1 pattern 1
      truncate s5 length 1
      nocow s5
      fallocate s5 prealloc at 0 length 1
      fsync s5
      read s5 at 0 length 1
      clone s5 at 0 length 1 onto s6 at 0
      dedupe s5 at 0 length 1 onto s6 at 0
      inspect s5 at 0 length 1
      remount
    `);
    expect(stdout.match(/-> errno EBADF/g)).toHaveLength(10);
    expect(code).toBe(0);
  });

  test("opening and using a FIFO does not block", () => {
    const { code, stdout } = replay(`
      mkfifo f
      open s0 r f
      open s1 rw f
      open s2 w f
      read s1 at 0 length 4K
      write s1 at 0 length 4K pattern 1
      dedupe s1 at 0 length 4K onto s1 at 0
      fsync s1
    `);
    expect(stdout).toContain("dedupe s1 at 0 length 4K onto s1 at 0         -> errno EINVAL");
    expect(code).toBe(0);
  });

  test("offsets and lengths up to 2^64-1 are answered", () => {
    const { code } = replay(`
      open s0 rw a
      truncate s0 length 0x7fffffffffffffff
      open s1 rw b
      write s0 at 0x7fffffffffffffff length 1 pattern 1
      clone s0 at 0 length 0 onto s1 at 0
      write s0 at 0xffffffffffffffff length 16M pattern 1
      dedupe s0 at 1 length 0xffffffffffffffff onto s0 at 0xffffffffffffffff
      fallocate s1 punch at 0 length 0x7fffffffffffffff
      read s0 at 0xffffffffffffffff length 16M
      truncate s0 length 0xffffffffffffffff
    `);
    expect(code).toBe(0);
  });

  test("remounts and syncs up to their bounds end", () => {
    const { code } = replay(
      `open s0 rw a\n${repeat(200, () => "fsync s0")}${repeat(16, () => "remount")}`,
    );
    expect(code).toBe(0);
  });

  test("a disk that is full is the machine's failure, never a divergence", () => {
    const writes = repeat(40, (index) => `write s0 at ${index * 16}M length 16M pattern 1`);
    const { code, stdout, stderr } = replay(`open s0 rw other/a\n${writes}`);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^extent-same: this machine cannot: .* free, hence ENOSPC\n/);
  });

  test("a trace that takes too long is ended, and says so", () => {
    const writes = repeat(2_000, () => "write s0 at 0 length 64K pattern 1");
    const text = `${header}open s0 rw a\n${writes}`;
    const { code, stdout } = replayText(text, "--max-total-time", "0.01s");
    expect(code).toBe(3);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("stopped: the time for this trace is over");
  });

  test("a call that takes too long is a hang, and the next run clears its folder", async () => {
    const text = `${header}
      open s0 rw a
      open s1 rw b
      truncate s0 length 1G
      truncate s1 length 1G
      dedupe s0 at 0 length 1G onto s1 at 0 x15
    `;
    const { code, stderr } = replayText(text, "--timeout", "1s");
    expect(code).toBe(70);
    expect(stderr).toMatch(/^hang: /);
    expect(await machine.settled()).toMatchObject({ processes: [], loops: [], mounts: [] });
    expect(replay("syncfs").code).toBe(0);
  });

  test("escape sequences in comments are not shown", () => {
    const text = `# \u001b[2J\u001b]0;gone\u0007red \u202eevil\n${header}# \u009b31mhidden\n  syncfs\n`;
    for (const flags of [[], ["--json"]]) {
      const { code, stdout, stderr } = replayText(text, ...flags);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("syncfs");
      expect(stdout).not.toMatch(/[^\n\P{C}]/u);
    }
  });
});

/** Names, kinds, modes, times and contents of all that lies in a folder. */
function picture(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return ["", ...names].map((name) => {
    const path = join(folder, name);
    const { mode, mtimeNs, ctimeNs, nlink, size } = statSync(path, { bigint: true });
    const text = statSync(path).isFile() ? readFileSync(path, "utf8") : "";
    return [name, mode, mtimeNs, ctimeNs, nlink, size, text].join(" ");
  });
}
