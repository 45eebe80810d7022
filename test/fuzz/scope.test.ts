import { describe, expect, test } from "vitest";
import {
  flip,
  formats,
  initialOn,
  inodeIn,
  linux618Btrfs,
  linux618Xfs,
  newModel,
  outcomes,
  runs,
  slot,
  zeros,
  type DedupeOp,
  type Op,
  type Returned,
  type State,
} from "../../model/index.ts";
import { newScope, scopeBounds, type Scope } from "../../fuzz/index.ts";
import type { ScopeState } from "../../fuzz/scope-state.ts";
import { sizeOf, type Cell, type Shape } from "../../fuzz/shape.ts";

const block = 4096n;
const small = newScope(scopeBounds.middle, block);
const whole = newScope(scopeBounds.whole, block);
/** Of which every case is made. */
const tiny = newScope({ cells: 3, cellsOfPairs: 2 }, block);
const model = newModel(linux618Btrfs);

function textOf(ops: readonly Op[] | readonly DedupeOp[]): string {
  return JSON.stringify(ops, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

/** The state behind calls that must all succeed. */
function behind(setUp: readonly Op[], from: State): State {
  return setUp.reduce((state, op) => {
    const [branch] = outcomes(model, state, op);
    if (branch === undefined || branch.outcome.errno !== 0) throw new Error(textOf([op]));
    return branch.state;
  }, from);
}

/** The tone at the first byte of each block, and at the last one in the file. */
function tonesIn(state: State, at: number, shape: Shape): readonly unknown[] {
  const inode = inodeIn(state, slot(at));
  if (inode === undefined) throw new Error("a file is missing");
  return shape.cells.map((_cell, index) => {
    const start = BigInt(index) * block;
    const end = start + block < inode.size ? start + block : inode.size;
    const found = runs(inode.contents, start, end).flatMap(({ tone, length }) => [tone, length]);
    return found;
  });
}

/** What a block of so many bytes holds, told from its name alone. */
function runsOf(cell: Cell, length: bigint): readonly unknown[] {
  switch (cell) {
    case "hole":
    case "zeros":
    case "unwritten":
      return [zeros, length];
    case "equal":
      return [1, length];
    case "first":
      return length === 1n ? [flip(1), 1n] : [flip(1), 1n, 1, length - 1n];
    case "last":
      return [1, length - 1n, flip(1), 1n];
  }
}

function expected(shape: Shape): readonly unknown[] {
  return shape.cells.map((cell, index) => {
    const left = sizeOf(shape, block) - BigInt(index) * block;
    return runsOf(cell, left < block ? left : block);
  });
}

/** The extent behind each block; undefined for a block without one of its own. */
function extentsIn(state: State, at: number, shape: Shape): readonly (string | undefined)[] {
  const items = inodeIn(state, slot(at))?.items.value ?? [];
  return shape.cells.map((_cell, index) => {
    const position = BigInt(index);
    const item = items.find(
      (each) => each.start <= position && each.start + each.count > position && each.extent !== 0n,
    );
    return item === undefined ? undefined : `${item.extent}+${item.skip + position - item.start}`;
  });
}

/** Each state of the scope, with what its set-up makes on a file system without inline files. */
function made(scope: Scope): readonly (readonly [ScopeState, State])[] {
  return scope.states.map((state, at) => [
    state,
    behind(scope.setUp(at), initialOn(formats.strict)),
  ]);
}

describe("the small scope", () => {
  test("has so many states and cases", () => {
    expect([small.states.length, small.count]).toEqual([7_793, 149_235]);
    expect([whole.states.length, whole.count]).toEqual([62_924, 1_933_585]);
  });

  test("has no state, and no case of a state, twice", () => {
    const setUps = whole.states.map((_state, at) => textOf(whole.setUp(at)));
    expect(new Set(setUps).size).toBe(whole.states.length);
    const lists = new Set(whole.states.map((_state, at) => whole.calls(at)));
    for (const calls of lists) {
      expect(new Set(calls.map((call) => textOf([call]))).size).toBe(calls.length);
    }
  });

  test("has programs by number, those of a state in a row, and none behind the last", () => {
    let number = 0;
    for (const at of small.states.keys()) {
      expect(small.firstOf(at)).toBe(number);
      const calls = small.calls(at);
      const [first, last] = [calls[0], calls.at(-1)];
      if (first === undefined || last === undefined) continue;
      expect(small.program(number)).toEqual([...small.setUp(at), first]);
      number += calls.length;
      expect(small.program(number - 1)).toEqual([...small.setUp(at), last]);
    }
    expect(number).toBe(small.count);
    expect(small.program(number)).toBeUndefined();
  });

  test("goes from few blocks to many", () => {
    const cells = whole.states.map(({ files }) =>
      files.reduce((sum, shape) => sum + shape.cells.length, 0),
    );
    expect(cells).toEqual(cells.toSorted((a, b) => a - b));
  });

  test("is made by its set-ups: sizes, and every byte", () => {
    const got = made(small).map(([{ files }, state]) =>
      files.map((shape, at) => [inodeIn(state, slot(at))?.size, tonesIn(state, at, shape)]),
    );
    const wanted = small.states.map(({ files }) =>
      files.map((shape) => [sizeOf(shape, block), expected(shape)]),
    );
    expect(got).toEqual(wanted);
  });

  test("is made by its set-ups: blocks are shared where it says, and nowhere else", () => {
    const got = made(small).map(([{ files }, state]) => {
      const blocks = files.map((shape, at) => extentsIn(state, at, shape));
      return pairsOfEqual(blocks);
    });
    const wanted = small.states.map(({ files, shared }) =>
      Array.from({ length: shared?.count ?? 0 }, (_none, index) => {
        return `0:${(shared?.from ?? 0) + index} ${files.length - 1}:${(shared?.onto ?? 0) + index}`;
      }),
    );
    expect(got).toEqual(wanted);
    expect(wanted.some((runsShared) => runsShared.length > 1)).toBe(true);
  });

  test("does not hold a state beside the one in which a byte of all blocks is flipped", () => {
    const names = new Set(small.states.map(nameOf));
    const firstFlipped: Partial<Record<Cell, Cell>> = { equal: "first", first: "equal" };
    const lastFlipped: Partial<Record<Cell, Cell>> = { equal: "last", last: "equal" };
    let flipped = 0;
    for (const state of small.states) {
      for (const other of [withCells(state, firstFlipped), withCells(state, lastFlipped)]) {
        if (other === undefined || nameOf(other) === nameOf(state)) continue;
        expect(names.has(nameOf(other))).toBe(false);
        flipped++;
      }
    }
    expect(flipped).toBeGreaterThan(1_000);
  });

  test.each([linux618Btrfs, linux618Xfs])(
    "comes to the rules of ranges and contents, $name",
    (profile) => {
      const held = newModel(profile);
      const reached = new Set(
        tiny.states.flatMap((_state, at) => {
          const state = behind(tiny.setUp(at), initialOn(formats.strict));
          return tiny.calls(at).flatMap((call) => rulesOf(outcomes(held, state, call)));
        }),
      );
      const wanted = ["H6", "H7", "D4", "D10", "G4", "G5", "G8", "G9", "G11", "S1"];
      expect(wanted.filter((rule) => !reached.has(rule))).toEqual([]);
    },
  );
});

function rulesOf(branches: readonly Returned[]): readonly (string | undefined)[] {
  return branches.flatMap(({ decisions }) => decisions.map(({ rule }) => rule));
}

/** Which blocks are one block, each pair once, as `file:block file:block`. */
function pairsOfEqual(blocks: readonly (readonly (string | undefined)[])[]): readonly string[] {
  const all = blocks.flatMap((extents, file) =>
    extents.flatMap((extent, at) =>
      extent === undefined ? [] : [{ extent, name: `${file}:${at}` }],
    ),
  );
  return all.flatMap(({ extent, name }, index) =>
    all
      .slice(index + 1)
      .flatMap((other) => (other.extent === extent ? [`${name} ${other.name}`] : [])),
  );
}

function nameOf({ files, shared }: ScopeState): string {
  return JSON.stringify([files, shared]);
}

/** The state with a byte flipped in all data; a partial block has no last byte to flip. */
function withCells(
  { files, shared }: ScopeState,
  flipped: Partial<Record<Cell, Cell>>,
): ScopeState | undefined {
  const kinds = new Set<Cell>(["equal", "first", "last"]);
  const changed = files.map((shape) => ({
    ...shape,
    cells: shape.cells.map((cell, at) => {
      const partial = shape.tail !== 0 && at === shape.cells.length - 1;
      if (!kinds.has(cell) || (partial && flipped.equal === "last")) return cell;
      return flipped[cell];
    }),
  }));
  const [source, other] = changed.map(({ blocks, tail, cells }) =>
    cells.some((cell) => cell === undefined)
      ? undefined
      : { blocks, tail, cells: cells.filter((cell) => cell !== undefined) },
  );
  if (source === undefined) return undefined;
  if (files.length === 1) return { files: [source], shared };
  return other === undefined ? undefined : { files: [source, other], shared };
}
