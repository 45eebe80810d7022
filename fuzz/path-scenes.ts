/** Calls and targets from which programs for each way through the machine are put together, in the words of traces. */

/** A target: the calls that make it, and how a dedupe names it. SLOT and FILE are its own. */
export interface Aim {
  readonly calls: readonly string[];
  readonly target: string;
}

/** What a call has for itself: calls before it, and the words up to its targets. */
interface Header {
  readonly source: readonly string[];
  readonly call: string;
  /** Calls behind those that make targets. */
  readonly last: readonly string[];
}

const eightK = "write s0 at 0 length 8K pattern 1";
const swap = ["open s0 rw a", "nocow s0", "write s0 at 0 length 32K pattern 1"];
const far = "0x8000000000000000";

// oxfmt-ignore
export const headers: readonly Header[] = [
  ...["at 0 length 4K", "at 0 length 0", "at 0 length 3000", "at 1 length 3000"].flatMap((range) => [
    { source: ["open s0 rw a", eightK], call: `dedupe s0 ${range}`, last: [] },
    { source: ["open s0 rw a", eightK], call: `dedupe s0 ${range} while frozen`, last: [] },
    { source: ["open s0 rw a", eightK], call: `dedupe s0 ${range} while denied 1`, last: [] },
    { source: ["open s0 rw a", eightK], call: `dedupe s0 ${range} while denied 2`, last: [] },
    { source: ["open s0 rw a", eightK], call: `dedupe s0 ${range}`, last: ["limit 4K"] },
    { source: ["open s0 rw a", eightK], call: `dedupe s0 ${range}`, last: ["as user"] },
    { source: ["open s0 rw a", eightK], call: `dedupe s0 ${range}`, last: ["limit 4K", "as user"] },
  ]),
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while denied 1", last: ["limit 4K"] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while denied 1", last: ["as user"] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while denied 2", last: ["limit 4K"] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while denied 2", last: ["as user"] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while unreadable s0 at 0", last: [] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while unreadable s0 at 0", last: ["limit 4K"] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while unreadable s0 at 0", last: ["as user"] },
  { source: ["open s0 rw a", "write s0 at 0 length 32K pattern 1"], call: "dedupe s0 at 0 length 4K while swapping s0", last: [] },
  ...["s0", "s1", "s2"].flatMap((slot) => [
    { source: swap, call: `dedupe s0 at 0 length 4K while swapping ${slot}`, last: [] },
    { source: swap, call: `dedupe s0 at 0 length 3000 while swapping ${slot}`, last: [] },
    { source: swap, call: `dedupe s0 at 0 length 4K while swapping ${slot}`, last: ["limit 4K"] },
    { source: swap, call: `dedupe s0 at 0 length 4K while swapping ${slot}`, last: ["as user"] },
  ]),
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while shut-down", last: [] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while shut-down", last: ["as user"] },
  { source: ["open s0 rw a", "write s0 at 0 length 4K pattern 1"], call: "dedupe s0 at 0 length 4K while sending w", last: [] },
  { source: ["open s0 rw a", "write s0 at 0 length 4K pattern 1"], call: "dedupe s0 at 0 length 4K while sending w", last: ["limit 4K"] },
  { source: ["open s0 rw a", "write s0 at 0 length 4K pattern 1"], call: "dedupe s0 at 0 length 4K while sending w", last: ["as user"] },
  { source: ["open s0 rw a", "write s0 at 0 length 3000 pattern 1"], call: "dedupe s0 at 0 length 3000 while unreadable s0 at 0", last: [] },
  { source: ["open s0 rw a", "write s0 at 0 length 3000 pattern 1"], call: "dedupe s0 at 0 length 3000 while sending w", last: [] },
  { source: ["open s0 rw a", "write s0 at 0 length 3000 pattern 1"], call: "dedupe s0 at 0 length 3000 while full", last: [] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while unreadable s1 at 0", last: [] },
  { source: ["open s0 rw a", eightK], call: "dedupe s0 at 0 length 4K while unreadable s2 at 0", last: [] },
  { source: ["open s0 rw a", "write s0 at 0 length 3000 pattern 1"], call: "dedupe s0 at 0 length 3000", last: [] },
  { source: ["open s0 rw a", "write s0 at 0 length 3000 pattern 1"], call: "dedupe s0 at 0 length 3000", last: ["limit 4K"] },
  { source: ["open s0 rw a", "write s0 at 0 length 3000 pattern 1"], call: "dedupe s0 at 0 length 3000", last: ["as user"] },
];

// oxfmt-ignore
export const pool: readonly Aim[] = [
  { calls: [], target: "closed at 0" },
  { calls: [], target: "s0 at 4K" },
  { calls: [], target: "s0 at 0" },
  { calls: [], target: "s0 at 0 reserved 1" },
  { calls: [], target: `s0 at ${far}` },
  { calls: [], target: "s0 at 1" },
  { calls: [], target: "s0 at 1M" },
  { calls: ["open SLOT r ro/a"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "open SLOT r FILE"], target: "SLOT at 0" },
  { calls: ["open SLOT rw other/FILE"], target: "SLOT at 0" },
  { calls: ["mkdir FILE", "open SLOT r FILE"], target: "SLOT at 0" },
  { calls: ["as user", "mkdir FILE", "open SLOT r FILE", "as root"], target: "SLOT at 0" },
  { calls: ["mkfifo FILE", "open SLOT rw FILE"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "nocow SLOT"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "nocow SLOT", "write SLOT at 0 length 32K pattern 1"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "nocow SLOT", "write SLOT at 0 length 32K pattern 2"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "chattr SLOT +i"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "nocow SLOT", "chattr SLOT +i"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "write SLOT at 0 length 8K pattern 2"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "write SLOT at 0 length 8K pattern 1"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "write SLOT at 0 length 8K pattern 1"], target: "SLOT at 4K" },
  { calls: ["open SLOT rw FILE", "write SLOT at 0 length 3000 pattern 1"], target: "SLOT at 0" },
  { calls: ["open SLOT rw FILE", "write SLOT at 0 length 3000 pattern 2"], target: "SLOT at 0" },
  { calls: ["subvolume v", "open SLOT rw v/FILE", "write SLOT at 0 length 4K pattern 1", "snapshot v w read-only", "open SLOT r w/FILE"], target: "SLOT at 0" },
  { calls: ["subvolume v", "open SLOT rw v/FILE", "write SLOT at 0 length 3000 pattern 1", "chown SLOT user", "snapshot v w read-only", "open SLOT r w/FILE"], target: "SLOT at 0" },
  { calls: ["subvolume v", "open SLOT rw v/FILE", "write SLOT at 0 length 4K pattern 1", "chown SLOT user", "snapshot v w read-only", "open SLOT r w/FILE"], target: "SLOT at 0" },
];

/** Calls before a call, and the call, in the words of traces. */
export interface Told {
  readonly setup: readonly string[];
  readonly call: string;
}

/** A program with these targets; one that is named twice is one file. */
export function callOn({ source, call, last }: Header, aims: readonly Aim[]): Told {
  const named = aims.map((aim, at) => inSlot(aim, aims.indexOf(aim) === at ? at + 1 : 1));
  const setup = [...new Set([...source, ...named.flatMap(({ calls }) => calls)]), ...last];
  return { setup, call: `${call} onto ${named.map(({ target }) => target).join(", ")}` };
}

/** The same with an argument that cannot be written back. */
export function unwritable({ setup, call }: Told): Told {
  const [words = "", ...during] = call.split(/(?= while )|(?= onto )/);
  return { setup, call: [words, " argument read-only 0", ...during].join("") };
}

/** An aim in slot s1 or s2, with a file of its own. */
function inSlot({ calls, target }: Aim, at: number): Aim {
  const named = (text: string): string =>
    text.replaceAll("SLOT", `s${at}`).replaceAll("FILE", at === 1 ? "b" : "c");
  return { calls: calls.map(named), target: named(target) };
}

/** Calls that are refused as a whole; each word is that of a rule's own case. */
// oxfmt-ignore
const refused: readonly (readonly string[])[] = [
  ["close s0", "at 0 length 0"], ["at 0 length 0 argument null"], ["at 0 length 0 argument unmapped 24"],
  ["open s0 w a", "at 0 length 0"], ["at 0 length 0 reserved1 1"], ["mkdir d", "open s0 r d", "at 0 length 0"],
  ["mkfifo d", "open s0 rw d", "at 0 length 0"], ["open s0 rw other/a", "at 0 length 0"], [`at ${far} length 0`],
  ["at 0 length 0 while denied 0"], ["at 0 length 1"],
];

/** Programs for the rules of the request; that of too many targets has more of them. */
export function requestScenes(targets: 1 | 2): readonly Told[] {
  const onto = Array.from({ length: targets }, () => "s0 at 0").join(", ");
  const many = "dedupe s0 at 0 length 0 onto s0 at 0 x128";
  return [
    { setup: ["open s0 rw a"], call: many },
    ...refused.map((calls) => ({
      setup: ["open s0 rw a", ...calls.slice(0, -1)],
      call: `dedupe s0 ${calls.at(-1)} onto ${onto}`,
    })),
  ];
}
