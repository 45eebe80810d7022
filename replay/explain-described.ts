/** A call on the command line, with what is said of its files: `explain "dedupe s0 ..." source.size=64K`. */

import type { DedupeOp, KnownCall, KnownTarget, Profile, Target } from "../model/index.ts";
import { explainDedupe, type Explanation, type KnownAnswer } from "./explain.ts";
import { withFacts, type StatedFacts } from "./fact-words.ts";
import { printCall, targetText } from "./op-text.ts";
import { printOutcome } from "./outcome-text.ts";
import { parseEvent } from "./parse.ts";
import type { Parsed } from "./words.ts";

const nothing: KnownAnswer = { errno: undefined, targets: [] };

/** What nobody says is unknown. Behind `->` may stand what came back, as in a trace. */
export function explainDescribed(
  profile: Profile,
  call: string,
  facts: readonly string[],
): Parsed<Explanation> {
  const event = parseEvent(call, []);
  if (event.kind === "invalid") return event;
  const { op, outcome } = event.value;
  if (op.kind !== "dedupe") {
    const message = `${op.kind} is explained within a trace only: explain FILE N`;
    return { kind: "invalid", message };
  }
  const stated = withFacts(factsOf(op), facts);
  if (stated.kind === "invalid") return stated;
  const { targets, ...known } = stated.value;
  const explanation = explainDedupe(profile, {
    call: printCall(op),
    got: outcome === undefined ? "" : printOutcome(op, outcome),
    known,
    targets: targets.map((target, index) => ({
      name: nameOf(op.targets[index]),
      known: target,
    })),
    unseen: 0,
    answer: outcome ?? nothing,
  });
  return { kind: "parsed", value: explanation };
}

function nameOf(target: Target | undefined): string {
  return target === undefined ? "" : targetText(target);
}

/** What the text of a call tells of it. */
function factsOf(op: DedupeOp): StatedFacts {
  return {
    request: requestOf(op),
    source: {},
    targets: op.targets.map((target) => targetOf(op, target)),
  };
}

function requestOf({
  offset,
  length,
  targets,
  argument,
  during,
  ...op
}: DedupeOp): KnownCall["request"] {
  const after = "after" in argument ? argument.after : 0;
  return {
    offset,
    length,
    count: targets.length,
    reserved: op.reserved1 !== 0 || op.reserved2 !== 0,
    readableBytes: argument.kind === "null" ? 0 : argument.kind === "unmapped" ? after : Infinity,
    writableBytes: argument.kind === "read-only" ? after : Infinity,
    denied: during.kind === "denied" ? during.event === 0 : undefined,
  };
}

function targetOf({ slot, during }: DedupeOp, target: Target): KnownTarget {
  const { descriptor, offset, reserved } = target;
  const same = descriptor === slot ? true : undefined;
  return {
    entry: {
      offset,
      reserved: reserved !== 0,
      sameInode: same,
      sameMount: same,
      frozen: during.kind === "frozen" ? true : undefined,
      sending: during.kind === "sending" ? true : undefined,
      shutDown: during.kind === "shut-down" ? true : undefined,
    },
    target: { open: typeof descriptor === "string" ? "closed" : undefined },
  };
}
