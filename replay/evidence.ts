/** The traces that show rules at work: in a folder, one file for each rule, named by its id. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Op, RuleText } from "../model/index.ts";
import { programsIn } from "./kept-traces.ts";
import { parseTrace } from "./parse.ts";

export interface RuleTrace {
  /** The file, as it is named from the folder above `rules`. */
  readonly name: string;
  /** What it was recorded on, as in its header. */
  readonly target: string;
  readonly text: string;
}

/** The trace of a rule below `corpus`; undefined where there is none that can be read. */
export function ruleTrace(corpus: string, { id }: RuleText): RuleTrace | undefined {
  const name = join("corpus", "rules", `${id}.trace`);
  try {
    const text = readFileSync(join(corpus, "rules", `${id}.trace`), "utf8");
    const parsed = parseTrace(text);
    return parsed.kind === "trace" ? { name, target: parsed.trace.target, text } : undefined;
  } catch {
    return undefined;
  }
}

/** The calls of every such trace below `corpus`: programs that come to each rule and clause. */
export function rulePrograms(corpus: string): readonly (readonly Op[])[] {
  return programsIn(join(corpus, "rules")).programs.map(({ ops }) => ops);
}
