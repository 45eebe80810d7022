/**
 * Whole programs: how they begin, what comes then, and what they look at the disk
 * for.
 */

import fc from "fast-check";
import {
  bytes,
  offset,
  slot,
  type FallocateMode,
  type FileSystemUnderTest,
  type Bytes,
  type Offset,
  type Op,
  type Slot,
} from "../model/index.ts";
import {
  access,
  fileNames,
  intent,
  mostly,
  otherNames,
  type Intent,
  type SlotPick,
} from "./intent.ts";
import { governed, scenes } from "./governed.ts";
import { everyWanted, maxLooks, type Wanted } from "./lookout.ts";
import { scattered } from "./scattered.ts";
import { throughMounts, ways } from "./through-mounts.ts";
import { inTrouble, troubles } from "./under-circumstances.ts";

/** A program: what it means to do, and what it looks at the disk for, if at all. */
export interface Program {
  readonly intents: readonly Intent[];
  readonly wanted: Wanted | undefined;
}

/** Bytes with which all files of a program begin, so few that they may be inline. */
const smallLength = mostly(940, undefined, fc.constantFrom(1, 100, 2047, 2048, 2049, 4095));

interface Beginning {
  readonly small: boolean;
  readonly intents: readonly Intent[];
}

const firstBlock = { base: "start", index: 0, step: 0 } as const;

/** How a program begins: a few files with a few blocks each, some of them alike, with gaps and tails. */
const beginning: fc.Arbitrary<Beginning> = fc
  .tuple(
    smallLength,
    fc.array(
      fc.record({
        path: fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom(...fileNames) },
          { weight: 1, arbitrary: fc.constantFrom(...otherNames) },
        ),
        access,
        nocow: mostly(850, false, fc.constant(true)),
        pattern: fc.constantFrom(1, 1, 2),
        blocks: fc.constantFrom(1, 2, 3, 4, 8),
        tail: fc.constantFrom(0, 0, 0, 1, 100, 100, 4095),
        gap: mostly(800, undefined, fc.constantFrom<FallocateMode[]>("punch", "zero")),
      }),
      { minLength: 2, maxLength: 3 },
    ),
  )
  .map(([small, files]) => ({
    small: small !== undefined,
    intents: [
      ...files.flatMap((file, index): Intent[] => {
        const { path, nocow, pattern, gap } = file;
        const [blocks, step] = small === undefined ? [file.blocks, file.tail] : [0, small];
        const at = { sane: false, index };
        return [
          { kind: "open", slot: index, path, access: file.access, flags: [] },
          ...(nocow ? [{ kind: "nocow" as const, slot: at }] : []),
          {
            kind: "write",
            slot: at,
            anchor: firstBlock,
            amount: { to: "blocks", blocks, step, anchor: firstBlock },
            pattern,
            except: "none",
            direct: false,
          },
          ...(gap === undefined || blocks < 2 ? [] : [gapIn(at, gap)]),
        ];
      }),
      ...(small === undefined ? [] : [shareFirst(bytes(BigInt(small)), offset(0n))]),
    ],
  }));

/** Zeros in place of the second block, without data. */
function gapIn(slotPick: SlotPick, mode: FallocateMode): Intent {
  const amount = { to: "blocks", blocks: 1, step: 0, anchor: firstBlock } as const;
  const anchor = { base: "block", index: 1, step: 0 } as const;
  return { kind: "fallocate", slot: slotPick, mode, anchor, amount };
}

/** Bytes of one step of a dedupe, and of one write at most. */
const stepBytes = 1n << 24n;

/** Two long files that are alike but, sometimes, for one byte, shared in steps of 16 MiB. */
const longBeginning: fc.Arbitrary<readonly Intent[]> = fc
  .record({
    blocks: fc.integer({ min: 1, max: 1000 }),
    shift: fc.nat(2),
    made: fc.constantFrom<Made[]>("alike", "alike", "differing", "unwritten"),
  })
  .map(({ blocks, shift, made }) => {
    const [source, target] = [slot(0), slot(1)];
    const rest = bytes(BigInt(blocks) * 4096n);
    const length = bytes(stepBytes + rest);
    const at = offset(BigInt(shift) * 4096n);
    const from = offset(0n);
    return [
      open(source, "a"),
      open(target, "b"),
      ...longFile(source, from, rest, made === "unwritten" ? made : "alike"),
      ...longFile(target, at, rest, made),
      observe,
      shareFirst(length, at),
      observe,
    ];
  });

type Made = "alike" | "differing" | "unwritten";

/** 16 MiB and the rest, from a position on: in one reserved extent, or written. */
function longFile(file: Slot, at: Offset, rest: Bytes, made: Made): readonly Intent[] {
  if (made === "unwritten") {
    const length = bytes(stepBytes + rest);
    return [call({ kind: "fallocate", slot: file, mode: "prealloc", offset: at, length })];
  }
  const write = { kind: "write", slot: file, pattern: 1, direct: false } as const;
  const except = made === "differing" ? bytes(rest - 1n) : undefined;
  const behind = offset(at + stepBytes);
  return [
    call({ ...write, offset: at, length: bytes(stepBytes), except: undefined }),
    call({ ...write, offset: behind, length: rest, except }),
  ];
}

const observe: Intent = { kind: "call", op: { kind: "observe" } };

/** A dedupe of the first file, from its start, onto the second. */
function shareFirst(length: Bytes, at: Offset): Intent {
  return call({
    kind: "dedupe",
    slot: slot(0),
    offset: offset(0n),
    length,
    targets: [{ descriptor: slot(1), offset: at, reserved: 0, high: 0 }],
    reserved1: 0,
    reserved2: 0,
    argument: { kind: "whole" },
    during: { kind: "usual" },
  });
}

function call(op: Op): Intent {
  return { kind: "call", op };
}

function open(at: Slot, path: string): Intent {
  return { kind: "open", slot: at, path, access: "rw", flags: [] };
}

/** What a program looks for: most look for nothing. */
const looks: fc.Arbitrary<Wanted | undefined> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...everyWanted) },
  { weight: 7, arbitrary: fc.constant(undefined) },
);

/** Calls of a program with long files, each of which may take milliseconds. */
const maxLong = 20;

/** What programs may do on a target. */
export type Abilities = Pick<FileSystemUnderTest, "canObserve" | "canGovern" | "circumstances">;

/** A program of up to `maxOps` calls, for a target with these abilities. */
export function programs(
  maxOps: number,
  { canObserve, canGovern, circumstances }: Abilities,
): fc.Arbitrary<Program> {
  const usual = fc
    .tuple(
      beginning,
      fc.array(intent, { minLength: 1, maxLength: maxOps, size: "max" }),
      canObserve ? looks : fc.constant(undefined),
      ways,
      canGovern ? scenes : fc.constant(undefined),
      troubles(circumstances),
      scattered,
    )
    .map(([first, rest, look, mounts, between, trouble, many]): Program => {
      const wanted = look !== undefined && first.small ? "SHARE-05" : look;
      const room = wanted === undefined ? maxOps : Math.max(1, maxOps - maxLooks);
      const looked = many === undefined ? [] : canObserve ? [...many, observe] : many;
      const { length: from } = first.intents;
      const meant = governed([...first.intents, ...looked, ...rest], between, from);
      const calls = meant.slice(0, room);
      return { intents: inTrouble(throughMounts(calls, mounts), trouble), wanted };
    });
  const long = fc
    .tuple(longBeginning, fc.array(intent, { maxLength: maxLong }))
    .map(([first, rest]): Program => ({
      intents: [...first, ...rest].slice(0, maxOps),
      wanted: undefined,
    }));
  return canObserve
    ? fc.oneof({ weight: 499, arbitrary: usual }, { weight: 1, arbitrary: long })
    : usual;
}
