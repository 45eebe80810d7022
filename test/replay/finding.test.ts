import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addOccasion, saveFinding } from "../../replay/index.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "test-finding-"));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

const files = { description: "one\n", "repro.trace": "two\n" };

test("a finding is a folder, whole, with how often it came", () => {
  const saved = saveFinding(root, "x.G9", files, "real btrfs   seed 0x1");
  expect(saved).toEqual({ folder: join(root, "x.G9"), times: 1 });
  expect(readdirSync(saved.folder).toSorted()).toEqual(["description", "repro.trace", "seen.txt"]);
  expect(readFileSync(join(saved.folder, "seen.txt"), "utf8")).toBe("1   real btrfs   seed 0x1\n");
});

test("one more of its signature leaves it as it is, and is counted", () => {
  const folder = join(root, "x.G9");
  const later = { description: "three\n", "other.txt": "" };
  expect(saveFinding(root, "x.G9", later, "seed 0x2")).toEqual({ folder, times: 2 });
  expect(addOccasion(folder, 40, "more in seed 0x2")).toBe(42);
  expect(saveFinding(root, "x.G9", later, "two\nlines")).toEqual({ folder, times: 43 });
  expect(readFileSync(join(folder, "description"), "utf8")).toBe("one\n");
  expect(existsSync(join(folder, "other.txt"))).toBe(false);
  expect(readFileSync(join(folder, "seen.txt"), "utf8").split("\n")).toHaveLength(5);
  expect(readdirSync(root)).toEqual(["x.G9"]);
});

test("one that cannot be written leaves nothing", () => {
  const wrong = { ...files, "no/such/folder": "" };
  expect(() => saveFinding(root, "x.G10", wrong, "")).toThrow("ENOENT");
  expect(readdirSync(root).toSorted()).toEqual(["x.G9"]);
});

test("nothing is added where a folder is gone, or through a link", () => {
  expect(() => addOccasion(join(root, "gone"), 1, "x")).toThrow("ENOENT");
  const folder = join(root, "linked");
  const victim = join(root, "victim");
  mkdirSync(folder);
  writeFileSync(victim, "");
  symlinkSync(victim, join(folder, "seen.txt"));
  expect(() => addOccasion(folder, 1, "x")).toThrow("ELOOP");
  expect(readFileSync(victim, "utf8")).toBe("");
});
