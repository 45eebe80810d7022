/**
 * What may be the matter with a dedupe, in the words of traces: any two matters that can
 * come together show which of two rules counts first.
 */

import { opOf } from "./scenes.ts";
import type { Op } from "../model/index.ts";

/** A dedupe of s0 onto s1: calls before it, and its words; what is left out is usual. */
export interface Plight {
  /** Calls that make the source, in s0, and the target, in s1; with `;` between them. */
  readonly source?: string;
  readonly target?: string;
  /** Calls that change what the files hold, and what they are like. */
  readonly contents?: string;
  readonly attribute?: string;
  readonly limit?: string;
  readonly caller?: string;
  readonly from?: string;
  readonly length?: string;
  readonly onto?: string;
  /** Words behind the length, and behind the target's offset. */
  readonly header?: string;
  readonly argument?: string;
  readonly during?: string;
  readonly reserved?: string;
  readonly times?: string;
  /** A call behind it. */
  readonly look?: string;
}

const far = "0x8000000000000000";
const snapshot =
  "subvolume v;open s1 rw v/e;write s1 at 0 length 8292 pattern 1;snapshot v w read-only;open s1 r w/e";

/** A target in a snapshot that is being sent. */
export const sent: Plight = { target: snapshot, during: "sending w" };

/** Of a byte more than may be inline, where no block is free. */
const longInFull: Plight = {
  contents: "truncate s0 length 4097;truncate s1 length 4097",
  length: "4097",
  during: "full",
};

/** What swaps needs whole pages of data without checksums; of both files, or only one could be shared. */
const swapped =
  "open s0 rw h;nocow s0;write s0 at 0 length 32K pattern 1;open s1 rw i;nocow s1;write s1 at 0 length 32K pattern 1";

/** Offsets behind which 4 KiB just fit below 2^63, or just do not. */
const farthest = ["0x7fffffffffffe000", "0x7fffffffffffefff", "0x7ffffffffffff000"];

/** In groups: of each, one is mostly the matter as often as of any other. */
// oxfmt-ignore
const plain: readonly (readonly Plight[])[] = [
  ["close s0", "open s0 rw path a", "open s0 w a", "mkdir f;open s0 r f", "mkfifo g;open s0 rw g", "open s0 rw other/a",
    "mkdir other/f;open s0 r other/f", "open s0 rw h;nocow s0;write s0 at 0 length 8292 pattern 1"].map((source) => ({ source })),
  ["close s1", "open s1 rw path b", "open s1 r b", "open s1 r ro/b", "mkdir c;open s1 r c", "mkfifo d;open s1 rw d",
    "open s1 rw other/b", "open s1 rw other/b;open s1 r other/b", "mkdir other/c;open s1 r other/c", "open s1 rw a", "open s1 rw bind/b",
    "open s1 rw i;nocow s1;write s1 at 0 length 8292 pattern 1", snapshot].map((target) => ({ target })),
  ["write s1 at 0 length 8292 pattern 2", "write s0 at 0 length 8292 pattern 2"].map((contents) => ({ contents })),
  [{ attribute: "chattr s1 +i" }],
  ["0", "4K"].map((limit) => ({ limit: `limit ${limit}` })),
  [{ caller: "as user" }],
  ["1", "1M", far].map((from) => ({ from })),
  ["0", "100", "4196", "8K", "1M", far].map((length) => ({ length })),
  ["1", "4K", "1M", far].map((onto) => ({ onto })),
  [{ header: "reserved1 1" }, { reserved: "reserved 1" }],
  ["null", "unmapped 24", "read-only 0"].map((argument) => ({ argument: `argument ${argument}` })),
  [hugeOf("1048580K", "1G", "1048580K")],
];

/** Two sparse files of about as much as one request may share, of which the first bytes differ, so that nobody compares for long. */
function hugeOf(source: string, target: string, length: string): Plight {
  return {
    contents: `write s0 at 0 length 4K pattern 2;truncate s0 length ${source};truncate s1 length ${target}`,
    length,
  };
}

/** Beside those: of each group, numbers that are nearly the same, and the like. */
// oxfmt-ignore
const beside: readonly (readonly Plight[])[] = [
  [], [],
  [...["write s1 at 8291 length 1 pattern 2", "write s1 at 4K length 1 pattern 2"].map((contents) => ({ contents })),
    { contents: "store s1 at 8292 length 100 pattern 2", length: "8292" },
    { contents: "write s0 at 16M length 4K pattern 1;write s1 at 16M length 4K pattern 2", length: "16388K", look: "observe" }],
  [],
  ["1", "100", "4095", "4097", "8K", "8292"].map((limit) => ({ limit: `limit ${limit}` })),
  [],
  ["4K", "8K", "8292"].map((from) => ({ from })),
  ["1", "4095", "4097", "8191", "8292", "8293", "12K"].map((length) => ({ length })),
  ["100", "8K", "8292", ...farthest].map((onto) => ({ onto })),
  [{ header: "reserved2 1" }],
  ["unmapped 17", "unmapped 18", "unmapped 55", "read-only 55"].map((argument) => ({ argument: `argument ${argument}` })),
  [["1G", "1G"], ["1048580K", "1048572K"], ["2G", "1073741825"]].flatMap(([source = "", target = ""]) =>
    ["1G", "1073741825", "1048580K", "2G"].map((length) => hugeOf(source, target, length))),
];

/** At the last offsets that there are, only what is asked between the two rules about ends shows which of them answers. */
const atTheEnd: readonly Plight[] = [
  "open s1 r ro/b",
  "open s1 rw other/b",
  "mkdir c;open s1 r c",
].flatMap((target) =>
  farthest.flatMap((onto) => [
    { target, onto },
    { target, onto, length: "4097" },
  ]),
);

export const matterGroups: readonly (readonly Plight[])[] = [
  ...plain.map((group, at) => [...group, ...(beside[at] ?? [])]),
  atTheEnd,
];

/** Those that take a target milliseconds, or have many targets. */
// oxfmt-ignore
const dear: readonly Plight[] = [
  { times: "x128" },
  ...["frozen", "denied 0", "denied 1", "shut-down", "unreadable s0 at 0"].map((during) => ({ during })),
  sent,
  { source: swapped, target: "", during: "swapping s0" },
];

export const dearMatters: readonly Plight[] = [
  ...dear,
  { times: "x127" },
  longInFull,
  ...["s0 at 4K", "s0 at 8K", "s1 at 4K", "s1 at 8K"].map((where) => ({
    during: `unreadable ${where}`,
  })),
  { source: swapped, target: "", during: "swapping s1" },
];

/** Everything that may be the matter, of each kind the plainest. */
export const plainMatters: readonly Plight[] = [...plain.flat(), ...dear];

/** What two plights come to together; undefined where they contradict each other. */
export function together(a: Plight, b: Plight): Plight | undefined {
  const other = new Map<string, string>(Object.entries(b));
  const contradict = Object.entries(a).some(([key, value]) => (other.get(key) ?? value) !== value);
  return contradict ? undefined : { ...a, ...b };
}

/** Bytes of either file. */
export const plainBytes = 8292;

/** Calls before those of any plight: two files that are alike, of two blocks and a tail. */
export const plainFiles: readonly string[] = [
  "open s0 rw a",
  "write s0 at 0 length 8292 pattern 1",
  "open s1 rw b",
  "write s1 at 0 length 8292 pattern 1",
];

/** The calls that lead into a plight, and the dedupe. */
export function callsInto(plight: Plight): {
  readonly before: readonly string[];
  readonly call: string;
} {
  const { source, target, contents, attribute, limit, caller } = plight;
  const before = [source, target, contents, attribute, limit, caller].flatMap((calls) =>
    calls === undefined || calls === "" ? [] : calls.split(";"),
  );
  const {
    from = "0",
    length = "4K",
    header,
    argument,
    during,
    onto = "0",
    reserved,
    times,
  } = plight;
  const meets = during === undefined ? undefined : `while ${during}`;
  const words = [
    "dedupe s0 at",
    from,
    "length",
    length,
    header,
    argument,
    meets,
    "onto s1 at",
    onto,
    reserved,
    times,
  ];
  return { before, call: words.filter((word) => word !== undefined).join(" ") };
}

/** Calls that lead out of it, so that another may follow. */
function callsOutOf({
  source,
  target,
  contents,
  attribute,
  limit,
  caller,
}: Plight): readonly string[] {
  return [
    ...(caller === undefined ? [] : ["as root"]),
    ...(limit === undefined ? [] : ["limit none"]),
    ...(attribute === undefined ? [] : ["chattr s1 -i"]),
    ...(source === undefined ? [] : ["open s0 rw a"]),
    ...(target === undefined ? [] : ["open s1 rw b"]),
    ...(contents === undefined ? [] : again),
  ];
}

/** What both files hold, and how long they are. */
const again: readonly string[] = plainFiles
  .filter((call) => call.startsWith("write"))
  .flatMap((write) => [
    write.replace(/at .*/, "").replace("write", "truncate") + "length 8292",
    write,
  ]);

/** One plight after the other. */
export function programOf(plights: readonly Plight[]): readonly Op[] {
  const calls = plights.flatMap((plight) => {
    const { before, call } = callsInto(plight);
    const look = plight.look === undefined ? [] : [plight.look];
    return [...before, call, ...look, ...callsOutOf(plight)];
  });
  return [...plainFiles, ...calls].map(opOf);
}
