/** What other versions of the specification say of a call of a trace. */

import {
  initialOn,
  newModel,
  profileOf,
  ruleText,
  type Profile,
  type State,
} from "../model/index.ts";
import { allowedTexts } from "./allowed-text.ts";
import { advance, everyBranch, stateBehind } from "./check.ts";
import { labelled } from "./columns.ts";
import { formatIn, type Trace } from "./trace.ts";

/** What one of them says. */
export interface Opinion {
  readonly profile: string;
  /** Whether it allows what came back; undefined where that is not known, or the trace cannot be followed. */
  readonly allows: boolean | undefined;
  /** What it allows, with the rules; or why it says nothing. */
  readonly says: readonly string[];
}

export type Opinions =
  | { readonly kind: "opinions"; readonly opinions: readonly Opinion[] }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** Of profiles by their names, in a list with commas; `at` counts calls from 1, and is one of the trace's. */
export function opinionsOf(names: string, trace: Trace, at: number): Opinions {
  const wanted = names.split(",");
  const unknown = wanted.find((name) => profileOf(name) === undefined);
  if (unknown !== undefined) {
    return {
      kind: "invalid",
      message: `--profiles names ${JSON.stringify(unknown)}, which is no profile`,
    };
  }
  const profiles = wanted.flatMap((name) => profileOf(name) ?? []);
  return { kind: "opinions", opinions: profiles.map((profile) => opinionOf(profile, trace, at)) };
}

function opinionOf(profile: Profile, trace: Trace, at: number): Opinion {
  const model = newModel(profile);
  let worlds: readonly State[] = [initialOn(formatIn(trace))];
  for (const [index, { op, outcome }] of trace.events.slice(0, at - 1).entries()) {
    const step = outcome === undefined ? undefined : advance(model, worlds, op, outcome, index + 1);
    if (step?.kind !== "allowed") {
      const says = [`it parts from the trace at call ${index + 1} already`];
      return { profile: profile.name, allows: undefined, says };
    }
    worlds = step.worlds;
  }
  const event = trace.events[at - 1];
  const [world] = worlds;
  if (event === undefined || world === undefined) {
    return { profile: profile.name, allows: undefined, says: [] };
  }
  const { op, outcome } = event;
  const branches = everyBranch(model, worlds, op);
  return {
    profile: profile.name,
    allows:
      outcome === undefined
        ? undefined
        : branches.some((branch) => stateBehind(branch, outcome) !== undefined),
    says: allowedTexts(profile, world, op, branches),
  };
}

/** Lines of at most 72 columns; what allows the answer says no more than that. */
export function opinionLines(opinions: readonly Opinion[]): readonly string[] {
  return [
    "",
    "other profiles",
    ...opinions.flatMap(({ profile, allows, says }) => {
      if (allows === true) return labelled(`  ${profile}`, "allows this answer", width);
      const lead = allows === false ? "are only: " : "";
      return labelled(
        `  ${profile}`,
        `${lead}${says.join("; or ")}${meaning(profile, says)}`,
        width,
      );
    }),
  ];
}

const width = 20;

/** What the rule says that alone decides; empty where several do. */
function meaning(profile: string, says: readonly string[]): string {
  const [id, ...others] = says.flatMap(
    (text) => /\(([^()]+)\)$/.exec(text)?.[1]?.split(", ") ?? [],
  );
  if (id === undefined || others.length > 0) return "";
  const tables = profileOf(profile)?.tables;
  const rule = [...(tables?.request ?? []), ...(tables?.entry ?? [])].find((row) => row.id === id);
  const text = rule?.says ?? ruleText(id)?.says;
  return text === undefined ? "" : `. ${text}`;
}
