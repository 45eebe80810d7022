/** Programs run on a file system of some format, whose every answer is held against the model. */

import { formats, newModel, profileFor, type FormatName } from "../../model/index.ts";
import type { Op } from "../../model/op.ts";
import { check, describe, printEvent, type Event } from "../../replay/index.ts";
import { recipes } from "../../real/formats.ts";
import { observePrograms } from "./observed.ts";

/** What the model does not allow, in text, program by program; empty when it allows every answer. */
export function surprises(
  scratch: string,
  format: FormatName,
  programs: readonly (readonly Op[])[],
): readonly string[] {
  const { fs, block } = formats[format];
  const { mkfs, mount } = recipes[format];
  const model = newModel(profileFor(fs));
  const image = { kind: fs, mkfs, mount: mount.join(",") };
  const observed = observePrograms(scratch, image, programs);
  return programs.flatMap((program, index) => {
    const events = program.map((op, at): Event => {
      return { comments: [], op, outcome: observed[index]?.outcomes[at] };
    });
    const recorded = { ...untold, target: model.profile.name, block: Number(block), format };
    const verdict = check(model, { ...recorded, events });
    if (verdict.kind === "allowed") return [];
    if (verdict.kind === "undecided") return [verdict.why];
    const lines = events.slice(0, verdict.divergence.at).map((event) => printEvent(event));
    return [[...lines, ...describe(model, verdict.divergence)].join("\n")];
  });
}

const untold = { version: 1, seed: undefined, expect: [], comments: [], trailing: [] } as const;
