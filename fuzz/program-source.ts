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

/** Of so many programs, so many are made of kept ones, and so many leave kinds of calls out. */
const turns = 8;
const mutatedTurns = 3;
const swarmTurns = 2;

const none: Program = { intents: [], wanted: undefined };

export class ProgramSource {
  private readonly arbitrary: fc.Arbitrary<Program>;
  private readonly maxOps: number;
  private readonly guided: boolean;
  private readonly kept = new Kept();
  private reached = new Set<string>();
  private isNew = false;
  private used = 0;
  /** Calls of the program so far, and up to the last one that reached something new. */
  private calls = 0;
  private worth = 0;
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
    this.begun({ intents: program.map((op) => ({ kind: "call", op })), wanted: undefined });
  }

  private begun(program: Program): Program {
    this.reached = new Set();
    this.calls = 0;
    this.isNew = false;
    this.program = program;
    return program;
  }

  private made(seed: number): Program {
    const [made = none] = fc.sample(this.arbitrary, { seed, numRuns: 1 });
    if (!this.guided) return made;
    const random = seedrandom(String(seed));
    const choose = (bound: number): number => Math.floor(random() * bound);
    const turn = choose(turns);
    if (turn < mutatedTurns && this.kept.programs.length > 0)
      return { intents: mutated(this.kept.programs, choose, this.maxOps), wanted: made.wanted };
    if (turn < mutatedTurns + swarmTurns)
      return { ...made, intents: without(made.intents, choose) };
    return made;
  }

  /** Counts a call that was allowed, made of the first `used` intents of the program. */
  count(call: Allowed, used: number): void {
    this.calls++;
    for (const part of partitionsOf(call)) {
      this.reached.add(part);
      if (!this.kept.count(part)) continue;
      this.isNew = true;
      this.used = used;
      this.worth = this.calls;
    }
  }

  /**
   * The program that was given last has run: it is kept when it reached something
   * new, up to the last of its calls that did. Gives how many calls are kept.
   */
  ran(): number {
    const isKept = this.guided && this.isNew;
    if (isKept) this.kept.keep(this.program, this.used, this.reached);
    this.isNew = false;
    return isKept ? this.worth : 0;
  }
}
