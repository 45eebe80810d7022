/** What the extent tree says of extents, against the items that refer to them. */

import type { Contradiction } from "./contradiction.ts";
import type { ExtentLook, FileLook, Reference } from "./look.ts";

/** An item, by its place and by its name. */
interface Referrer {
  readonly key: string;
  readonly file: string;
  readonly start: bigint;
}

/** Of a file, who it is and its items. */
type ReferringFile = Pick<FileLook, "name" | "root" | "inode" | "items">;

type Extents = ReadonlyMap<bigint, ExtentLook>;

/**
 * Extents whose references are not just the files' items: the first thing that is
 * wrong with each. The files must be all that may refer to their extents, each
 * once, read after the same commit.
 */
export function referenceDifferences(
  files: readonly ReferringFile[],
  extents: Extents,
): readonly Contradiction[] {
  return [...itemsByExtent(files)].flatMap(([extent, referrers]) => {
    const listed = extents.get(extent)?.references ?? [];
    const text = listDifference(files, referrers, listed);
    return text === undefined ? [] : [contradiction("references", referrers, text)];
  });
}

/**
 * Extents whose item in the extent tree counts more or fewer references than there
 * are items. Those without a count are left out.
 */
export function countDifferences(
  files: readonly ReferringFile[],
  extents: Extents,
): readonly Contradiction[] {
  return [...itemsByExtent(files)].flatMap(([extent, referrers]) => {
    const count = extents.get(extent)?.count;
    if (count === undefined || count === BigInt(referrers.length)) return [];
    const block = referrers[0]?.start ?? 0n;
    const text = `the extent of block ${block} counts ${count} references, ${referrers.length} items refer to it`;
    return [contradiction("count", referrers, text)];
  });
}

function contradiction(
  witness: Contradiction["witness"],
  referrers: readonly Referrer[],
  text: string,
): Contradiction {
  return { witness, file: referrers[0]?.file ?? "", text };
}

function listDifference(
  files: readonly ReferringFile[],
  referrers: readonly Referrer[],
  listed: readonly Reference[],
): string | undefined {
  const keys = new Set(listed.map(keyOf));
  const missing = referrers.find((referrer) => !keys.has(referrer.key));
  if (missing !== undefined) {
    return `block ${missing.start} of ${missing.file} refers to an extent that does not list it`;
  }
  const known = new Set(referrers.map((referrer) => referrer.key));
  const more = listed.find((reference) => !known.has(keyOf(reference)));
  const first = `block ${referrers[0]?.start} of ${referrers[0]?.file}`;
  if (more !== undefined) return `the extent of ${first} lists ${nameOf(more, files)} too`;
  if (listed.length !== referrers.length) return `the extent of ${first} lists an item twice`;
  return undefined;
}

function itemsByExtent(files: readonly ReferringFile[]): ReadonlyMap<bigint, readonly Referrer[]> {
  const byExtent = new Map<bigint, Referrer[]>();
  for (const { name, root, inode, items } of files) {
    for (const { extent, start } of items) {
      if (extent === 0n) continue;
      const referrer = { key: keyOf({ root, inode, start }), file: name, start };
      const others = byExtent.get(extent);
      if (others === undefined) byExtent.set(extent, [referrer]);
      else others.push(referrer);
    }
  }
  return byExtent;
}

function keyOf({ root, inode, start }: Reference): string {
  return `${root}/${inode}/${start}`;
}

function nameOf(reference: Reference, files: readonly ReferringFile[]): string {
  const file = files.find(
    ({ root, inode }) => root === reference.root && inode === reference.inode,
  );
  const name = file?.name ?? "a file that was not looked at";
  return `block ${reference.start} of ${name}`;
}
