/**
 * How long it takes to make a finding small on a real file system: bugs of history,
 * planted in a loop-mounted btrfs or XFS.
 *
 * `node dist/test/bench/bank-real.js [SEEDS]`, after `tsc`; as root
 */

import { fileURLToPath } from "node:url";
import { history, type FsKind } from "../../model/index.ts";
import { openImageTarget } from "../../real/index.ts";
import { attack, usual, type Attack } from "./bank-attack.ts";
import { scoreLines } from "./bank-score.ts";
import { inNamespace } from "./in-namespace.ts";
import { planted } from "./planted.ts";

/** Calls to the kill are few for these, so that the time is that of minimising. */
const soon = ["MUT-01", "MUT-02", "MUT-03", "MUT-05", "MUT-06", "MUT-08", "MUT-09", "MUT-10"];
const more = ["MUT-14", "MUT-16", "MUT-21", "MUT-22", "MUT-30"];
const mutants = history.filter(({ id }) => [...soon, ...more].includes(id));

await inNamespace(fileURLToPath(import.meta.url), 1, main);

async function main(seeds: number): Promise<void> {
  const attacks = [...(await attacksOn("btrfs", seeds)), ...(await attacksOn("xfs", seeds))];
  for (const line of scoreLines(attacks)) process.stdout.write(`${line}\n`);
}

async function attacksOn(kind: FsKind, seeds: number): Promise<readonly Attack[]> {
  const attacks: Attack[] = [];
  const real = openImageTarget({ kind, mkfs: [], mount: "", scratch: undefined });
  const each = mutants
    .filter(({ right }) => right.fs === kind)
    .flatMap((mutant) =>
      Array.from({ length: seeds }, (_, index) => ({ mutant, seed: index + 1 })),
    );
  try {
    for (const { mutant, seed } of each) {
      process.stderr.write(`${mutant.id}, seed ${seed}\n`);
      attacks.push(
        await attack(
          mutant,
          seed,
          { ...usual, now: () => performance.now() },
          planted(real, mutant),
        ),
      );
    }
  } finally {
    real.close();
  }
  return attacks;
}
