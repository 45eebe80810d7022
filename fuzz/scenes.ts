/**
 * Scenes in which versions of the specification part, in the words of traces: what
 * files hold, what is the matter with one of them, and a call. Everything with
 * everything is tried; what a kernel would not let be made is left out.
 */

import { parseCall } from "../replay/index.ts";
import { InvariantError, type DedupeOp, type Op } from "../model/index.ts";

/** Calls that lead to a state, and what may be called there. */
export interface Scene {
  readonly setup: readonly Op[];
  readonly calls: readonly DedupeOp[];
}

/** What s0, the source, and s1, the target, hold. The target is `b`, or the source itself. */
interface World {
  readonly target: "a" | "b";
  readonly calls: readonly string[];
  /** Whether everything that may be the matter is tried here. */
  readonly plain?: true;
}

// oxfmt-ignore
const worlds: readonly World[] = [
  { target: "b", calls: [], plain: true },
  { target: "a", calls: ["write s0 at 0 length 4K pattern 1"] },
  { target: "a", calls: ["write s0 at 0 length 8K pattern 1"], plain: true },
  { target: "a", calls: ["write s0 at 0 length 8K pattern 1 except 4K"] },
  { target: "a", calls: ["write s0 at 0 length 8292 pattern 1"] },
  { target: "a", calls: ["truncate s0 length 40M"] },
  { target: "a", calls: ["truncate s0 length 4G"] },
  { target: "b", calls: ["write s0 at 0 length 4K pattern 1", "write s1 at 0 length 4K pattern 1"], plain: true },
  { target: "b", calls: ["write s0 at 0 length 100 pattern 1", "write s1 at 0 length 100 pattern 1"] },
  { target: "b", calls: ["write s0 at 0 length 100 pattern 1", "write s1 at 0 length 4K pattern 1"] },
  { target: "b", calls: ["write s0 at 0 length 100 pattern 1", "write s1 at 0 length 4K pattern 2"] },
  { target: "b", calls: ["write s0 at 0 length 4K pattern 1", "write s1 at 0 length 100 pattern 1"] },
  { target: "b", calls: ["write s0 at 0 length 4196 pattern 1", "write s1 at 0 length 4196 pattern 1"] },
  { target: "b", calls: ["write s0 at 0 length 4196 pattern 1", "write s1 at 0 length 8K pattern 1"] },
];

/** Limits, which count wherever there are bytes. */
const limits: readonly (readonly string[])[] = [[], ["limit 0"], ["limit 4K"]];

/** What is the matter with the source or the target; TARGET is its name. */
// oxfmt-ignore
const matters: readonly (readonly string[])[] = [
  ["open s0 w a"], ["open s0 r ro/a"], ["open s0 rw path a"], ["open s0 rw bind/a"], ["close s0"],
  ["mkdir c", "open s0 r c"], ["mkfifo c", "open s0 rw c"], ["open s0 rw other/a"],
  ["open s0 rw other/a", "open s1 rw other/a"], ["open s0 rw other/a", "open s1 rw other/b"],
  ["open s1 r TARGET"], ["open s1 w TARGET"], ["open s1 rw append TARGET"], ["open s1 rw path TARGET"],
  ["open s1 rw bind/TARGET"], ["open s1 r ro/TARGET"], ["close s1"],
  ["open s0 r ro/a", "open s1 r ro/TARGET"],
  ["mkdir c", "open s1 r c"], ["mkfifo c", "open s1 rw c"], ["open s1 rw other/b"], ["open s1 rw other/b", "write s1 at 0 length 4K pattern 1"],
  ["open s1 r TARGET", "as user"], ["as user"],
  ["chown s1 user", "open s1 r TARGET", "as user"], ["chmod s1 666", "open s1 r TARGET", "as user"],
  ["chattr s1 +i"], ["chattr s1 +a"],
  ["open s1 rw c", "nocow s1", "write s1 at 0 length 4K pattern 1"],
  ["open s0 rw c", "nocow s0", "write s0 at 0 length 4K pattern 1", "open s1 rw d", "nocow s1", "write s1 at 0 length 32K pattern 1"],
];

/** Scenes that are whole: a snapshot that cannot be written to. */
const snapshot = [
  "subvolume v",
  "open s0 rw v/a",
  "write s0 at 0 length 8K pattern 1",
  "snapshot v w read-only",
  "open s1 r w/a",
];

const few = ["0", "1", "4K"];
const many = ["100", "4097", "4196", "8K", "17M", "2G"];
// oxfmt-ignore
const offsets = [
  ["0", "0"], ["0", "4K"], ["4K", "0"], ["4K", "4K"], ["1", "0"], ["0", "1"], ["0", "8K"], ["8K", "0"], ["0", "20M"], ["0", "2G"],
] as const;

const far = "0x8000000000000000";

// oxfmt-ignore
const oddCalls: readonly string[] = [
  `dedupe s0 at ${far} length 0 onto s1 at 0`, `dedupe s0 at 0 length ${far} onto s1 at 0`, `dedupe s0 at ${far} length 0 onto none`,
  ...["0", "4K"].flatMap((length) => [
    `dedupe s0 at 0 length ${length} onto none`,
    `dedupe s0 at 0 length ${length} onto closed at 0`,
    `dedupe s0 at 0 length ${length} onto s1 at 0, closed at 0`,
    `dedupe s0 at 0 length ${length} onto s1 at ${far}`,
    `dedupe s0 at 0 length ${length} onto s1 at ${far} reserved 1`,
    `dedupe s0 at 0 length ${length} onto s1 at ${far}, s1 at 0`,
    `dedupe s0 at 0 length ${length} onto s1 at 0 reserved 1`,
    `dedupe s0 at 0 length ${length} reserved1 1 onto s1 at 0`,
    `dedupe s0 at 0 length ${length} reserved2 1 onto s1 at 0`,
    `dedupe s0 at 0 length ${length} argument null onto s1 at 0`,
    `dedupe s0 at 0 length ${length} argument read-only 0 onto s1 at 0`,
    `dedupe s0 at 0 length ${length} while frozen onto s1 at 0`,
    `dedupe s0 at 0 length ${length} while frozen onto s1 at ${far}`,
    `dedupe s0 at 0 length ${length} while denied 0 onto s1 at 0`,
    `dedupe s0 at 0 length ${length} while denied 1 onto s1 at 0`,
    `dedupe s0 at 0 length ${length} while swapping s1 onto s1 at 0`,
  ]),
];

/** Longer than a page. */
const manyTargets = "dedupe s0 at 0 length 4K onto s1 at 0 x128";

/** Every scene. */
export function scenes(): readonly Scene[] {
  const short = callsOf(few);
  const calls = [...short, ...callsOf(many)];
  const odd = [...short, ...oddCalls.map(dedupeOf)];
  return [
    ...worlds.flatMap((world) => limits.map((limit) => sceneOf(world, limit, calls))),
    ...worlds.flatMap((world) =>
      world.plain === true ? [[], ...matters].map((matter) => sceneOf(world, matter, odd)) : [],
    ),
    ...worlds.slice(0, 2).map((world) => sceneOf(world, [], [dedupeOf(manyTargets)])),
    { setup: snapshot.map(opOf), calls: [...odd, dedupeOf(sending)] },
  ];
}

const sending = "dedupe s0 at 0 length 4K while sending w onto s1 at 4K";

function sceneOf(
  { target, calls: contents }: World,
  matter: readonly string[],
  calls: readonly DedupeOp[],
): Scene {
  const setup = [
    "open s0 rw a",
    `open s1 rw ${target}`,
    ...contents,
    ...matter.map((call) => call.replace("TARGET", target)),
  ];
  return { setup: setup.map(opOf), calls };
}

function callsOf(lengths: readonly string[]): readonly DedupeOp[] {
  return lengths.flatMap((length) =>
    offsets.map(([from, onto]) =>
      dedupeOf(`dedupe s0 at ${from} length ${length} onto s1 at ${onto}`),
    ),
  );
}

function dedupeOf(text: string): DedupeOp {
  const op = opOf(text);
  if (op.kind !== "dedupe") throw new InvariantError(`no dedupe: ${text}`);
  return op;
}

/** A call in the words of a trace. Throws InvariantError for words that are none. */
export function opOf(text: string): Op {
  const known = told.get(text);
  if (known !== undefined) return known;
  const parsed = parseCall(text);
  if (parsed.kind === "invalid") throw new InvariantError(`${text}: ${parsed.message}`);
  told.set(text, parsed.value);
  return parsed.value;
}

/** Calls that were told before: scenes say the same again and again. */
const told = new Map<string, Op>();
