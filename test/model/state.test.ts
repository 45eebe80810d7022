import { expect, test } from "vitest";
import { maxOffset, runs, type Inode } from "../../model/index.ts";
import { generatedCalls } from "./generated.ts";
import { formFault } from "./naive-file.ts";

const calls = generatedCalls(400);

test("contents are canonical, and nothing but zeros lies beyond the end of a file, but on tmpfs", () => {
  const faults = calls.flatMap(({ returned }) => returned.state.inodes.flatMap(inodeFaults));
  expect(faults).toEqual([]);
});

test("names and slots refer to inodes", () => {
  for (const { returned } of calls) {
    const { inodes, names, slots } = returned.state;
    const referred = [...names.values(), ...slots.flatMap((file) => file?.inode ?? [])];
    expect(referred.filter((number) => inodes[number] === undefined)).toEqual([]);
  }
});

test("inodes are never taken away, and keep their kind and file system", () => {
  for (const { before, returned } of calls) {
    const kept = returned.state.inodes.slice(0, before.inodes.length);
    expect(kept.map(identity)).toEqual(before.inodes.map(identity));
  }
});

test("a call that a rule refuses changes no file and no name", () => {
  const refused = calls.filter(
    ({ returned }) => returned.outcome.errno !== 0 && returned.decisions[0]?.rule !== undefined,
  );
  expect(refused.length).toBeGreaterThan(200);
  for (const { before, returned } of refused) {
    expect(returned.state.inodes).toBe(before.inodes);
    expect(returned.state.names).toBe(before.names);
  }
});

test("a dedupe changes no byte and no size of any file, and closes none but by a shut-down", () => {
  const sharing = calls.filter(
    ({ op, before, returned }) => op.kind === "dedupe" && before !== returned.state,
  );
  expect(sharing.length).toBeGreaterThan(100);
  for (const { op, before, returned } of sharing) {
    expect(returned.state.inodes.map(seen)).toEqual(before.inodes.map(seen));
    const isDown = op.kind === "dedupe" && op.during.kind === "shut-down";
    const slots = isDown ? [] : before.slots;
    expect([returned.state.names, returned.state.slots]).toEqual([before.names, slots]);
  }
});

function inodeFaults(inode: Inode): readonly string[] {
  const { kind, other, size, contents } = inode;
  const form = formFault(contents);
  const faults = form === undefined ? [] : [form];
  if (size < 0n || size > maxOffset) faults.push(`size ${size}`);
  if (kind !== "file" && (size !== 0n || contents.length > 0)) faults.push(`bytes in a ${kind}`);
  const end = contents.at(-1)?.end ?? 0n;
  const beyond = runs(contents, other ? (size + 4095n) & -4096n : size, end);
  if (beyond.some((run) => run.tone !== 0)) faults.push("bytes beyond the end");
  return faults;
}

function identity({ kind, other }: Inode): unknown {
  return { kind, other };
}

/** What can be seen of a file without asking how it is stored. */
function seen({ size, contents }: Inode): unknown {
  return { size, runs: runs(contents, 0n, size) };
}
