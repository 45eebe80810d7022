/** Every way that a call may go through the machine of a profile, whatever its facts: walked as a graph, no rule is asked. */

import { assign, createMachine } from "xstate";
import { getSimplePaths } from "xstate/graph";
import { machine, type Edge } from "./machine.ts";
import type { Profile } from "./profile.ts";

/** The ids of the rules that decide on a way, in order; empty where none does. */
export type MachinePath = readonly string[];

/** The ways of calls with so many targets, each once. */
export function machinePaths(profile: Profile, targets: number): readonly MachinePath[] {
  const { initial, finals, edges } = machine(profile);
  const rules = new Set(
    [profile.tables.request, profile.tables.entry, profile.tables.copyOut].flatMap((table) =>
      table.map(({ id }) => id),
    ),
  );
  const graph = createMachine({
    context: { taken: 0 },
    initial,
    states: Object.fromEntries([
      ...[...new Set(edges.map(({ from }) => from))].map((state) => [
        state,
        {
          on: ways(
            edges.filter(({ from }) => from === state),
            targets,
          ),
        },
      ]),
      ...finals.map((state) => [state, { type: "final" as const }]),
    ]),
  });
  const events = edges.map((edge) => ({ type: wordOf(edge) }));
  const paths = getSimplePaths(graph, { events, toState: ({ status }) => status === "done" });
  const found = paths.map(({ steps }) =>
    steps.flatMap(({ event }) => ruleIn(event.type)).filter((id) => rules.has(id)),
  );
  return [...new Map(found.map((path) => [path.join(" "), path])).values()];
}

interface Taken {
  readonly context: { readonly taken: number };
}

/** The transitions of a state; the condition of those between targets is their number alone. */
function ways(edges: readonly Edge[], targets: number) {
  return Object.fromEntries(
    edges.map((edge) => {
      const { to: target, label } = edge;
      const takes = label === "a target is left";
      const ends = label === "no target is left";
      return [
        wordOf(edge),
        {
          target,
          guard: ({ context }: Taken) =>
            takes ? context.taken < targets : !ends || context.taken === targets,
          actions: assign(({ context }: Taken) => ({ taken: context.taken + Number(takes) })),
        },
      ];
    }),
  );
}

/** The event that stands for a transition. Dots would name parts of it. */
function wordOf({ from, to, label = "" }: Edge): string {
  return `${from}: ${label} -> ${to}`.replaceAll(".", " ");
}

function ruleIn(word: string): readonly string[] {
  const id = /^[^:]*: (\S+)/.exec(word)?.[1];
  return id === undefined ? [] : [id];
}
