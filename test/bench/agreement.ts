/** Holds machine and stepper of every profile together: `node dist/test/bench/agreement.js [CALLS]`, calls of a dedupe for each profile. */

import { profiles } from "../../model/index.ts";
import { disagreements } from "../model/agreement.ts";
import { generatedDedupes } from "../model/generated.ts";

/** Programs that are made at once. */
const programsAtOnce = 250;

const wanted = Number(process.argv[2] ?? 100_000);

for (const profile of profiles) {
  const began = performance.now();
  const found: string[] = [];
  let calls = 0;
  for (let seed = 1; calls < wanted; seed++) {
    const dedupes = generatedDedupes(programsAtOnce, profile, seed);
    found.push(...disagreements(profile, dedupes));
    calls += dedupes.length;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${profile.name.padEnd(18)} ${calls} calls, ${found.length} disagreements, ${seconds} s`,
  );
  for (const line of found.slice(0, 5)) console.log(`  ${line}`);
  if (found.length > 0) process.exitCode = 1;
}
