/**
 * Where a campaign's programs come from: made anew, made with some kinds of calls
 * left out, or made of programs that reached something new before.
 */

import fc from "fast-check";
import seedrandom from "seedrandom";
import type { Op } from "../model/index.ts";
import type { Allowed } from "../replay/index.ts";
import { Kept } from "./kept.ts";
import { mutated, without } from "./mutate.ts";
import { partitionsOf } from "./partitions.ts";
import type { Program } from "./program.ts";
import { Yields } from "./yields.ts";

/** Made anew; made anew with kinds of calls left out; or made of kept ones. */
type Way = "anew" | "without kinds" | "of kept";

const none: Program = { intents: [], wanted: undefined };

/** Calls of a program up to the last one that reached something which nobody had, and what all of them reached so. */
export interface Worth {
  readonly calls: number;
  readonly parts: readonly string[];
}

const nothing: Worth = { calls: 0, parts: [] };

export class ProgramSource {
  private readonly arbitrary: fc.Arbitrary<Program>;
  private readonly maxOps: number;
  private readonly guided: boolean;
  private readonly kept = new Kept();
  private reached = new Set<string>();
  private readonly yields = new Yields<Way>(["anew", "without kinds", "of kept"]);
  /** How the program was made; undefined of one that was told. */
  private way: Way | undefined;
  /** Parts that none before this program had reached. */
  private fresh = 0;
  private used = 0;
  /** Parts that others of the campaign have reached. */
  private readonly elsewhere = new Set<string>();
  /** Calls of the program so far, and what nobody had reached before it. */
  private calls = 0;
  private worth = nothing;
  private program = none;

  constructor(arbitrary: fc.Arbitrary<Program>, maxOps: number, guided: boolean) {
    this.arbitrary = arbitrary;
    this.maxOps = maxOps;
    this.guided = guided;
  }

  /** How many different parts were reached. */
  get parts(): number {
    return this.kept.parts.size;
  }

  /** The program of a seed, after all those before it. */
  next(seed: number): Program {
    return this.begun(this.made(seed));
  }

  /** A program that was not made here, of calls as they are. */
  told(program: readonly Op[]): void {
    this.way = undefined;
    this.begun({ intents: program.map((op) => ({ kind: "call", op })), wanted: undefined });
  }

  /** Others have kept programs for these parts. */
  know(parts: readonly string[]): void {
    for (const part of parts) this.elsewhere.add(part);
  }

  private begun(program: Program): Program {
    this.reached = new Set();
    this.calls = 0;
    this.worth = nothing;
    this.fresh = 0;
    this.program = program;
    return program;
  }

  private made(seed: number): Program {
    const [made = none] = fc.sample(this.arbitrary, { seed, numRuns: 1 });
    if (!this.guided) return made;
    const random = seedrandom(String(seed));
    const choose = (bound: number): number => Math.floor(random() * bound);
    const way = this.kept.programs.length === 0 ? "anew" : this.yields.pick(random());
    this.way = way;
    if (way === "of kept")
      return { intents: mutated(this.kept.programs, choose, this.maxOps), wanted: made.wanted };
    if (way === "without kinds") return { ...made, intents: without(made.intents, choose) };
    return made;
  }

  /** Counts a call that was allowed, made of the first `used` intents of the program. */
  count(call: Allowed, used: number): void {
    this.calls++;
    for (const part of partitionsOf(call)) {
      this.reached.add(part);
      if (!this.kept.count(part)) continue;
      this.fresh++;
      this.used = used;
      if (!this.elsewhere.has(part))
        this.worth = { calls: this.calls, parts: [...this.worth.parts, part] };
    }
  }

  /**
   * The program that was given last has run: it is kept when it reached something
   * new, up to the last of its calls that did. Gives what nobody else has reached.
   */
  ran(): Worth {
    if (!this.guided) return nothing;
    if (this.way !== undefined) this.yields.count(this.way, this.fresh, this.calls);
    if (this.fresh === 0) return nothing;
    this.kept.keep(this.program, this.used, this.reached);
    return this.worth;
  }
}
