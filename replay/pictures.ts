/** What calls did to where files lie, drawn before and behind each. */

import {
  formats,
  initialOn,
  layoutsOf,
  type FormatName,
  type Model,
  type Op,
  type State,
} from "../model/index.ts";
import { advance } from "./check.ts";
import { picture, pictureKey, type Letters } from "./picture.ts";
import type { Event } from "./trace.ts";

/** Lines for each call that shared, by the index of its event: before it, and behind it. */
export function picturesOf(
  model: Model,
  format: FormatName,
  events: readonly Event[],
): ReadonlyMap<number, readonly string[]> {
  const drawn = new Map<number, readonly string[]>();
  let state = initialOn(formats[format]);
  for (const [index, { op, outcome }] of events.entries()) {
    if (outcome === undefined) break;
    const step = advance(model, [state], op, outcome, index + 1);
    if (step.kind === "undecided") break;
    const allowed = step.kind === "diverged";
    const after = allowed ? step.divergence.allowed[0]?.state : step.worlds[0];
    if (after === undefined) break;
    if (shares(op)) drawn.set(index, beforeAndAfter(state, after));
    else if (op.kind === "observe" && outcome.layout !== undefined && allowed) {
      drawn.set(index, [
        ...titled("    allowed", layoutsOf(state)),
        ...titled("    seen on the disk", outcome.layout),
        ...pictureKey,
      ]);
    }
    state = after;
  }
  return drawn;
}

/** The pictures of a finding: of the last call that shared, and of what was seen instead. */
export function lastPictures(
  model: Model,
  format: FormatName,
  events: readonly Event[],
): readonly string[] {
  const drawn = picturesOf(model, format, events);
  return [...drawn]
    .slice(-2)
    .flatMap(([index, lines]) => [`layout     at call ${index + 1}`, ...lines]);
}

function shares({ kind }: Op): boolean {
  return kind === "dedupe" || kind === "clone";
}

function beforeAndAfter(before: State, after: State): readonly string[] {
  const names: Letters = new Map();
  const old = picture(layoutsOf(before), names);
  const now = picture(layoutsOf(after), names);
  if (old.join() === now.join()) return ["    before and after", ...old, ...pictureKey];
  return ["    before", ...old, "    after", ...now, ...pictureKey];
}

function titled(title: string, files: Parameters<typeof picture>[0]): readonly string[] {
  return [title, ...picture(files, new Map())];
}
