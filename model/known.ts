/** What is known of a call, made of facts that may be unknown. */

import { entryForms, fileForms, requestForms } from "./fact-forms.ts";
import { UnknownFact, type EntryFacts, type RequestFacts } from "./facts.ts";
import type { Known, KnownCall, KnownTarget } from "./scene.ts";

/** Reads every fact of a request; those that are not known are left out. */
export function knownCall(request: RequestFacts): KnownCall {
  return {
    request: known(request, requestForms),
    source: known(request.source, fileForms),
  };
}

/** Reads every fact of an entry but those that are asked of a length. */
export function knownTarget(entry: EntryFacts): KnownTarget {
  return { entry: known(entry, entryForms), target: known(entry.target, fileForms) };
}

function known<Facts extends object>(
  facts: Facts,
  names: Readonly<Record<string, unknown>>,
): Known<Facts> {
  const found: { -readonly [Fact in keyof Facts]?: Facts[Fact] | undefined } = {};
  for (const name in facts) {
    if (Object.hasOwn(names, name)) found[name] = valueOf(facts, name);
  }
  return found;
}

function valueOf<Facts, Name extends keyof Facts>(
  facts: Facts,
  name: Name,
): Facts[Name] | undefined {
  try {
    return facts[name];
  } catch (error) {
    if (error instanceof UnknownFact) return undefined;
    throw error;
  }
}
