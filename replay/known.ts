/**
 * Differences of real kernels that are expected: each is a trace that shows one, and
 * says in its first comments why it is so and where that can be read:
 *
 *     # reason: what differs, and why that is no finding any more
 *     # reference: a commit, a mail or a page
 *     # kernels: 5.4 to 6.18
 *
 * Without the last line it is expected of every kernel. Campaigns count such findings
 * apart, by their signature.
 */

import { basename } from "node:path";
import { newModel, profileOf } from "../model/index.ts";
import { check } from "./check.ts";
import { tracesIn } from "./corpus.ts";
import { plain } from "./plain.ts";
import { signature } from "./signature.ts";
import type { Trace } from "./trace.ts";
import { readTraceFile } from "./trace-file.ts";

export interface KnownDifference {
  readonly path: string;
  /** Of its file, without the folder and the ending. */
  readonly name: string;
  readonly trace: Trace;
  readonly profile: string;
  /** Of the finding that it is. */
  readonly signature: string;
  readonly reason: string;
  readonly reference: string;
  /** Of the first and the last version, such as 6.18; undefined for every kernel. */
  readonly kernels: readonly [from: number, to: number] | undefined;
}

export type ReadKnown =
  | { readonly kind: "known"; readonly known: readonly KnownDifference[] }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** Reads the known differences of a folder; none where there is no such folder. */
export function knownIn(folder: string): ReadKnown {
  const known: KnownDifference[] = [];
  for (const path of tracesIn(folder)) {
    const read = knownAt(path);
    if (typeof read === "string") return { kind: "invalid", message: `${plain(path)}: ${read}` };
    known.push(read);
  }
  return { kind: "known", known };
}

/** Those that are expected of a target with this name, held to this profile. */
export function expectedOf(
  known: readonly KnownDifference[],
  profile: string,
  target: string,
): readonly KnownDifference[] {
  const version = numberOf(/^linux-([0-9]+\.[0-9]+)/.exec(target)?.[1] ?? "");
  return known.filter((each) => {
    if (each.profile !== profile) return false;
    if (each.kernels === undefined) return true;
    const [from, to] = each.kernels;
    return version !== undefined && version >= from && version <= to;
  });
}

/** One, or in a line why it is none. */
function knownAt(path: string): KnownDifference | string {
  const read = readTraceFile(path);
  if (read.kind === "invalid") return read.message;
  const { trace } = read;
  const [expected, ...more] = trace.expect.filter(({ verdict }) => verdict.kind === "diverged");
  const profile = profileOf(expected?.profile ?? "");
  if (expected === undefined || profile === undefined || more.length > 0)
    return "a known difference says of one profile that it diverged: expect PROFILE diverged at call N";
  const reason = field(trace, "reason");
  const reference = field(trace, "reference");
  if (reason === undefined || reference === undefined)
    return "a known difference begins with # reason: and # reference:";
  const model = newModel(profile);
  const verdict = check(model, trace);
  if (verdict.kind !== "diverged") return `${profile.name} allows it: it shows no difference`;
  const range = field(trace, "kernels");
  const kernels = range === undefined ? undefined : rangeOf(range);
  if (range !== undefined && kernels === undefined) return "kernels goes: # kernels: 5.4 to 6.18";
  return {
    path,
    name: basename(path, ".trace"),
    trace,
    profile: profile.name,
    signature: signature(model, verdict.divergence),
    reason,
    reference,
    kernels,
  };
}

/** What a comment of the header says, over the lines that follow it indented. */
function field({ comments }: Trace, name: string): string | undefined {
  const start = comments.findIndex((line) => line.startsWith(`${name}: `));
  if (start === -1) return undefined;
  const rest = comments.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith("  "));
  const lines = [comments[start] ?? "", ...rest.slice(0, end === -1 ? undefined : end)];
  return lines
    .map((line) => line.trim())
    .join(" ")
    .slice(name.length + 2);
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const [, first, last] = /^([0-9]+\.[0-9]+) to ([0-9]+\.[0-9]+)$/.exec(text) ?? [];
  const [from, to] = [numberOf(first ?? ""), numberOf(last ?? "")];
  return from === undefined || to === undefined || from > to ? undefined : [from, to];
}

/** A version as a number that grows with it: 6.18 is more than 6.9. */
function numberOf(version: string): number | undefined {
  const [, major, minor] = /^([0-9]{1,4})\.([0-9]{1,4})$/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major) * 10_000 + Number(minor);
}
