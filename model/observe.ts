/** The `observe` call: what files look like on the disk, and what is known from then on. */

import type { Contradiction } from "./contradiction.ts";
import { Deferred } from "./deferred.ts";
import type { FileLayout } from "./extent-item.ts";
import { extentsOf } from "./extents.ts";
import type { Format } from "./format.ts";
import { layouts } from "./layouts.ts";
import type { Returned } from "./model.ts";
import { isDetermined, mismatch, numbered } from "./observation.ts";
import { returned, type Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { extentsBefore, noItems, type State } from "./state.ts";

/** The one step of `observe`: any layout that the freedoms of a kernel allow, which is then known. */
export function observed(profile: Profile, state: State): Returned {
  const files = filesOf(state);
  const expected = files.map(({ name, inode }) => layoutOf(state, name, inode));
  return {
    kind: "returned",
    state,
    outcome: returned(0, {
      layout: numbered(expected),
      contradictions:
        profile.counts === "every reference" ? undefined : uncounted(numbered(expected)),
    }),
    accepts: (got) => accepted(state, files, expected, got),
    answers: isDetermined(expected) ? 1 : 2,
    decisions: [{ rule: undefined, request: undefined, entry: undefined }],
  };
}

/** Where the model says that the files lie; extents keep their numbers from state to state. */
export function layoutsOf(state: State): readonly FileLayout[] {
  return filesOf(state).map(({ name, inode }) => layoutOf(state, name, inode));
}

/** What is seen of extents that count one reference, whoever refers to them. */
function uncounted(files: readonly FileLayout[]): readonly Contradiction[] | undefined {
  const found = extentsOf(files).flatMap(({ references }): Contradiction[] => {
    const items = references.reduce((sum, { count }) => sum + count, 0);
    const [{ file, base } = { file: "", base: 0n }] = references;
    if (items < 2) return [];
    const text = `the extent of block ${base} counts 1 references, ${items} items refer to it`;
    return [{ witness: "count", file, text }];
  });
  return found.length === 0 ? undefined : found;
}

interface Named {
  readonly name: string;
  /** Number of the inode. */
  readonly inode: number;
}

/**
 * The regular files of the file system under test, each once: by the first of its
 * names in order; behind them those without a name by their first slot, as `@s3`.
 */
function filesOf(state: State): readonly Named[] {
  const files: Named[] = [];
  const add = (name: string, inode: number): void => {
    const { kind, other } = state.inodes[inode] ?? {};
    if (kind !== "file" || other !== false || files.some((file) => file.inode === inode)) return;
    files.push({ name, inode });
  };
  const names = [...state.names].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, inode] of names) add(name, inode);
  for (const [slot, file] of state.slots.entries()) {
    if (file !== undefined) add(`@s${slot}`, file.inode);
  }
  return files;
}

function layoutOf({ inodes, format }: State, name: string, inode: number): FileLayout {
  const { items, size } = inodes[inode] ?? { items: noItems, size: 0n };
  return { name, items: layouts[format.fs].compared(items.value, blocksIn(size, format)) };
}

function blocksIn(size: bigint, { block }: Format): bigint {
  return (size + block - 1n) / block;
}

function accepted(
  state: State,
  files: readonly Named[],
  expected: readonly FileLayout[],
  got: Outcome,
): State | undefined {
  const { layout } = got;
  if (got.result !== 0 || got.errno !== 0 || layout === undefined) return undefined;
  if (got.contradictions !== undefined) return undefined;
  if (mismatch(expected, layout) !== undefined) return undefined;
  return adopted(state, files, layout);
}

/** The state in which files lie as they were seen; their extents get numbers of their own. */
function adopted(state: State, files: readonly Named[], seen: readonly FileLayout[]): State {
  const { format } = state;
  const numbers = extentsBefore(state.layouts + 1n);
  const inodes = [...state.inodes];
  for (const [index, { inode }] of files.entries()) {
    const before = inodes[inode];
    if (before === undefined) continue;
    const items = (seen[index]?.items ?? []).map((item) => ({
      ...item,
      extent: item.extent === 0n ? 0n : numbers + item.extent,
    }));
    const known = layouts[format.fs].known(
      before.items.value,
      items,
      blocksIn(before.size, format),
    );
    inodes[inode] = { ...before, items: Deferred.known(known) };
  }
  return { ...state, inodes, layouts: state.layouts + 1n };
}
