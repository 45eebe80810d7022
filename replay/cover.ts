/**
 * A cover: the fewest traces that come to everything that all of them come to. What
 * must be in it, and what another one has wholly, is settled first; what is left
 * then is chosen greedily.
 */

export interface Covered {
  readonly path: string;
  /** Of two that have as much, the one with fewer calls is taken. */
  readonly calls: number;
  readonly reaches: ReadonlySet<string>;
}

export interface Cover {
  /** In the order of the input. */
  readonly kept: readonly Covered[];
  /** Whether it is known that no smaller one does. */
  readonly fewest: boolean;
}

export function coverOf(all: readonly Covered[]): Cover {
  const kept = new Set<Covered>();
  let open = new Set(all.flatMap(({ reaches }) => [...reaches]));
  let left: readonly Covered[] = all;
  let fewest = true;
  while (open.size > 0) {
    left = undominated(left, open);
    const forced = only(left, open);
    if (forced === undefined) fewest = false;
    const next = forced ?? best(left, open);
    kept.add(next);
    open = new Set([...open].filter((each) => !next.reaches.has(each)));
    left = left.filter((each) => each !== next);
  }
  if (!fewest) dropNeedless(kept);
  return { kept: all.filter((each) => kept.has(each)), fewest };
}

/** Takes out what the others have wholly: a choice may be so once later ones were made. */
function dropNeedless(kept: Set<Covered>): void {
  for (const each of kept) {
    const others = [...kept].filter((other) => other !== each);
    if ([...each.reaches].every((one) => others.some(({ reaches }) => reaches.has(one))))
      kept.delete(each);
  }
}

/** Those of whose open cases no other one has all, with fewer calls or as the earlier of two. */
function undominated(left: readonly Covered[], open: ReadonlySet<string>): readonly Covered[] {
  const parts = left.map((each) => ({ each, part: within(each, open) }));
  return parts
    .filter(
      ({ each, part }, index) =>
        part.length > 0 &&
        !parts.some((other, at) => {
          if (at === index || !part.every((one) => other.each.reaches.has(one))) return false;
          if (other.part.length > part.length) return true;
          const shorter = each.calls - other.each.calls;
          return shorter > 0 || (shorter === 0 && at < index);
        }),
    )
    .map(({ each }) => each);
}

/** One that alone comes to some open case. */
function only(left: readonly Covered[], open: ReadonlySet<string>): Covered | undefined {
  for (const one of open) {
    const [first, second] = left.filter(({ reaches }) => reaches.has(one));
    if (second === undefined && first !== undefined) return first;
  }
  return undefined;
}

function best(left: readonly Covered[], open: ReadonlySet<string>): Covered {
  const [first] = left.toSorted((a, b) => within(b, open).length - within(a, open).length);
  if (first === undefined) throw new Error("nothing reaches a case that is open");
  return first;
}

function within({ reaches }: Covered, open: ReadonlySet<string>): readonly string[] {
  return [...open].filter((each) => reaches.has(each));
}
