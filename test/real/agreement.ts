/** Programs run on a file system of some format, whose every answer is held against the model. */

import { linux618Btrfs, newModel, type FormatName } from "../../model/index.ts";
import type { Op } from "../../model/op.ts";
import { check, describe, printEvent, type Event } from "../../replay/index.ts";
import { recipes } from "../../real/formats.ts";
import { observePrograms } from "./observed.ts";

const model = newModel(linux618Btrfs);

/** What the model does not allow, in text, program by program; empty when it allows every answer. */
export function surprises(
  scratch: string,
  format: FormatName,
  programs: readonly (readonly Op[])[],
): readonly string[] {
  const { mkfs, mount } = recipes[format];
  const image = { kind: "btrfs", mkfs, mount: mount.join(",") } as const;
  const observed = observePrograms(scratch, image, programs);
  return programs.flatMap((program, index) => {
    const events = program.map((op, at): Event => {
      return { comments: [], op, outcome: observed[index]?.outcomes[at] };
    });
    const verdict = check(model, { ...recorded, format, events });
    if (verdict.kind === "allowed") return [];
    if (verdict.kind === "undecided") return [verdict.why];
    const lines = events.slice(0, verdict.divergence.at).map((event) => printEvent(event));
    return [[...lines, ...describe(model, verdict.divergence)].join("\n")];
  });
}

const recorded = {
  version: 1,
  target: linux618Btrfs.name,
  block: 4096,
  seed: undefined,
  expect: [],
  comments: [],
  trailing: [],
} as const;
