/** The calls of a program as rows of a C file: what is done, and what is expected of it. */

import { root, type Caller, type Op, type OpKind } from "../model/index.ts";
import { bracketed, cCall, type MadeCall } from "./c-call.ts";
import { cOutcome, usesMany } from "./c-outcome.ts";
import { ended, literals } from "./c-text.ts";
import type { ExportedCall } from "./export-program.ts";
import { printCall } from "./op-text.ts";
import { refusal, type Refused } from "./refusal.ts";
import { sharingText } from "./sharing-text.ts";

export interface CRow extends MadeCall {
  readonly comments: readonly string[];
  /** What is printed before the answer. */
  readonly text: string;
  /** Answers that are expected: what came first, if it is one of them; never empty. */
  readonly expected: readonly string[];
}

/** In place of a call that a program can do without. */
export interface CNote {
  readonly kind: "note";
  readonly comments: readonly string[];
}

type Row = CRow | CNote | { readonly kind: "cannot"; readonly why: string };

/** Every call, in order. */
export function cRows(
  calls: readonly ExportedCall[],
): { readonly kind: "rows"; readonly rows: readonly (CRow | CNote)[] } | Refused {
  const many = usesMany(calls);
  const callers = callersOf(calls);
  const rows: (CRow | CNote)[] = [];
  for (const [index, call] of calls.entries()) {
    const row = rowOf(call, callers[index] ?? root, many);
    if (row.kind === "cannot") return refusal("C", index, call.op, row.why);
    rows.push(row);
  }
  return { kind: "rows", rows };
}

/** How `observe` stands in what a program prints: a comment of the trace, which has another text for it. */
export const observeText = "# observe";

/** What a program prints for an `observe`; undefined where it is left out. */
export function toldSharing({ got, settled }: ExportedCall): string | undefined {
  return settled ? sharingText(got) : undefined;
}

function rowOf(call: ExportedCall, caller: Caller, many: boolean): Row {
  const { op, got, allowed, comments } = call;
  if (got.contradictions !== undefined) {
    return cannot("a program is not told in what the kernel contradicts itself");
  }
  if (op.kind === "observe") return observeRow(call);
  const made = cCall(op);
  if (made.kind === "cannot") return made;
  return {
    ...byCaller(made, op, caller),
    comments,
    text: printCall(op),
    expected: allowed.map((outcome) => cOutcome(op, outcome, many)),
  };
}

function observeRow(call: ExportedCall): Row {
  const { got, allowed, isAllowed, comments } = call;
  const came = toldSharing(call);
  const expected = allowed.flatMap((outcome) => sharingText(outcome) ?? []);
  if (!isAllowed && (came === undefined || expected.includes(came))) {
    return cannot("FIEMAP does not tell the difference");
  }
  const files = got.layout ?? [];
  if (came === undefined || files.length === 0) {
    return {
      kind: "note",
      comments: [...comments, "observe: FIEMAP does not tell what is expected"],
    };
  }
  const looks = files.map(({ name }) => {
    const [first = "", ...rest] = ended(literals(name), `, ${descriptorOf(name)} }`);
    return [`{ ${first}`, ...rest];
  });
  return {
    kind: "call",
    odd: [],
    words: bracketed("OBSERVE", looks),
    needs: ["observe"],
    comments,
    text: observeText,
    expected,
  };
}

/** Of a file without a name the slot that holds it; -1 for any other. */
function descriptorOf(name: string): string {
  return name.startsWith("@") ? name.slice(1) : "-1";
}

/** Who makes each call. */
function callersOf(calls: readonly ExportedCall[]): readonly Caller[] {
  let caller = root;
  return calls.map(({ op }) => {
    if (op.kind === "as") caller = { ...caller, user: op.user };
    if (op.kind === "limit") caller = { ...caller, sizeLimit: op.bytes };
    return byRoot.has(op.kind) ? root : caller;
  });
}

/** Calls that root makes, whoever calls. */
const byRoot: ReadonlySet<OpKind> = new Set([
  "as",
  "limit",
  "mode",
  "read",
  "inspect",
  "observe",
  "subvolume",
  "snapshot",
  "delete",
]);

function byCaller(made: MadeCall, op: Op, { user, sizeLimit }: Caller): MadeCall {
  const mine = user === "root" ? made.words : wrapped("BY_USER", made.words);
  const limited = sizeLimit !== undefined && !isUnlimited(op);
  return { ...made, words: limited ? wrapped("UNDER_LIMIT", mine) : mine };
}

/** Calls that a limit on the size of files is kept away from. */
function isUnlimited(op: Op): boolean {
  return op.kind === "store" || op.kind === "scatter" || (op.kind === "write" && op.direct);
}

function wrapped(name: string, words: readonly string[]): readonly string[] {
  const [first = "", ...rest] = ended(words, ")");
  return [`${name}(${first}`, ...rest];
}

function cannot(why: string): Row {
  return { kind: "cannot", why };
}
