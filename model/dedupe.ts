/**
 * One step of a dedupe: the request's checks with the first entry, or a later
 * entry; after the last one the argument is copied out. Between entries no lock
 * is held, so each step yields while entries are left.
 *
 * Source: fs/remap_range.c, vfs_dedupe_file_range, Linux 6.18.
 */

import { put, slice } from "./contents.ts";
import { entryFacts, hasSlept, requestFacts, slotOf } from "./dedupe-facts.ts";
import { cappedLength, structBytes, tailLengths } from "./dedupe-rules.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import type { Damage } from "./damage.ts";
import { InvariantError } from "./fault.ts";
import { layouts } from "./layouts.ts";
import type { Branch, Call, Decision } from "./model.ts";
import type { DedupeOp, Target } from "./op.ts";
import {
  failed,
  returned,
  statusSame,
  untouched,
  type Outcome,
  type TargetOutcome,
} from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { decide, type Rule } from "./rule.ts";
import { inodeIn, withLayout, withReflink, type State } from "./state.ts";
import { bytes, type Errno } from "./units.ts";
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
    return { rule: rule.id, outcome: answerOf(rule, request, profile) };
  });
  return { refused: undefined, entries: answers };
}

/** The next step of a dedupe that meets `damage` on the disk. */
export function stepDedupe(
  profile: Profile,
  state: State,
  call: Call,
  op: DedupeOp,
  damage: Damage,
): Branch {
  const request = call.decisions[0]?.request ?? requestFacts(state, op);
  if (call.decisions.length === 0) {
    const refused = decide(profile.tables.deciding.request, request, profile);
    if (refused !== undefined) return refuse(state, op, request, refused);
  }
  const { finished } = call;
  const decisions =
    call.decisions.length === 0 ? [{ rule: undefined, request, entry: undefined }] : call.decisions;
  const target = op.targets[finished.length];
  if (target === undefined) return copyOut(profile, state, request, finished, decisions);
  const entry = entryFacts(state, op, request, target, decisions, damage, profile);
  const rule = decideEntry(entry, profile);
  const after = rule.answers.kind === "share" ? share(state, op, target, entry, profile) : state;
  const ended = [...finished, answerOf(rule, request, profile)];
  const decided = [...decisions, { rule: rule.id, request: undefined, entry }];
  return ended.length < op.targets.length
    ? { kind: "yielded", state: after, call: { op, finished: ended, decisions: decided, damage } }
    : copyOut(profile, after, request, ended, decided);
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
    outcome: { ...failed(errnoIn(rule)), targets: op.targets.map(() => untouched) },
    decisions: [{ rule: rule.id, request, entry: undefined }],
  };
}

/** What an entry says that a rule decided. */
export function answerOf(
  rule: Rule<EntryFacts>,
  request: RequestFacts,
  profile: Profile,
): TargetOutcome {
  switch (rule.answers.kind) {
    case "status":
      return { status: rule.answers.status, deduped: bytes(0n) };
    case "nothing":
    case "share":
      return {
        status: statusSame,
        deduped: bytes(cappedLength(request, profile) + profile.overReports),
      };
    case "errno":
    case "continues":
    case "sleeps":
      throw new InvariantError(`${rule.id} does not answer an entry`);
  }
}

function share(
  state: State,
  op: DedupeOp,
  target: Target,
  entry: EntryFacts,
  profile: Profile,
): State {
  const number = state.slots[slotOf(target) ?? -1]?.inode;
  const from = inodeIn(state, op.slot);
  const onto = number === undefined ? undefined : state.inodes[number];
  if (number === undefined || from === undefined || onto === undefined) {
    throw new InvariantError("a descriptor that is not open was shared");
  }
  const { compared, shared } = tailLengths(entry, profile);
  const pieces = slice(from.contents, op.offset, op.offset + shared, target.offset - op.offset);
  const after = {
    ...onto,
    contents: put(onto.contents, target.offset, pieces),
    tailShared: onto.tailShared || compared < shared,
    reflinked: "yes" as const,
  };
  const { block } = entry;
  const { items } = from;
  return withLayout(
    withReflink(state, op.slot),
    number,
    after,
    (laid) =>
      layouts[state.format.fs].dedupe(
        laid,
        items.value,
        op.offset / block,
        shared / block,
        target.offset / block,
      ),
    items,
  );
}

/** The end of the call: the whole argument is written back, as far as it can be written. */
function copyOut(
  profile: Profile,
  state: State,
  request: RequestFacts,
  finished: readonly TargetOutcome[],
  decisions: readonly Decision[],
): Branch {
  const slept = decisions.some((decision) => hasSlept(decision, profile));
  const signalled = decisions.some(({ rule }) => profile.tables.raising.has(rule));
  const fault = decide(profile.tables.copyOut, request, profile);
  if (fault === undefined) {
    const outcome: Outcome = { ...returned(0), targets: finished, slept, signalled };
    return { kind: "returned", state, outcome, decisions };
  }
  const targets = finished.map((entry, index) =>
    writtenBack(entry, request.writableBytes - structBytes(index)),
  );
  return {
    kind: "returned",
    state,
    outcome: { ...failed(fault.errno), targets, slept, signalled },
    decisions: [...decisions, { rule: fault.id, request: undefined, entry: undefined }],
  };
}
