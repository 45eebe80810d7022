/**
 * What a program's last call can depend on, without a run: calls on its files and
 * slots. Most of a generated program is about others.
 */

import { fileAt, folderOf, type Op, type Slot } from "../model/index.ts";

/** The calls that its last one, and the sharing before that, depend on; few first. */
export function slices(program: readonly Op[]): readonly (readonly Op[])[] {
  const last = program.length - 1;
  const sharing = program.findLastIndex(({ kind }) => kind === "dedupe" || kind === "clone");
  const seeds = new Set([last, sharing < 0 ? last : sharing]);
  return [false, true].map((general) => {
    const { slots, paths } = dependencies(program, seeds);
    return program.filter(
      (op, at) => seeds.has(at) || (isGeneral(op) ? general : touches(op, slots, paths)),
    );
  });
}

/** About no file: who calls, a limit, a look at all files. */
function isGeneral(op: Op): boolean {
  return slotsOf(op).length === 0 && pathsOf(op).length === 0;
}

interface Touched {
  readonly slots: ReadonlySet<Slot>;
  readonly paths: ReadonlySet<string>;
}

/** The slots and paths of some calls, and those through which the same files are met. */
function dependencies(program: readonly Op[], seeds: ReadonlySet<number>): Touched {
  const slots = new Set([...seeds].flatMap((at) => slotsIn(program[at])));
  const paths = new Set<string>();
  for (let size = -1; size < slots.size + paths.size;) {
    size = slots.size + paths.size;
    for (const op of program) meet(op, slots, paths);
  }
  return { slots, paths };
}

/** Adds what a call says of the names of files: those of a slot, those beside a name, and the slots of a name. */
function meet(op: Op, slots: Set<Slot>, paths: Set<string>): void {
  const named = pathsOf(op);
  const isOpening = op.kind === "open";
  if (isOpening ? slots.has(op.slot) : named.some((path) => paths.has(path))) {
    for (const path of named) paths.add(path);
  }
  if (isOpening && paths.has(fileAt(op.path))) slots.add(op.slot);
}

function touches(op: Op, slots: ReadonlySet<Slot>, paths: ReadonlySet<string>): boolean {
  return slotsOf(op).some((slot) => slots.has(slot)) || pathsOf(op).some((path) => paths.has(path));
}

function slotsIn(op: Op | undefined): readonly Slot[] {
  return op === undefined ? [] : slotsOf(op);
}

function slotsOf(op: Op): readonly Slot[] {
  if (op.kind === "clone") return [op.slot, op.target];
  if (op.kind === "dedupe") {
    const targets = op.targets.flatMap(({ descriptor }) =>
      typeof descriptor === "string" ? [] : descriptor,
    );
    return [op.slot, ...targets];
  }
  return "slot" in op ? [op.slot] : [];
}

/** Names as the file system knows them, and the folders that they stand in. */
function pathsOf(op: Op): readonly string[] {
  if (!("path" in op)) return [];
  return [op.path, ...("to" in op ? [op.to] : [])].flatMap((path) => {
    const file = fileAt(path);
    const folder = folderOf(file);
    return folder === undefined || folder === "" ? [file] : [file, folder];
  });
}
