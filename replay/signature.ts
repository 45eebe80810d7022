/** What makes two findings the same: profile, rule, kind of difference and kind of call; never a seed or an offset. */

import { cappedLength, limitedLength, type Model } from "../model/index.ts";
import { decisionOf, ruleOf, type Divergence } from "./check.ts";

/**
 * A file name, such as `linux-6.18-btrfs.G11.status.dedupe`. For a look, the last
 * part is the call that it came after, and the rule the one that decided a dedupe:
 * `linux-6.18-btrfs.CONTENTS.contents.after-clone`, `linux-6.18-btrfs.S1.sharing.after-dedupe`.
 * Where a rule before that had a say in how long the range is, or alone gives the
 * answer that came, that is the rule.
 */
export function signature(model: Model, divergence: Divergence): string {
  const rule = suspect(model, divergence) ?? cuttingRule(model, divergence);
  return worded(model, divergence, rule ?? ruleOf(divergence));
}

/**
 * The same without regard to how long the range is: what a program keeps to while it
 * is made smaller, for most lengths have nothing to do with a finding.
 */
export function roughSignature(model: Model, divergence: Divergence): string {
  return worded(model, divergence, ruleOf(divergence));
}

function worded(model: Model, { difference, after, op }: Divergence, rule: string): string {
  const call = after === undefined ? op.kind : `after-${after.kind}`;
  return [profileWord(model), rule, difference.kind, call].join(".");
}

/**
 * The rule that seems to have answered where it should not: the only one with that
 * answer that is asked before the one that should have.
 */
function suspect(
  { profile }: Model,
  { difference, got, ...divergence }: Divergence,
): string | undefined {
  const { entry, kind } = difference;
  const decided = decisionOf({ difference, got, ...divergence });
  const status = entry === undefined ? undefined : got.targets[entry]?.status;
  if (kind !== "status" || status === undefined || decided === undefined) return undefined;
  const rules = profile.tables.deciding.entry;
  const before = rules.slice(
    0,
    rules.findIndex(({ id }) => id === decided.rule),
  );
  const answering = before.filter(
    ({ answers }) => answers.kind === "status" && answers.status === status,
  );
  return answering.length === 1 ? answering[0]?.id : undefined;
}

/** The last rule about the length of an entry that had a say, of an entry that was decided behind it. */
function cuttingRule({ profile }: Model, divergence: Divergence): string | undefined {
  const { entry, rule } = decisionOf(divergence) ?? {};
  if (entry === undefined || rule !== ruleOf(divergence)) return undefined;
  const { entry: rules } = profile.tables;
  const decided = rules.findIndex(({ id }) => id === rule);
  const isBehind = (id: string): boolean => decided > rules.findIndex((each) => each.id === id);
  if (isBehind("G7") && limitedLength(entry, profile) % entry.block !== 0n) return "G7";
  if (isBehind("G6b") && limitedLength(entry, profile) < cappedLength(entry.request, profile)) {
    return "G6b";
  }
  return cappedLength(entry.request, profile) < entry.request.length ? "H8" : undefined;
}

/** The first part of a signature. */
export function profileWord(model: Model): string {
  return model.profile.name.replace(/[^A-Za-z0-9.]+/g, "-");
}
