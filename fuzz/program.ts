/**
 * Whole programs of intents: how they begin, what comes then, and where they look
 * at the disk.
 */

import fc from "fast-check";
import type { FileSystemUnderTest } from "../model/index.ts";
import { access, fileNames, intent, mostly, otherNames, type Intent } from "./intent.ts";
import { throughMounts, ways } from "./through-mounts.ts";
import { inTrouble, troubles } from "./under-circumstances.ts";

/** Blocks, and bytes behind them, that a file begins with: a few, or so few bytes that they may be inline. */
const firstLength: fc.Arbitrary<[blocks: number, tail: number]> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.tuple(
      fc.constantFrom(1, 2, 3, 4, 8),
      fc.constantFrom(0, 0, 0, 1, 100, 100, 4095),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant(0), fc.constantFrom(1, 100, 2047, 2048, 2049, 4095)),
  },
);

/** How a program begins: a few files with a few blocks each, some of them alike, with tails. */
const beginning: fc.Arbitrary<readonly Intent[]> = fc
  .array(
    fc.record({
      path: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...fileNames) },
        { weight: 1, arbitrary: fc.constantFrom(...otherNames) },
      ),
      access,
      nocow: mostly(850, false, fc.constant(true)),
      pattern: fc.constantFrom(1, 1, 2),
      length: firstLength,
    }),
    { minLength: 2, maxLength: 3 },
  )
  .map((files) =>
    files.flatMap(
      ({ path, access: mode, nocow, pattern, length: [blocks, tail] }, slot): Intent[] => [
        { kind: "open", slot, path, access: mode, flags: [] },
        ...(nocow ? [{ kind: "nocow" as const, slot: { sane: false, index: slot } }] : []),
        {
          kind: "write",
          slot: { sane: false, index: slot },
          anchor: { base: "start", index: 0, step: 0 },
          amount: {
            to: "blocks",
            blocks,
            step: tail,
            anchor: { base: "start", index: 0, step: 0 },
          },
          pattern,
          except: "none",
          direct: false,
        },
      ],
    ),
  );

/** Where a program looks at the disk: around one of its dedupe calls, or nowhere. */
const observation: fc.Arbitrary<number | undefined> = fc.oneof(
  { weight: 1, arbitrary: fc.nat(100) },
  { weight: 7, arbitrary: fc.constant(undefined) },
);

/** A program of up to `maxOps` intents, for a target with these abilities. */
export function intents(
  maxOps: number,
  { canObserve, circumstances }: Pick<FileSystemUnderTest, "canObserve" | "circumstances">,
): fc.Arbitrary<readonly Intent[]> {
  return fc
    .tuple(
      beginning,
      fc.array(intent, { minLength: 1, maxLength: maxOps, size: "max" }),
      canObserve ? observation : fc.constant(undefined),
      ways,
      troubles(circumstances),
    )
    .map(([first, rest, at, mounts, trouble]) => {
      const calls = [...first, ...rest].slice(0, maxOps);
      const program = inTrouble(throughMounts(calls, mounts), trouble);
      return at === undefined ? program : observed(program, at).slice(0, maxOps);
    });
}

const observe: Intent = { kind: "observe" };

/** The program with a look before and behind one of its sharing calls, and one at its end. */
function observed(program: readonly Intent[], which: number): readonly Intent[] {
  const sharing = [...program.keys()].filter((index) => shares(program[index]));
  const at = sharing[which % Math.max(1, sharing.length)];
  const looked =
    at === undefined ? program : program.toSpliced(at, 0, observe).toSpliced(at + 2, 0, observe);
  return [...looked, observe];
}

function shares(each: Intent | undefined): boolean {
  return each?.kind === "dedupe" || each?.kind === "clone";
}
