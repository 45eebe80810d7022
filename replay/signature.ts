/** What makes two findings the same: profile, rule, kind of difference and kind of call; never a seed or an offset. */

import type { Model } from "../model/index.ts";
import { ruleOf, type Divergence } from "./check.ts";

/**
 * A file name, such as `linux-6.18-btrfs.G11.status.dedupe`. For a look, the last
 * part is the call that it came after, and the rule the one that decided a dedupe:
 * `linux-6.18-btrfs.CONTENTS.contents.after-clone`, `linux-6.18-btrfs.S1.sharing.after-dedupe`.
 */
export function signature(model: Model, divergence: Divergence): string {
  return [
    profileWord(model),
    ruleOf(divergence),
    divergence.difference.kind,
    divergence.after === undefined ? divergence.op.kind : `after-${divergence.after.kind}`,
  ].join(".");
}

/** The first part of a signature. */
export function profileWord(model: Model): string {
  return model.profile.name.replace(/[^A-Za-z0-9.]+/g, "-");
}
