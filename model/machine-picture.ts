/** The machine as a Mermaid state diagram: one arrow between two states, with a line for each rule. */

import type { Edge, Machine } from "./machine.ts";

/** The lines of the diagram, without a fence. */
export function picture(machine: Machine): readonly string[] {
  const states = [...new Set(machine.edges.flatMap(({ from, to }) => [from, to]))];
  return [
    "stateDiagram-v2",
    ...states.filter((state) => word(state) !== state).map(nameLine),
    `  [*] --> ${word(machine.initial)}`,
    ...arrows(machine.edges).map(arrowLine),
    ...machine.finals.map((state) => `  ${word(state)} --> [*]`),
  ];
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
}

/** Edges that join the same two states made one, in the order in which the first of them is tried. */
function arrows(edges: readonly Edge[]): readonly Arrow[] {
  const result = new Map<string, Arrow>();
  for (const { from, to, label } of edges) {
    const key = `${word(from)} ${word(to)}`;
    const before = result.get(key)?.labels ?? [];
    result.set(key, { from, to, labels: label === undefined ? before : [...before, label] });
  }
  return [...result.values()];
}

function nameLine(state: string): string {
  return `  state "${state}" as ${word(state)}`;
}

function arrowLine({ from, to, labels }: Arrow): string {
  const line = `  ${word(from)} --> ${word(to)}`;
  return labels.length === 0 ? line : `${line}: ${labels.join("<br>")}`;
}

/** A state's name as Mermaid wants it. */
function word(state: string): string {
  return state.replaceAll(" ", "_");
}
