/**
 * The rules of a dedupe, each with the facts that later rules may read. Found by
 * asking each rule by itself of calls of which nothing but the numbers is known.
 */

import type { CopyOutRule } from "./copy-out-rules.ts";
import { tailLengths } from "./dedupe-rules.ts";
import { everyWay } from "./every-way.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import type { Profile } from "./profile.ts";
import type { Rule } from "./rule.ts";
import { factPlaces, noPremise, Scene } from "./scene.ts";

/** A rule that may decide, and the facts that rules behind it read. */
export interface Later<Row> {
  readonly row: Row;
  /** Their places in `factPlaces`. */
  readonly facts: ReadonlySet<number>;
}

export interface LaterReads {
  readonly ofRequest: readonly Later<Rule<RequestFacts>>[];
  readonly ofEntry: readonly Later<Rule<EntryFacts>>[];
  readonly ofCopyOut: readonly Later<CopyOutRule>[];
}

const worked = new WeakMap<Profile, LaterReads>();

/** Worked out once for each profile. */
export function readLater(profile: Profile): LaterReads {
  const before = worked.get(profile);
  if (before !== undefined) return before;
  const { deciding, copyOut } = profile.tables;
  const scenes = samples.map((sample) => sceneOf(profile, sample));
  const ofCopyOut = behind(copyOut, numbers, scenes, (rule, { request }) => {
    rule.when(request, profile);
  });
  const ofEntry = behind(deciding.entry, numbers, scenes, (rule, { entry }) => {
    rule.when(entry, profile);
    if (compares(rule)) tailLengths(entry, profile);
  });
  const ofRequest = behind(
    deciding.request,
    new Set([...ofEntry.facts, ...ofCopyOut.facts]),
    scenes,
    (rule, { request }) => {
      rule.when(request, profile);
    },
  );
  const reads = { ofRequest: ofRequest.rows, ofEntry: ofEntry.rows, ofCopyOut: ofCopyOut.rows };
  worked.set(profile, reads);
  return reads;
}

/** Whether a rule is asked of bytes, or of what bytes showed to be equal. */
export function compares({ stage }: Rule<EntryFacts>): boolean {
  return stage === "compare" || stage === "share";
}

/** The numbers of a call count to its end. */
const numbers: ReadonlySet<number> = new Set(
  ["offset", "length", "count", "target.offset"].flatMap((fact) => factPlaces.get(fact) ?? []),
);

/** Offset, length and target offset of calls that differ in what rules ask about them. */
const samples = [
  [0n, 131_072n, 0n],
  [0n, 100n, 0n],
  [0n, 0n, 0n],
  [4096n, 8192n, 8192n],
  [0n, 100_000n, 1n << 30n],
  [0n, 1n << 31n, 0n],
] as const;

function sceneOf(profile: Profile, [offset, length, at]: (typeof samples)[number]): Scene {
  return new Scene(
    profile,
    { request: { offset, length, count: 1 }, source: {} },
    { entry: { offset: at }, target: {} },
  );
}

/** The rows, each with what is read behind it; and what they all read, with what is read behind the last. */
function behind<Row>(
  rows: readonly Row[],
  last: ReadonlySet<number>,
  scenes: readonly Scene[],
  ask: (row: Row, scene: Scene) => void,
): { readonly rows: readonly Later<Row>[]; readonly facts: ReadonlySet<number> } {
  let facts = last;
  const found: Later<Row>[] = [];
  for (const row of rows.toReversed()) {
    found.unshift({ row, facts });
    facts = new Set([
      ...facts,
      ...scenes.flatMap((scene) => readsOf(scene, () => ask(row, scene))),
    ]);
  }
  return { rows: found, facts };
}

/** The unknown facts that are read, whatever they are. */
function readsOf(scene: Scene, read: () => void): readonly number[] {
  const facts = new Set<number>();
  everyWay((choose) => {
    const premise = scene.under(noPremise, ({ length }) => choose(length), read);
    for (const [place, pick] of premise?.picks.entries() ?? []) if (pick >= 0) facts.add(place);
  });
  return [...facts];
}
