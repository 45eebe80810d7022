/** A real file system with a bug planted: where the simulated kernel with the bug answers otherwise than a right one, it has the word. */

import type { FileSystemUnderTest, Op, Outcome } from "../../model/index.ts";
import type { Mutant } from "../../model/index.ts";
import { difference, simulate } from "../../replay/index.ts";

export function planted(real: FileSystemUnderTest, { kernel, right }: Mutant): FileSystemUnderTest {
  const wrong = simulate(kernel, () => 0);
  const expected = simulate(right, () => 0);
  const all = [real, wrong, expected];
  const own: Partial<FileSystemUnderTest> = {
    use: (format) => {
      for (const each of all) each.use(format);
    },
    begin: () => {
      for (const each of all) each.begin();
    },
    fresh: () => {
      for (const each of all) each.fresh();
    },
    revisit: (place) => {
      for (const each of all) each.revisit(place);
    },
    perform: (op: Op): Outcome => {
      const [outcome, lie, truth] = [real.perform(op), wrong.perform(op), expected.perform(op)];
      return difference(truth, lie) === undefined ? outcome : lie;
    },
    holds: (...asked) =>
      real.holds(...asked) && (wrong.holds(...asked) || !expected.holds(...asked)),
  };
  return new Proxy(real, {
    get: (whole, name) => {
      const value: unknown = Reflect.get(Object.hasOwn(own, name) ? own : whole, name);
      return typeof value === "function" && !Object.hasOwn(own, name) ? value.bind(whole) : value;
    },
  });
}
