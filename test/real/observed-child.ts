/** A child of the tests: performs programs on one image, looks at the disk, and prints what it saw. */

import { readFileSync } from "node:fs";
import { isDiskCheck, type Op } from "../../model/op.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { Observation } from "../../real/observer.ts";
import { openImageTarget } from "../../real/targets.ts";
import type { ImageKind, Observed, Step } from "./observed.ts";
import { print, revive } from "../../real/plain-json.ts";

interface Input {
  readonly image: ImageKind;
  readonly programs: readonly (readonly Step[])[];
}

const { image, programs }: Input = JSON.parse(readFileSync(0, "utf8"), revive);
const target = openImageTarget({ ...image, scratch: process.argv[2] });

function observed(program: readonly Step[]): Observed {
  const outcomes: Outcome[] = [];
  const looks: Observation[] = [];
  const complaints: string[] = [];
  const complain = (complaint: string | undefined): void => {
    if (complaint !== undefined) complaints.push(complaint);
  };
  const look = (): void => {
    const { observation, contradictions = [] } = target.observe();
    looks.push(observation);
    for (const { witness, file, text } of contradictions) complain(`${witness} ${file}: ${text}`);
  };
  const perform = (op: Op): void => {
    const outcome = target.perform(op);
    for (const { witness, text } of outcome.contradictions ?? []) complain(`${witness}: ${text}`);
    if (!isDiskCheck(op)) outcomes.push(outcome);
  };
  target.begin();
  for (const step of program) {
    if (step.kind === "look") look();
    else perform(step);
  }
  return { outcomes, looks, complaints };
}

process.stdout.write(print(programs.map(observed)));
target.close();
