/**
 * Where files lie, as text: `a: 4 e1, 2 hole, 3 e2+1/8 prealloc ; b: 4 e1`.
 *
 * A file is its name and its items; an item is a number of blocks and the extent
 * on which they stand, `e2+1/8` for those from the second one on of the eight
 * that the extent has. Extents are numbered as they come up.
 */

import type { ExtentItem, FileLayout, Items, ItemKind } from "../model/index.ts";
import type { Words } from "./words.ts";

/** In place of files, where there are none: no file has this name. */
const noFiles = "-";

export function layoutText(files: readonly FileLayout[]): string {
  if (files.length === 0) return noFiles;
  return files.map(({ name, items }) => `${name}: ${itemsText(items)}`).join(" ; ");
}

function itemsText(items: Items): string {
  if (items.length === 0) return "nothing";
  const texts: string[] = [];
  let at = 0n;
  for (const item of items) {
    if (item.start > at) texts.push(`${item.start - at} hole`);
    texts.push(itemText(item));
    at = item.start + item.count;
  }
  return texts.join(", ");
}

function itemText(item: ExtentItem): string {
  const { count, kind, extent, skip, extentCount, compressed } = item;
  const whole = skip === 0n && extentCount === count;
  const place = whole ? `e${extent}` : `e${extent}+${skip}/${extentCount}`;
  const words = [String(count), ...(kind === "inline" ? [] : [place])];
  if (kind !== "data") words.push(kind);
  if (compressed) words.push("compressed");
  return words.join(" ");
}

/** Reads what `layoutText` prints. */
export function parseLayout(words: Words): readonly FileLayout[] {
  if (words.skip(noFiles)) return [];
  const files: FileLayout[] = [];
  do {
    const name = words.file();
    words.expect(":");
    files.push({ name, items: words.skip("nothing") ? [] : parseItems(words) });
  } while (words.skip(";"));
  return files;
}

function parseItems(words: Words): Items {
  const items: ExtentItem[] = [];
  let at = 0n;
  do {
    const count = words.number();
    if (count === 0n) words.fail("an item has at least one block");
    if (!words.skip("hole")) items.push(parseItem(words, at, count));
    at += count;
  } while (words.skip(","));
  return items;
}

function parseItem(words: Words, start: bigint, count: bigint): ExtentItem {
  const inline = words.skip("inline");
  const place = inline ? { extent: 0n, skip: 0n, extentCount: 0n } : parsePlace(words, count);
  const kind: ItemKind = inline ? "inline" : words.skip("prealloc") ? "prealloc" : "data";
  const compressed = words.skip("compressed");
  return { start, count, kind, ...place, compressed, freedom: "none" };
}

function parsePlace(
  words: Words,
  count: bigint,
): Pick<ExtentItem, "extent" | "skip" | "extentCount"> {
  const word = words.take("an extent");
  const [, extent = "", skip, all] =
    /^e([1-9][0-9]{0,8})(?:\+([0-9]{1,15})\/([0-9]{1,15}))?$/.exec(word) ?? [];
  if (extent === "") words.fail(`${JSON.stringify(word)} is not an extent such as e1 or e2+1/8`);
  return {
    extent: BigInt(extent),
    skip: BigInt(skip ?? 0),
    extentCount: all === undefined ? count : BigInt(all),
  };
}
