/** The references of extents against the items that refer to them. */

import type { Items } from "../model/index.ts";
import type { Reference } from "./references.ts";

/** A file whose items were read. */
export interface ReferringFile {
  /** As it is called in a message. */
  readonly name: string;
  readonly root: bigint;
  readonly inode: bigint;
  readonly items: Items;
}

/** An item, by its place and by its name. */
interface Referrer {
  readonly key: string;
  readonly text: string;
}

/**
 * The first extent of the files whose references are not just the files' items,
 * in one line without addresses; undefined when there is none. The files must be
 * all that may refer to their extents, each once, read after the same commit.
 */
export function referenceDisagreement(
  files: readonly ReferringFile[],
  referencesOf: (extent: bigint) => readonly Reference[],
): string | undefined {
  for (const [extent, referrers] of referrersByExtent(files)) {
    const listed = referencesOf(extent);
    const keys = new Set(listed.map(keyOf));
    const missing = referrers.find((referrer) => !keys.has(referrer.key));
    if (missing !== undefined) return `${missing.text} refers to an extent that does not list it`;
    const known = new Set(referrers.map((referrer) => referrer.key));
    const more = listed.find((reference) => !known.has(keyOf(reference)));
    const first = referrers[0]?.text ?? "";
    if (more !== undefined) return `the extent of ${first} lists ${nameOf(more, files)} too`;
    if (listed.length !== referrers.length) return `the extent of ${first} lists an item twice`;
  }
  return undefined;
}

function referrersByExtent(files: readonly ReferringFile[]): ReadonlyMap<bigint, Referrer[]> {
  const byExtent = new Map<bigint, Referrer[]>();
  for (const { name, root, inode, items } of files) {
    for (const { extent, start } of items) {
      if (extent === 0n) continue;
      const referrer = { key: keyOf({ root, inode, start }), text: `block ${start} of ${name}` };
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
