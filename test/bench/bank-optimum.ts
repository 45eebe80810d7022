/**
 * The fewest calls that tell a mutant, by trying every program of a small alphabet:
 * what the minimiser should come to.
 *
 * `node dist/test/bench/bank-optimum.js [CALLS]`, after `tsc`
 */

import { history, newModel, type Mutant, type Op } from "../../model/index.ts";
import { lockstep, simulate } from "../../replay/index.ts";
import { parseCall } from "../../replay/parse-call.ts";

const calls = [
  "open s1 rw b",
  "open s1 rw bind/a",
  "write s0 at 0 length 4K pattern 1",
  "write s0 at 0 length 8K pattern 1",
  "write s0 at 0 length 8K pattern 1 except 0",
  "write s0 at 0 length 4097 pattern 1",
  "write s0 at 0 length 4K pattern 2",
  "write s1 at 0 length 4K pattern 1",
  "write s1 at 0 length 1 pattern 1",
  "truncate s0 length 8K",
  "fallocate s0 prealloc at 4K length 4K",
  "nocow s0",
  "dedupe s0 at 0 length 4K onto s0 at 4K",
  "dedupe s0 at 4K length 4K onto s0 at 0",
  "dedupe s0 at 4K length 1 onto s0 at 0",
  "dedupe s0 at 0 length 1 onto s0 at 4K",
  "dedupe s0 at 0 length 0 onto s0 at 0x8000000000000000",
  "dedupe s0 at 0 length 0 onto s0 at 0",
  "dedupe s0 at 0 length 4K onto s1 at 0",
  "dedupe s1 at 0 length 1 onto s0 at 0",
  "observe",
].map(parsed);

const first = parsed("open s0 rw a");

/** Mutants that the alphabet can tell. */
const ids =
  "MUT-01 MUT-03 MUT-05 MUT-06 MUT-08 MUT-09 MUT-10 MUT-13 MUT-14 MUT-16 MUT-21 MUT-25 MUT-30";

const most = Number(process.argv[2] ?? "5");
for (const mutant of history.filter(({ id }) => ids.split(" ").includes(id))) {
  const found = shortest(mutant);
  process.stdout.write(
    `${mutant.id}  ${found === undefined ? `more than ${most}` : String(found)}\n`,
  );
}

function parsed(text: string): Op {
  const call = parseCall(text);
  if (call.kind === "invalid") throw new Error(call.message);
  return call.value;
}

/** Calls of the shortest program that diverges, with the look that shows it; undefined: none has so few. */
function shortest({ kernel, right }: Mutant): number | undefined {
  const model = newModel(right);
  const target = simulate(kernel, () => 0);
  const tried = (program: readonly Op[]): boolean => {
    target.begin();
    const { divergence } = lockstep(model, target, (_state, at) => program[at], "answers");
    return divergence?.at === program.length;
  };
  const looks: readonly Op[] = [parsed("inspect s0 at 0 length 8K"), ...calls];
  for (let length = 1; length <= most; length++) {
    if (programs(length - 1).some((program) => looks.some((last) => tried([...program, last]))))
      return length;
  }
  return undefined;
}

/** Every program of so many calls. */
function programs(length: number): readonly (readonly Op[])[] {
  if (length <= 0) return [[]];
  if (length === 1) return [[first]];
  return programs(length - 1).flatMap((program) => calls.map((call) => [...program, call]));
}
