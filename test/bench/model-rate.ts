/** How fast the model is when it runs alone. */

import { callOf, type Model, type Op } from "../../model/index.ts";
import { median } from "./median.ts";
import { timed } from "./rounds.ts";

/** Steps that are taken at least. */
const enoughSteps = 4_000_000;

/** Steps a second: the median over passes through a program, without the first quarter of them. */
export function modelRate(model: Model, program: readonly Op[]): number {
  const rates: number[] = [];
  for (let done = 0; done < enoughSteps;) {
    let steps = 0;
    const taken = timed(() => {
      steps = stepAll(model, program);
    });
    rates.push((1000 * steps) / taken);
    done += steps;
  }
  return median(rates.slice(rates.length / 4));
}

/** How many steps the model takes for a program: one for each call, and one for each further target. */
function stepAll(model: Model, program: readonly Op[]): number {
  let steps = 0;
  let { initial: state } = model;
  for (const op of program) {
    let call = callOf(op);
    for (let running = true; running;) {
      const [branch] = model.step(state, call);
      ({ state } = branch);
      steps++;
      if (branch.kind === "yielded") ({ call } = branch);
      else running = false;
    }
  }
  return steps;
}
