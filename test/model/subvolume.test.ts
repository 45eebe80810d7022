import { expect, test } from "vitest";
import { fileAt, folderOf, runs, type Inode, type State } from "../../model/index.ts";
import { generatedCalls, type GeneratedCall } from "./generated.ts";
import { after, told } from "./story.ts";

const calls = generatedCalls(1800);

/** Calls of a kind that were not refused. */
function made(kind: GeneratedCall["op"]["kind"]): readonly GeneratedCall[] {
  return calls.filter(({ op, returned }) => op.kind === kind && returned.outcome.errno === 0);
}

test("a snapshot has every file of its source, as it is", () => {
  const snapshots = made("snapshot");
  expect(snapshots.length).toBeGreaterThan(80);
  for (const { op, before, returned } of snapshots) {
    if (op.kind !== "snapshot") continue;
    const source = treeAt(before, fileAt(op.path));
    expect(treeAt(returned.state, fileAt(op.to))).toEqual(source);
    const others = new Map([...returned.state.names].filter(([name]) => name !== fileAt(op.to)));
    expect(treeAt({ ...returned.state, names: others }, fileAt(op.path))).toEqual(source);
  }
});

test("a snapshot is a subvolume of its own: no inode of it was there before", () => {
  for (const { op, before, returned } of made("snapshot")) {
    if (op.kind !== "snapshot") continue;
    const { inodes, subvolumes } = returned.state;
    const numbers = namesIn(returned.state, fileAt(op.to)).map(([, number]) => number);
    expect(numbers.filter((number) => number < before.inodes.length)).toEqual([]);
    expect(new Set(numbers.map((number) => inodes[number]?.subvolume))).toEqual(
      new Set([before.subvolumes.length]),
    );
    expect(subvolumes.at(-1)).toEqual({ readOnly: op.readOnly });
  }
});

test("what lies in a read-only snapshot keeps its names, sizes, bytes and flags", () => {
  let held = 0;
  for (const { before, returned } of calls) {
    for (const [number, inode] of before.inodes.entries()) {
      if (before.subvolumes[inode.subvolume]?.readOnly !== true) continue;
      held++;
      expect(returned.state.inodes.slice(number, number + 1).map(unchangeable)).toEqual([
        unchangeable(inode),
      ]);
    }
  }
  expect(held).toBeGreaterThan(2000);
});

test("a delete takes away the names of a subvolume, and nothing else", () => {
  const deletes = made("delete");
  expect(deletes.length).toBeGreaterThan(25);
  for (const { op, before, returned } of deletes) {
    if (op.kind !== "delete") continue;
    const gone = fileAt(op.path);
    const kept = [...before.names].filter(([name]) => !isIn(name, gone));
    expect([...returned.state.names]).toEqual(kept);
    expect(returned.state.inodes).toBe(before.inodes);
    expect(returned.state.slots).toBe(before.slots);
  }
});

test("a file has as many names as it says, and all of them in one subvolume", () => {
  for (const { returned } of calls) {
    const { inodes, names } = returned.state;
    const counts = new Map<number, number>();
    for (const [name, number] of names) {
      counts.set(number, (counts.get(number) ?? 0) + 1);
      const folder = folderOf(name);
      const around = folder === undefined ? undefined : inodes[names.get(folder) ?? -1];
      const { subvolume, role } = inodes[number] ?? {};
      if (role !== "root") expect(subvolume).toBe(around?.subvolume ?? 0);
    }
    for (const [number, count] of counts) {
      if (inodes[number]?.kind === "file") expect(inodes[number].links).toBe(count);
    }
  }
});

test("a written block of a snapshot, or of its source, is shared no longer", () => {
  const state = after([
    "subvolume v",
    "open s0 rw v/a",
    "write s0 at 0 length 12K pattern 1",
    "snapshot v w",
    "open s1 rw w/a",
    "write s0 at 0 length 4K pattern 2",
    "write s1 at 4K length 4K pattern 2",
  ]);
  expect(told(state, "observe").answer).toBe("v/a: 1 e1, 2 e2+1/3 ; w/a: 1 e2+0/3, 1 e3, 1 e2+2/3");
});

test("a delete leaves the rest with the references that are left", () => {
  const state = after([
    "subvolume v",
    "open s0 rw v/a",
    "write s0 at 0 length 8K pattern 1",
    "snapshot v w read-only",
    "write s0 at 0 length 8K pattern 2",
    "close s0",
    "delete v",
  ]);
  expect(told(state, "observe").answer).toBe("w/a: 2 e1");
  expect(told(after(["delete w"], state), "observe").answer).toBe("-");
});

/** Names of a tree, its root first, with their numbers. */
function namesIn(state: State, path: string): readonly (readonly [string, number])[] {
  return [...state.names].filter(([name]) => name === path || folderOf(name) === path);
}

function isIn(name: string, path: string): boolean {
  return name === path || folderOf(name) === path;
}

/** What a tree holds, by name behind its path; hard links are numbered as they come up. */
function treeAt(state: State, path: string): unknown {
  const numbers = new Map<number, number>();
  return namesIn(state, path).map(([name, number]) => {
    const inode = state.inodes[number];
    const link = numbers.get(number) ?? numbers.size;
    numbers.set(number, link);
    return [name.slice(path.length), link, inode && seen(inode)];
  });
}

/** All of an inode but where it stands; a subvolume shows as a directory. */
function seen({ kind, links, size, contents, items, nodatasum, tailShared }: Inode): unknown {
  return { kind, links, size, contents, items: items.value, nodatasum, tailShared };
}

/** What a dedupe does not change either. */
function unchangeable({ size, contents, nodatasum, links }: Inode): unknown {
  return { size, runs: runs(contents, 0n, size), nodatasum, links };
}
