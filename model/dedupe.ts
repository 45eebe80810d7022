/**
 * One step of a dedupe: the request's checks with the first entry, or a later
 * entry; after the last one the argument is copied out. Between entries no lock
 * is held, so each step yields while entries are left.
 *
 * Source: fs/remap_range.c, vfs_dedupe_file_range, Linux 6.18.
 */

import { entryFacts, hasSlept, requestFacts, slotOf } from "./dedupe-facts.ts";
import type { Contradiction } from "./contradiction.ts";
import { cappedLength, structBytes, tailLengths } from "./dedupe-rules.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import type { Hazard } from "./hazard.ts";
import { InvariantError } from "./fault.ts";
import type { Branch, Call, Decision } from "./model.ts";
import type { DedupeOp } from "./op.ts";
import { failed, returned, statusSame, untouched, type TargetOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { decide, type Rule } from "./rule.ts";
import { obstacle, shared } from "./share.ts";
import type { State } from "./state.ts";
import { bytes, errno, type Errno } from "./units.ts";
import { writtenBack } from "./written-back.ts";

/** What a call must answer, from facts alone. */
export interface Prediction {
  /** The rule that refuses the call, with its errno; undefined when it is accepted. */
  readonly refused: { readonly rule: string; readonly errno: Errno } | undefined;
  /** For each entry, in order, what it gets and by which rule; empty when the call is refused. */
  readonly entries: readonly { readonly rule: string; readonly outcome: TargetOutcome }[];
}

/** What the profile says of a call whose facts are known. Throws UnknownFact where one that counts is not. */
export function predict(
  profile: Profile,
  request: RequestFacts,
  entries: readonly EntryFacts[],
): Prediction {
  const refused = decide(profile.tables.deciding.request, request, profile);
  if (refused !== undefined) {
    return { refused: { rule: refused.id, errno: errnoIn(refused) }, entries: [] };
  }
  const answers = entries.map((entry) => {
    const rule = decideEntry(entry, profile);
    return { rule: rule.id, outcome: answerOf(rule, entry, profile) };
  });
  return { refused: undefined, entries: answers };
}

/** The next step of a dedupe that meets a hazard. */
export function stepDedupe(
  profile: Profile,
  state: State,
  call: Call,
  op: DedupeOp,
  hazard: Hazard,
): Branch {
  const request = call.decisions[0]?.request ?? requestFacts(state, op, hazard);
  if (call.decisions.length === 0) {
    const refused = decide(profile.tables.deciding.request, request, profile);
    if (refused !== undefined) return refuse(state, op, request, refused);
  }
  const { finished } = call;
  const decisions =
    call.decisions.length === 0 ? [{ rule: undefined, request, entry: undefined }] : call.decisions;
  const target = op.targets[finished.length];
  if (target === undefined) return copyOut(profile, state, op, request, finished, decisions);
  const entry = entryFacts(state, op, request, target, decisions, hazard, profile);
  const rule = decideEntry(entry, profile);
  const decided = [...decisions, { rule: rule.id, request: undefined, entry }];
  const isLast = finished.length + 1 === op.targets.length;
  if (profile.failsCall?.(rule, isLast) === true) return leaked(state, op, rule, decided);
  const what = { op, index: finished.length, facts: entry, rule };
  const refused = obstacle(profile, state, what);
  const after = refused === undefined ? shared(profile, state, what) : state;
  const answer = refused === undefined ? answerOf(rule, entry, profile) : statusOf(-refused);
  const ended = [...finished, answer];
  return ended.length < op.targets.length
    ? { kind: "yielded", state: after, call: { op, finished: ended, decisions: decided, hazard } }
    : copyOut(profile, after, op, request, ended, decided);
}

function decideEntry(entry: EntryFacts, profile: Profile): Rule<EntryFacts> {
  const rule = decide(profile.tables.deciding.entry, entry, profile);
  if (rule === undefined) throw new InvariantError("no rule decides a dedupe entry");
  return rule;
}

/** The errno with which a rule of the request fails the call. */
export function errnoIn(rule: Rule<RequestFacts>): Errno {
  if (rule.answers.kind !== "errno") throw new InvariantError(`${rule.id} does not fail the call`);
  return rule.answers.errno;
}

function refuse(
  state: State,
  op: DedupeOp,
  request: RequestFacts,
  rule: Rule<RequestFacts>,
): Branch {
  return {
    kind: "returned",
    state,
    outcome: failed(errnoIn(rule), { targets: op.targets.map(() => untouched) }),
    decisions: [{ rule: rule.id, request, entry: undefined }],
  };
}

/** The end of a call that fails by the status of an entry; what earlier entries did is kept. */
function leaked(
  state: State,
  op: DedupeOp,
  rule: Rule<EntryFacts>,
  decisions: readonly Decision[],
): Branch {
  if (rule.answers.kind !== "status") throw new InvariantError(`${rule.id} gives no status`);
  const targets = op.targets.map(() => untouched);
  const outcome = failed(errno(-rule.answers.status), { targets });
  return { kind: "returned", state, outcome, decisions };
}

/** What an entry says that a rule decided. */
export function answerOf(
  rule: Rule<EntryFacts>,
  entry: EntryFacts,
  profile: Profile,
): TargetOutcome {
  switch (rule.answers.kind) {
    case "status":
      return statusOf(rule.answers.status);
    case "nothing":
    case "share":
      return { status: statusSame, deduped: bytes(reported(rule, entry, profile)) };
    case "errno":
    case "continues":
    case "sleeps":
    case "any status":
    case "fails":
    case "anything":
    case "cuts":
      throw new InvariantError(`${rule.id} does not answer an entry`);
  }
}

function statusOf(status: number): TargetOutcome {
  return { status, deduped: bytes(0n) };
}

function reported(rule: Rule<EntryFacts>, entry: EntryFacts, profile: Profile): bigint {
  if (profile.reports === "requested") {
    return cappedLength(entry.request, profile) + profile.overReports;
  }
  if (rule.answers.kind === "nothing") return profile.overReports;
  const { compared, shared: whole } = tailLengths(entry, profile);
  return (compared < whole ? compared : whole) + profile.overReports;
}

/** The end of the call: the whole argument is written back, as far as it can be written. */
function copyOut(
  profile: Profile,
  state: State,
  op: DedupeOp,
  request: RequestFacts,
  finished: readonly TargetOutcome[],
  decisions: readonly Decision[],
): Branch {
  const slept = decisions.some((decision) => hasSlept(decision, profile));
  const signalled = decisions.some(({ rule }) => profile.tables.raising.has(rule));
  const fault = decide(profile.tables.copyOut, request, profile);
  if (fault === undefined) {
    const outcome = returned(0, {
      targets: finished,
      slept,
      signalled,
      contradictions: profile.times === "kept" ? undefined : changedTimes(op, finished),
    });
    return { kind: "returned", state, outcome, decisions };
  }
  const targets = finished.map((entry, index) =>
    writtenBack(entry, request.writableBytes - structBytes(index)),
  );
  return {
    kind: "returned",
    state,
    outcome: failed(fault.errno, { targets, slept, signalled }),
    decisions: [...decisions, { rule: fault.id, request: undefined, entry: undefined }],
  };
}

/** What is seen of the times of targets that were shared. */
function changedTimes(
  op: DedupeOp,
  finished: readonly TargetOutcome[],
): readonly Contradiction[] | undefined {
  const slots = op.targets.flatMap((target, index) =>
    finished[index]?.status === statusSame ? (slotOf(target) ?? []) : [],
  );
  if (slots.length === 0) return undefined;
  return [...new Set(slots)].map((slot) => ({
    witness: "times" as const,
    file: `@s${slot}`,
    text: "mtime and ctime changed",
  }));
}
