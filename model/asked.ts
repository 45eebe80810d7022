/** The decision of a call other than dedupe, which keeps what its rules were asked. */

import type { Decision, Returned } from "./model.ts";
import type { Profile } from "./profile.ts";
import type { Clause } from "./rule.ts";
import { walked, type Check } from "./walk.ts";

/** The end of a call, with what its rules were asked. */
export function asked<Facts extends object>(
  returned: Returned,
  rules: readonly Clause<Facts>[],
  facts: Facts,
  profile: Profile,
): Returned {
  const decision = new Asked(returned.decisions[0]?.rule, rules, facts, profile);
  const { state, outcome } = returned;
  return { kind: "returned", state, outcome, decisions: [decision] };
}

class Asked<Facts extends object> implements Decision {
  readonly rule: string | undefined;
  readonly request = undefined;
  readonly entry = undefined;
  readonly #rules: readonly Clause<Facts>[];
  readonly #facts: Facts;
  readonly #profile: Profile;

  constructor(
    rule: string | undefined,
    rules: readonly Clause<Facts>[],
    facts: Facts,
    profile: Profile,
  ) {
    this.rule = rule;
    this.#rules = rules;
    this.#facts = facts;
    this.#profile = profile;
  }

  checks(): readonly Check[] {
    return walked(this.#rules, this.#facts, this.#profile);
  }
}
