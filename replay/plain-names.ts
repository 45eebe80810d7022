/** Names that say nothing: of two programs that differ in them alone, one is enough. */

import { isOther, mountOf, nameOn, pathOn, slot, type Op, type Slot } from "../model/index.ts";
import { letters } from "./letters.ts";
import { rewrite, type Change } from "./rewrite.ts";

/** The program with slots s0, s1, ... and files and folders a, b, ... in the order in which they come up. */
export function withPlainNames(program: readonly Op[]): readonly Op[] {
  const slots = new Map<Slot, Slot>();
  const names = new Map<string, string>();
  const toSlot = (from: Slot): Slot => {
    const known = slots.get(from) ?? slot(slots.size);
    slots.set(from, known);
    return known;
  };
  const toName = (other: boolean, from: string): string => {
    const key = other ? `other/${from}` : from;
    const known = names.get(key) ?? letters[names.size % letters.length] ?? "";
    names.set(key, known);
    return known;
  };
  const toPath = (from: string): string => {
    const parts = nameOn(from).split("/");
    return pathOn(mountOf(from), parts.map((part) => toName(isOther(from), part)).join("/"));
  };
  const change: Change = { slot: toSlot, path: toPath, at: (_slot, position) => position };
  const result = program.map((op) => rewrite(op, change));
  return names.size <= letters.length ? result : program;
}
