/** A dedupe with one target and nothing else the matter. */

import type { Anchor } from "./anchor.ts";
import type { Aim, Amount, DedupeIntent, SlotPick } from "./intent.ts";

export interface Aimed {
  readonly source: SlotPick;
  readonly from: Anchor;
  readonly amount: Amount;
  readonly target: SlotPick;
  readonly aim: Aim;
  readonly onto: Anchor;
}

export function aimedDedupe({ source, from, amount, target, aim, onto }: Aimed): DedupeIntent {
  return {
    kind: "dedupe",
    source,
    anchor: from,
    amount,
    targets: [{ aim, slot: target, anchor: onto, descriptor: "slot", reserved: 0, high: 0 }],
    repeatTo: 0,
    reserved1: 0,
    reserved2: 0,
    argument: "whole",
    after: 0,
    during: { kind: "usual", index: 0 },
  };
}
