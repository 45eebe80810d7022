/**
 * Our minimiser held against fast-check's own shrinking, from the same programs: the
 * first that finds each of some bugs of history.
 *
 * `node dist/test/bench/bank-shrinking.js`, after `tsc`
 */

import fc from "fast-check";
import { programs, resolver, type Program } from "../../fuzz/index.ts";
import { history, newModel, type FileSystemUnderTest, type Mutant } from "../../model/index.ts";
import { lockstep, minimise, simulate, type Event } from "../../replay/index.ts";

const ids = "MUT-01 MUT-03 MUT-05 MUT-06 MUT-08 MUT-10 MUT-13 MUT-24 MUT-25 MUT-30".split(" ");

/** Programs among which one has to be found, and calls of one at most. */
const maxPrograms = 5_000;
const maxOps = 200;

/** Milliseconds that either may take. */
const maxMilliseconds = 60_000;

interface Made {
  /** Runs of programs. */
  readonly runs: number;
  readonly calls: number;
  readonly isOver: boolean;
}

process.stdout.write("mutant  calls   fast-check: runs  calls   ours: runs  calls\n");
for (const mutant of history.filter(({ id }) => ids.includes(id))) {
  const target = simulate(mutant.kernel, () => 0);
  const first = firstFound(mutant, target);
  if (first === undefined) continue;
  const theirs = shrunk(mutant, target, first.seed);
  const ours = minimised(mutant, target, first.events);
  const cells = [
    mutant.id,
    String(first.events.length).padStart(6),
    `${theirs.runs}${theirs.isOver ? "" : "+"}`.padStart(18),
    String(theirs.calls).padStart(6),
    String(ours.runs).padStart(12),
    String(ours.calls).padStart(6),
  ];
  process.stdout.write(`${cells.join(" ")}\n`);
}

function arbitraryFor(target: FileSystemUnderTest): fc.Arbitrary<Program> {
  return programs(maxOps, target);
}

/** The calls of a program, up to one that diverges; undefined where none does. */
function diverging(
  { right }: Mutant,
  target: FileSystemUnderTest,
  program: Program,
): readonly Event[] | undefined {
  const model = newModel(right);
  target.begin();
  const { next } = resolver(model, program, target);
  const { events, divergence } = lockstep(model, target, next, "all");
  return divergence === undefined ? undefined : events;
}

function firstFound(
  mutant: Mutant,
  target: FileSystemUnderTest,
): { readonly seed: number; readonly events: readonly Event[] } | undefined {
  for (let seed = 1; seed <= maxPrograms; seed++) {
    const [program] = fc.sample(arbitraryFor(target), { seed, numRuns: 1 });
    const events = program === undefined ? undefined : diverging(mutant, target, program);
    if (events !== undefined) return { seed, events };
  }
  return undefined;
}

/** What fast-check makes of the program of a seed; it may end with another bug than it began with. */
function shrunk(mutant: Mutant, target: FileSystemUnderTest, seed: number): Made {
  let runs = 0;
  let calls = Infinity;
  const property = fc.property(arbitraryFor(target), (program) => {
    runs++;
    const events = diverging(mutant, target, program);
    if (events !== undefined) calls = events.length;
    return events === undefined;
  });
  const { interrupted } = fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: maxMilliseconds,
  });
  return { runs, calls, isOver: !interrupted };
}

function minimised({ right }: Mutant, target: FileSystemUnderTest, events: readonly Event[]): Made {
  const now = (): number => performance.now();
  const small = minimise(
    newModel(right),
    target,
    events.map(({ op }) => op),
    { maxTrials: 10_000, maxMilliseconds, now, compared: "all" },
  );
  return { runs: small?.trials ?? 0, calls: small?.events.length ?? Infinity, isOver: true };
}
