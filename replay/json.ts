/** A trace for machines: one JSON value a line. */

import type { Trace } from "./trace.ts";

/**
 * The header as the first line, then one line for each call. Offsets, byte
 * counts and the seed are decimal strings, because they need 64 bits; a call
 * that did not run has no outcome. Lines come without line ends.
 */
export function traceToJson(trace: Trace): readonly string[] {
  const { events, ...header } = trace;
  return [
    line({ kind: "trace", ...header }),
    ...events.map((event, index) => line({ kind: "call", at: index + 1, ...event })),
  ];
}

function line(value: object): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === "bigint" ? String(field) : field,
  );
}
