/**
 * Whole programs: how they begin, what comes then, and what they look at the disk
 * for.
 */

import fc from "fast-check";
import {
  bytes,
  offset,
  slot,
  type FileSystemUnderTest,
  type FsKind,
  type Bytes,
  type Offset,
  type Slot,
} from "../model/index.ts";
import { beginning, call, shareFirst, type Beginning } from "./beginning.ts";
import { fileNames, intent, otherNames, type Intent } from "./intent.ts";
import { governed, scenes } from "./governed.ts";
import { hugeFiles } from "./huge-files.ts";
import { everyWanted, maxLooks, type Wanted } from "./lookout.ts";
import { scopePrograms } from "./scope-programs.ts";
import { scattered } from "./scattered.ts";
import { branching, firstSubvolume, subvolumeIntent } from "./subvolume-intents.ts";
import { throughMounts, ways, type Ways } from "./through-mounts.ts";
import { prepared } from "./prepared.ts";
import { inTrouble, sent, troubles } from "./under-circumstances.ts";
import { wrongDedupes } from "./wrong-dedupe.ts";

/** A program: what it means to do, and what it looks at the disk for, if at all. */
export interface Program {
  readonly intents: readonly Intent[];
  readonly wanted: Wanted | undefined;
}

/** Bytes of one step of a dedupe, and of one write at most. */
const stepBytes = 1n << 24n;

/** Two long files that are alike but, sometimes, for one byte, shared in steps of 16 MiB. */
const longBeginning: fc.Arbitrary<readonly Intent[]> = fc
  .record({
    blocks: fc.integer({ min: 1, max: 1000 }),
    shift: fc.nat(2),
    made: fc.constantFrom<Made[]>("alike", "differing", "differing", "unwritten"),
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

function open(at: Slot, path: string): Intent {
  return { kind: "open", slot: at, path, access: "rw", flags: [] };
}

const names = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<string[]>(...fileNames) },
  { weight: 1, arbitrary: fc.constantFrom<string[]>(...otherNames) },
);

/** Of the first files of a program about subvolumes: most lie in the first of them. */
const namesBelow = fc.constantFrom(
  ...["a", "b", "c"].map((name) => `${firstSubvolume}/${name}`),
  "a",
);

/** The two parts of a program: how it begins, and what comes then; and whether it has snapshots. */
interface Parts {
  readonly first: Beginning;
  readonly rest: readonly Intent[];
  readonly branches: boolean;
}

function plain(maxOps: number): fc.Arbitrary<Parts> {
  return fc
    .tuple(beginning(names), intents(intent, maxOps))
    .map(([first, rest]) => ({ first, rest, branches: false }));
}

/** About subvolumes: it begins with one, and with a snapshot of it. */
function branched(maxOps: number): fc.Arbitrary<Parts> {
  const any = fc.oneof({ weight: 5, arbitrary: intent }, { weight: 1, arbitrary: subvolumeIntent });
  return fc
    .tuple(branching, beginning(namesBelow), intents(any, maxOps))
    .map(([{ before, behind }, { small, intents: files }, rest]) => ({
      first: { small, intents: [...before, ...files, ...behind] },
      rest,
      branches: true,
    }));
}

/** Most programs are short: what they are about is tried more often then, in as many calls. */
const lengths: readonly (readonly [weight: number, most: number])[] = [
  [4, 12],
  [3, 40],
  [3, 200],
];

function intents(each: fc.Arbitrary<Intent>, most: number): fc.Arbitrary<readonly Intent[]> {
  return fc.oneof(
    ...lengths.map(([weight, length]) => ({
      weight,
      arbitrary: fc.array(each, { minLength: 1, maxLength: Math.min(length, most), size: "max" }),
    })),
  );
}

/** On a target that has subvolumes, one usual program in six is about them. */
function partsOf(maxOps: number, hasSubvolumes: boolean): fc.Arbitrary<Parts> {
  if (!hasSubvolumes) return plain(maxOps);
  return fc.oneof(
    { weight: 5, arbitrary: plain(maxOps) },
    { weight: 1, arbitrary: branched(maxOps) },
  );
}

/** What a program looks for: most look for nothing. */
function looks(fs: FsKind): fc.Arbitrary<Wanted | undefined> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...everyWanted(fs)) },
    { weight: 7, arbitrary: fc.constant(undefined) },
  );
}

/** Calls of a program with long files, each of which may take milliseconds. */
const maxLong = 20;

/** Of programs that freeze, or have several callers, more lead through other mounts: which of the two counts first? */
const moreWays = fc.constantFrom<Ways[]>(undefined, ["main", "ro"]);

/** What programs may do on a target. */
export type Abilities = Pick<
  FileSystemUnderTest,
  "format" | "canObserve" | "hasSubvolumes" | "canGovern" | "circumstances"
>;

/** A program of up to `maxOps` calls, for a target with these abilities. */
export function programs(
  maxOps: number,
  { format, canObserve, hasSubvolumes, canGovern, circumstances }: Abilities,
): fc.Arbitrary<Program> {
  const inline = everyWanted(format.fs).find((id) => id === "SHARE-05");
  const usual = fc
    .tuple(
      partsOf(maxOps, hasSubvolumes),
      canObserve ? looks(format.fs) : fc.constant(undefined),
      ways,
      moreWays,
      canGovern ? scenes : fc.constant(undefined),
      troubles(circumstances),
      sent(circumstances),
      scattered,
    )
    .map(
      ([
        { first, rest, branches },
        look,
        mounts,
        more,
        between,
        usualTrouble,
        sending,
        many,
      ]): Program => {
        const trouble = usualTrouble ?? (branches ? sending : undefined);
        const wanted = look !== undefined && first.small ? (inline ?? look) : look;
        const room = wanted === undefined ? maxOps : Math.max(1, maxOps - maxLooks);
        const looked = many === undefined ? [] : canObserve ? [...many, observe] : many;
        const { length: from } = first.intents;
        const meant = governed([...first.intents, ...looked, ...rest], between, from);
        const calls = meant.slice(0, room);
        const led =
          mounts ?? (trouble?.kind === "frozen" || between !== undefined ? more : undefined);
        return { intents: inTrouble(throughMounts(calls, led), trouble), wanted };
      },
    );
  const first = prepared(format, circumstances);
  const begins = (each: fc.Arbitrary<readonly Intent[]>): fc.Arbitrary<Program> =>
    begun(each, canObserve, maxOps);
  return fc.oneof(
    { weight: 145, arbitrary: usual },
    { weight: 65, arbitrary: asTheyAre(wrongDedupes, maxOps) },
    { weight: 80, arbitrary: asTheyAre(scopePrograms(format.block, canObserve), maxOps) },
    { weight: 6, arbitrary: begins(hugeFiles) },
    ...(canObserve ? [{ weight: 4, arbitrary: begins(longBeginning) }] : []),
    ...(first === undefined ? [] : [{ weight: 2, arbitrary: begins(first) }]),
  );
}

function isLook(each: Intent): boolean {
  return each.kind === "call" && each.op.kind === "observe";
}

/** A program of these calls alone. */
function asTheyAre(calls: fc.Arbitrary<readonly Intent[]>, maxOps: number): fc.Arbitrary<Program> {
  return calls.map((all) => ({ intents: all.slice(0, maxOps), wanted: undefined }));
}

/** A program that begins so, and goes on a little. */
function begun(
  first: fc.Arbitrary<readonly Intent[]>,
  canObserve: boolean,
  maxOps: number,
): fc.Arbitrary<Program> {
  return fc.tuple(first, fc.array(intent, { maxLength: maxLong })).map(([start, rest]) => ({
    intents: [...start.filter((each) => canObserve || !isLook(each)), ...rest].slice(0, maxOps),
    wanted: undefined,
  }));
}
