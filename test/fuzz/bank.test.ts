import { expect, test } from "vitest";
import { bank, history, untold } from "../../model/index.ts";
import { attack, mutants } from "../bench/bank-attack.ts";
import { sameOnFacts } from "../bench/same-on-facts.ts";

test("every bug that is known of is in the bank, or said why it cannot be told", () => {
  const ids = [...history, ...untold].map(({ id }) => id).toSorted();
  expect(ids).toEqual(
    Array.from({ length: 36 }, (_, index) => `MUT-${String(index + 1).padStart(2, "0")}`),
  );
});

test("a mutant has an id of its own, and is not what it is held to", () => {
  const all = bank();
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all.filter(({ kernel, right }) => kernel === right)).toEqual([]);
  expect(all.length).toBeGreaterThan(450);
});

test("a mutant is called the same on any facts where no call tells it, and there alone", () => {
  const told = "swap-D5-D6 drop-FS-03 drop-D9 drop-G11b answer-B4 cap-1 targets--1 share-by-steps";
  const never = "drop-D3 swap-H8-H9 drop-B4";
  const same = (ids: string): readonly string[] =>
    ids.split(" ").filter((id) => {
      const mutant = mutants.get(id);
      if (mutant === undefined) throw new Error(`there is no ${id}`);
      return sameOnFacts(mutant);
    });
  expect(same(told)).toEqual([]);
  expect(same(never)).toEqual(never.split(" "));
});

/** Those that are found within some hundred calls; `npm run bench:bank` has them all. */
const soon = "MUT-01 MUT-02 MUT-03 MUT-05 MUT-08 MUT-09 MUT-10 MUT-14 MUT-16 MUT-21 MUT-22";

test.each(soon.split(" ").map((id) => ({ id })))("$id is found, and made small", async ({ id }) => {
  const mutant = history.find((one) => one.id === id);
  if (mutant === undefined) throw new Error(`there is no ${id}`);
  const { kill, ops } = await attack(mutant, 1);
  expect(ops).toBeLessThanOrEqual(20_000);
  expect(kill?.calls).toBeLessThanOrEqual(8);
  expect(kill?.trials).toBeLessThanOrEqual(300);
});
