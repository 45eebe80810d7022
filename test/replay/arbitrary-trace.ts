/** Traces of every kind of call, with usual and odd outcomes: what print and parse must keep. */

import fc from "fast-check";
import {
  bytes,
  errno,
  offset,
  slot,
  untouched,
  witnesses,
  type Argument,
  type Contradiction,
  type ExtentItem,
  type FallocateMode,
  type FileLayout,
  type FormatName,
  type Items,
  type Op,
  type OpenFlag,
  type Outcome,
  type Run,
  type Target,
  type TargetOutcome,
} from "../../model/index.ts";
import { circumstance } from "./arbitrary-circumstance.ts";
import { commentOf } from "../../replay/print.ts";
import { rightsOp } from "./arbitrary-rights.ts";
import { isHeaderName, type Event, type Expectation, type Trace } from "../../replay/trace.ts";

/** Any u64, mostly near a power of two or a multiple of one. */
export const u64: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc
    .tuple(fc.integer({ min: 0, max: 64 }), fc.bigInt(-1n, 1n), fc.bigInt(1n, 9n))
    .map(([power, delta, times]) => BigInt.asUintN(64, 2n ** BigInt(power) * times + delta)),
);

const u32 = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const offsets = u64.map(offset);
const lengths = u64.map(bytes);
const slots = fc.integer({ min: 0, max: 31 }).map(slot);
const shortLengths = fc.bigInt(0n, 65_536n).map(bytes);
const path = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "append",
    "path",
    "read-only",
    "v/a",
    "other/a",
    "bind/v/a",
    "ro/a",
    "none",
    "s0",
    "0",
  ),
  fc.stringMatching(/^[a-d][A-Za-z0-9._-]{0,2}$/),
);

const argument: fc.Arbitrary<Argument> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Argument>({ kind: "whole" }) },
  fc.constant<Argument>({ kind: "null" }),
  fc.record({
    kind: fc.constantFrom("crossing", "read-only", "unmapped"),
    after: fc.integer({ min: 0, max: 4120 }),
  }),
);

const target: fc.Arbitrary<Target> = fc.record({
  descriptor: fc.oneof(slots, fc.constantFrom("closed", "never-opened")),
  offset: offsets,
  reserved: u32,
  high: u32,
});

/** Up to 128 items, many of them the same as the one before. */
function repeated<T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  const run = fc.tuple(item, fc.integer({ min: 1, max: 5 }));
  return fc
    .array(run, { maxLength: 6 })
    .map((runs) => runs.flatMap(([value, count]) => Array.from({ length: count }, () => value)));
}

const flags = fc.subarray<OpenFlag>(["append", "truncate", "path"]);
const modes = fc.constantFrom<FallocateMode[]>(
  "prealloc",
  "keep-size",
  "punch",
  "zero",
  "zero-keep-size",
);

/** Calls of every kind, none over a bound of its own. */
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    kind: fc.constant("open" as const),
    slot: slots,
    path,
    access: fc.constantFrom("r" as const, "w" as const, "rw" as const),
    flags,
  }),
  fc.record({ kind: fc.constantFrom("close" as const, "nocow" as const), slot: slots }),
  rightsOp(slots),
  fc.record({ kind: fc.constantFrom("mkdir" as const, "mkfifo" as const), path }),
  fc.record({ kind: fc.constant("link" as const), path, to: path }),
  fc.record({
    kind: fc.constantFrom("unlink" as const, "subvolume" as const, "delete" as const),
    path,
  }),
  fc.record({ kind: fc.constant("snapshot" as const), path, to: path, readOnly: fc.boolean() }),
  fc
    .record({
      kind: fc.constantFrom("write" as const, "store" as const),
      direct: fc.boolean(),
      slot: slots,
      offset: offsets,
      length: shortLengths,
      pattern: fc.integer({ min: 0, max: 127 }),
      except: fc.option(shortLengths, { nil: undefined }),
    })
    .map(({ kind, direct, except, ...rest }) => {
      const odd = except !== undefined && except < rest.length ? except : undefined;
      return kind === "store"
        ? { kind, ...rest, except: odd }
        : { kind, ...rest, except: odd, direct };
    }),
  fc.record({
    kind: fc.constant("scatter" as const),
    slot: slots,
    offset: offsets,
    blocks: fc.integer({ min: 1, max: 1000 }),
    pattern: fc.integer({ min: 0, max: 127 }),
  }),
  fc.record({ kind: fc.constant("truncate" as const), slot: slots, length: lengths }),
  fc.record({
    kind: fc.constant("fallocate" as const),
    slot: slots,
    mode: modes,
    offset: offsets,
    length: shortLengths,
  }),
  fc.record({
    kind: fc.constant("clone" as const),
    slot: slots,
    offset: offsets,
    length: lengths,
    target: slots,
    targetOffset: offsets,
  }),
  fc.record({
    kind: fc.constant("dedupe" as const),
    slot: slots,
    offset: offsets,
    length: lengths,
    targets: repeated(target),
    reserved1: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 65_535 })),
    reserved2: u32,
    argument,
    during: circumstance(slots, offsets, path),
  }),
  fc.record({ kind: fc.constant("fsync" as const), slot: slots }),
  fc
    .constantFrom(...(["syncfs", "observe", "remount", "check", "scrub"] as const))
    .map((kind) => ({ kind })),
  fc.record({
    kind: fc.constantFrom("read" as const, "inspect" as const),
    slot: slots,
    offset: offsets,
    length: shortLengths,
  }),
);

const deduped = fc.oneof(lengths, fc.constantFrom(bytes(0n), untouched.deduped));
const status = fc.oneof(
  fc.constantFrom(0, 1, 2, -22, -4242, untouched.status, -(2 ** 31), 2 ** 31 - 1),
  fc.integer({ min: -140, max: 5 }),
);
const entry: fc.Arbitrary<TargetOutcome> = fc.oneof(
  fc.constant(untouched),
  fc.record({ status, deduped }),
);

const run: fc.Arbitrary<Run> = fc.record({
  length: fc.bigInt(1n, 2n ** 24n),
  tone: fc.integer({ min: -1, max: 255 }),
});

const results = fc.oneof(
  fc.constantFrom(0, -1),
  fc.integer({ min: -10, max: 10 }),
  fc.maxSafeInteger(),
);
const errors = fc.oneof(
  fc.constantFrom(0 as const, errno(22), errno(9)),
  fc.integer({ min: 1, max: 4095 }).map(errno),
);
const fields = fc.subarray(["src_offset", "dest_fd[2]", "guard"]);

const fileName = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/),
  fc.constantFrom("no", "touched", "@s0", "@s31", "v/a"),
);

/** Items one behind the other, with holes between them. */
const layout: fc.Arbitrary<readonly FileLayout[]> = fc.array(
  fc.record({
    name: fileName,
    items: fc
      .array(
        fc.record({
          hole: fc.bigInt(0n, 3n),
          count: fc.bigInt(1n, 9n),
          kind: fc.constantFrom("data" as const, "prealloc" as const, "inline" as const),
          extent: fc.bigInt(1n, 5n),
          skip: fc.bigInt(0n, 4n),
          more: fc.bigInt(0n, 4n),
          compressed: fc.boolean(),
        }),
        { maxLength: 4 },
      )
      .map(itemsOf),
  }),
  { maxLength: 3 },
);

/** Lines of words as they stand in a trace. */
const said = fc
  .array(fc.stringMatching(/^[!-+.-9<-~-][!-+.-9<-~-]{0,6}[,:]?$/), { minLength: 1, maxLength: 5 })
  .map((words) => words.join(" "));

const contradicted: fc.Arbitrary<readonly Contradiction[]> = fc.array(
  fc.record({ witness: fc.constantFrom(...witnesses), file: fileName, text: said }),
  { minLength: 1, maxLength: 3 },
);

interface Piece extends Pick<ExtentItem, "count" | "kind" | "extent" | "skip" | "compressed"> {
  readonly hole: bigint;
  readonly more: bigint;
}

function itemsOf(pieces: readonly Piece[]): Items {
  let at = 0n;
  return pieces.map(({ hole, count, kind, extent, skip, more, compressed }) => {
    const start = at + hole;
    at = start + count;
    const inline = kind === "inline";
    const place = inline
      ? { extent: 0n, skip: 0n, extentCount: 0n }
      : { extent, skip, extentCount: skip + count + more };
    return { start, count, kind, ...place, compressed, freedom: "none" as const };
  });
}

/** What an op of this kind may have for an outcome, likely or not. */
function outcomeOf(call: Op): fc.Arbitrary<Outcome> {
  const looks = call.kind === "read" || call.kind === "inspect";
  const size = fc.option(lengths, { nil: undefined });
  const runs = fc.array(run, { maxLength: 4 });
  const count = call.kind === "dedupe" ? call.targets.length : 0;
  const entries = fc.oneof(
    fc.constant(Array.from({ length: count }, () => untouched)),
    entry.map((same) => Array.from({ length: count }, () => same)),
    fc.array(entry, { minLength: count, maxLength: count }),
  );
  const any = fc.record({
    result: results,
    errno: errors,
    targets: entries,
    touched: fc.oneof(fc.constant([]), fields),
    seen: looks ? fc.option(fc.record({ size, runs }), { nil: undefined }) : fc.constant(undefined),
    layout:
      call.kind === "observe" ? fc.option(layout, { nil: undefined }) : fc.constant(undefined),
    slept: fc.boolean(),
    signalled: fc.boolean(),
    contradictions: fc.option(contradicted, { nil: undefined }),
  });
  const counted =
    call.kind === "dedupe" ? fc.option(fc.nat(0xffff), { nil: undefined }) : fc.constant(undefined);
  return fc.tuple(any, fc.boolean(), counted).map(([told, usual, filesDeduped]) => {
    const outcome = filesDeduped === undefined ? told : { ...told, filesDeduped };
    if (!usual) return outcome;
    const total = outcome.seen?.runs.reduce((sum, { length }) => sum + Number(length), 0);
    return { ...outcome, errno: 0, result: total ?? 0, slept: false, signalled: false };
  });
}

const comments = fc.array(
  fc
    .oneof(fc.constantFrom("", " indented", "# twice"), fc.string({ unit: "grapheme" }))
    .map(commentOf),
  { maxLength: 2 },
);

const event: fc.Arbitrary<Event> = op.chain((call) =>
  fc.record({
    comments,
    op: fc.constant(call),
    outcome: fc.option(outcomeOf(call), { nil: undefined }),
  }),
);

const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+~/@-]{0,12}$/).filter(isHeaderName);
const expectation: fc.Arbitrary<Expectation> = fc.record({
  profile: names,
  verdict: fc.oneof(
    fc.record({ kind: fc.constant("allowed" as const) }),
    fc.record({ kind: fc.constant("diverged" as const), at: fc.integer({ min: 1, max: 200 }) }),
  ),
});

/** Traces as they are recorded: within every bound but, rarely, what calls ask for in all. */
export const trace: fc.Arbitrary<Trace> = fc.record({
  version: fc.constant(1 as const),
  target: names,
  block: fc.constantFrom(512, 4096, 65_536),
  format: fc.constantFrom<FormatName[]>(
    "default",
    "strict",
    "explicit-holes",
    "compressed",
    "nodatacow",
  ),
  seed: fc.option(u64, { nil: undefined }),
  expect: fc.uniqueArray(expectation, { maxLength: 3, selector: ({ profile }) => profile }),
  comments,
  events: fc.array(event, { maxLength: 8 }),
  trailing: comments,
});
