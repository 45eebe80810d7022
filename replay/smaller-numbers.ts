/** Passes that make the numbers of a program smaller and rounder. */

import { roundUp, type Op } from "../model/index.ts";
import { fieldsOf, withFields, type Field } from "./fields.ts";

/** Programs are made simpler for blocks of this size, in bytes, whatever they run on. */
export const block = 4096n;
export const twoBlocks: bigint = 2n * block;

/** Every number, or those of one value, in whole blocks: up, for what is an end of file stays one then. */
export function* inBlocks(program: readonly Op[]): Iterable<readonly Op[]> {
  const odd = fieldsOf(program).filter(({ value }) => value % block !== 0n && value < maxRounded);
  if (odd.length === 0) return;
  yield roundedUp(program, odd);
  for (const value of new Set(odd.map((field) => field.value))) {
    yield roundedUp(
      program,
      odd.filter((field) => field.value === value),
    );
  }
}

/** Numbers from here on are rounded no more: they may overflow. */
const maxRounded = 1n << 62n;

function roundedUp(program: readonly Op[], fields: readonly Field[]): readonly Op[] {
  return withFields(
    program,
    fields.map((field) => [field, roundUp(field.value, block)]),
  );
}

/** All numbers of one value smaller and rounder: a length that is written, and the one that is shared. */
export function* smallerAlike(program: readonly Op[]): Iterable<readonly Op[]> {
  const fields = fieldsOf(program);
  for (const value of new Set(fields.map((field) => field.value))) {
    const alike = fields.filter((field) => field.value === value);
    if (alike.length < 2) continue;
    for (const less of lower(value)) {
      yield withFields(
        program,
        alike.map((field) => [field, less]),
      );
    }
  }
}

/** One number smaller and rounder. */
export function* smaller(program: readonly Op[]): Iterable<readonly Op[]> {
  for (const field of fieldsOf(program)) {
    for (const value of lower(field.value)) yield withFields(program, [[field, value]]);
  }
}

/**
 * Several numbers smaller by as much: all that are not below one of them, or two. The
 * largest first: by a small one they would go down in steps without number.
 */
export function* smallerTogether(program: readonly Op[]): Iterable<readonly Op[]> {
  const fields = fieldsOf(program);
  const values = fields
    .map((field) => field.value)
    .toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  for (const least of new Set(values)) {
    const others = fields.filter((field) => field.value >= least);
    const places = others.filter((field) => field.isPosition);
    for (const value of below(least)) {
      yield* lowered(program, others, least - value);
      yield* lowered(program, places, least - value);
    }
  }
  if (fields.length > fewFields) return;
  for (const [index, first] of fields.entries()) {
    for (const second of fields.slice(index + 1)) {
      const least = first.value < second.value ? first.value : second.value;
      for (const value of below(least)) yield* lowered(program, [first, second], least - value);
    }
  }
}

/** Numbers of a program of which `smallerTogether` looks at every pair, at most. */
const fewFields = 8;

/** None where a number of whole blocks would be none any more: that way lies no end. */
function* lowered(
  program: readonly Op[],
  fields: readonly Field[],
  by: bigint,
): Iterable<readonly Op[]> {
  const breaks = fields.some(({ value }) => value % block === 0n && (value - by) % block !== 0n);
  if (breaks) return;
  yield withFields(
    program,
    fields.map((field) => [field, field.value - by]),
  );
}

/**
 * Simpler numbers, best first: nothing, one block, two, half of it, a block less; for
 * a number that is no whole blocks the next ones that are; only then smaller ones that
 * are not. Whole blocks never become anything else, so that this comes to an end.
 */
function* lower(value: bigint): Iterable<bigint> {
  const half = roundUp(value / 2n, block);
  const far = value > farFrom ? nearer(value) : [];
  const whole = [0n, block, twoBlocks, ...far, half, ...lessAndLess(value), value - block];
  const odd = value % block;
  if (odd === 0n) {
    for (const each of new Set(whole)) if (each >= 0n && each < value) yield each;
    return;
  }
  const wholes = [...whole.slice(0, -1), value - odd];
  if (value < maxRounded) wholes.push(value - odd + block);
  for (const each of new Set(wholes)) yield each;
  const odds = [
    1n,
    value - odd + 1n,
    value - odd / 2n,
    value - odd / 8n,
    value - odd / 64n,
    value - 1n,
  ];
  for (const each of new Set(odds)) {
    if (each < value && each % block !== 0n) yield each;
  }
}

/** From here on, bytes, a number may also become one of a few blocks, or a rounder one, at once. */
const farFrom = 1n << 20n;

/** A few blocks; the power of two that is not above it, and a block more. */
function nearer(value: bigint): readonly bigint[] {
  const round = 1n << BigInt(value.toString(2).length - 1);
  return [4n * block, 16n * block, round, round + block];
}

/** Less by an eighth, by an eighth of that, and so on: steps of one block alone have no end. */
function* lessAndLess(value: bigint): Iterable<bigint> {
  for (let by = value / 8n; by > block; by /= 8n) yield value - roundUp(by, block);
}

/** Simpler numbers that are smaller, too: others that are lowered by as much grow by none. */
function below(value: bigint): readonly bigint[] {
  return [...lower(value)].filter((each) => each < value);
}
