import { expect, test } from "vitest";
import { duration, readSettings, readTarget, timeForm } from "../../fuzz/index.ts";
import { formatOf, formatsOf, linux618Btrfs, linux618Xfs } from "../../model/index.ts";
import { readCommand } from "../../replay/index.ts";

const forms = [
  { usage: "run FILE", about: "run", examples: ["run f"], flags: ["mkfs", "seed", "json"] },
];
const flags = { mkfs: ["OPTIONS", ""], seed: ["N", ""], json: ["", ""] } as const;

/** The words and values that a command line gives, or its message. */
function read(...argv: readonly string[]): unknown {
  const command = readCommand(forms, flags, { walk: "run" }, argv);
  if (command.kind !== "run") return command.kind === "invalid" ? command.message : command.kind;
  return { words: command.words, values: command.values };
}

test("a value may begin with a dash, stand behind an equals sign, and hold spaces", () => {
  const values = { mkfs: "--nodesize 65536", seed: "-1", json: "true" };
  const written = ["--mkfs", "--nodesize 65536", "--seed", "-1", "--json", "a", "-2", "b"];
  expect(read("run", ...written)).toEqual({ words: ["a", "-2", "b"], values });
  expect(read("walk", "--mkfs=--nodesize 65536", "a", "--seed=-1", "-2", "--json", "b")).toEqual({
    words: ["a", "-2", "b"],
    values,
  });
});

test("everything behind two dashes is a word", () => {
  const words = ["--seed", "-", "--", "x"];
  expect(read("run", "--json", "--", ...words)).toEqual({ words, values: { json: "true" } });
});

test.each([
  [["run", "--seed"], "--seed needs a value; see extent-same run --help"],
  [["run", "--seed", "--", "5"], "--seed needs a value; see extent-same run --help"],
  [["run", "--mkfs", "--seed=5"], "--mkfs needs a value; see extent-same run --help"],
  [["run", "--nope", "x"], "Unknown option '--nope'; see extent-same run --help"],
  [["run", "-x"], "Unknown option '-x'; see extent-same run --help"],
  [["__proto__"], '"__proto__" is not a command; there are: run'],
  [["help", "toString"], '"toString" is not a command; there are: run'],
  [["help", "run"], "help"],
  [["run", "x", "-h"], "help"],
])("%j is read as it stands", (argv, message) => {
  expect(read(...argv)).toBe(message);
});

test.each([
  [{ seed: "" }, '--seed takes a number from 0 to 0xffffffff, not ""'],
  [{ seed: "4294967296" }, '--seed takes a number from 0 to 0xffffffff, not "4294967296"'],
  [{ runs: "0" }, '--runs takes a number of programs, 1 or more, not "0"'],
  [{ runs: "1.5" }, '--runs takes a number of programs, 1 or more, not "1.5"'],
  [{ "max-ops": "0" }, '--max-ops takes a number from 1 to 200, not "0"'],
  [{ "max-ops": "201" }, '--max-ops takes a number from 1 to 200, not "201"'],
  [{ "max-total-time": "1e3" }, `--max-total-time takes ${timeForm}, not "1e3"`],
])("the settings %j are refused", (settings, message) => {
  expect(readSettings(settings, 0)).toEqual({ kind: "invalid", message });
});

test("a campaign ends after a minute, unless it is told how many programs to run", () => {
  const settings = {
    seed: 7,
    maxRuns: Infinity,
    maxMilliseconds: 60_000,
    maxOps: 200,
    maxSignatures: 20,
    guided: false,
    jobs: 1,
    compared: "all",
    formats: formatsOf("btrfs"),
    scrub: false,
    scope: undefined,
  };
  expect(readSettings({}, 7)).toEqual({ kind: "settings", settings });
  expect(readSettings({ runs: "5", seed: "0x10" }, 7)).toEqual({
    kind: "settings",
    settings: { ...settings, seed: 16, maxRuns: 5, maxMilliseconds: Infinity },
  });
  expect(readSettings({ exhaustive: "true", scope: "small" }, 7)).toEqual({
    kind: "settings",
    settings: { ...settings, maxMilliseconds: Infinity, scope: "small" },
  });
});

test("a time is seconds, minutes or hours, and never none or without end", () => {
  expect(["60", "0.5s", "5m", "480h"].map(duration)).toEqual([60e3, 500, 300e3, 1728e6]);
  expect(["0", "0s", "-1", "5x", "", "1e3", "s", "1.2345s", "480.001h"].map(duration)).toEqual(
    Array.from({ length: 9 }, () => undefined),
  );
});

test.each([
  [{ target: "xfs" }, '--target is real, simulated or simulated:PROFILE, not "xfs"'],
  [
    { target: "real:canary" },
    '--target is real, simulated or simulated:PROFILE, not "real:canary"',
  ],
  [{ target: "simulated", dir: "/" }, "--dir is for a real target, not a simulated one"],
  [{ target: "simulated", mkfs: "" }, "--mkfs is for a real target, not a simulated one"],
  [{ fs: "ext4" }, '--fs is btrfs or xfs, not "ext4"'],
  [{ fs: "xfs", dir: "/" }, "--fs is for a new file system, and --dir names one that exists"],
  [{ dir: "/", mkfs: "" }, "--mkfs is for a new file system, and --dir names one that exists"],
])("the target %j is refused", (target, message) => {
  expect(readTarget(target)).toEqual({ kind: "invalid", message });
});

test("a target is simulated, a folder, or an image by options", () => {
  expect(readTarget({ target: "simulated" })).toEqual({
    kind: "target",
    choice: { kind: "simulated", profile: linux618Btrfs },
  });
  expect(readTarget({ dir: "/mnt" })).toEqual({
    kind: "target",
    choice: { kind: "folder", path: "/mnt" },
  });
  expect(readTarget({ mkfs: " -n  64K", mount: "max_inline=0" })).toEqual({
    kind: "target",
    choice: { kind: "image", fs: "btrfs", mkfs: ["-n", "64K"], mount: "max_inline=0" },
  });
});

test("the file system decides on formats, and on what a simulated kernel follows", () => {
  expect(readSettings({ fs: "xfs", format: "xfs-1k" }, 7)).toMatchObject({
    settings: { formats: [formatOf("xfs-1k")] },
  });
  expect(readSettings({ fs: "xfs" }, 7)).toMatchObject({ settings: { formats: formatsOf("xfs") } });
  expect(readSettings({ fs: "xfs", format: "strict" }, 7)).toEqual({
    kind: "invalid",
    message: '--format takes all, or one of xfs, xfs-1k, xfs-no-reflink, not "strict"',
  });
  expect(readTarget({ target: "simulated", fs: "xfs" })).toEqual({
    kind: "target",
    choice: { kind: "simulated", profile: linux618Xfs },
  });
});
