/** A walk over a table that writes down what each rule read of its facts. */

import type { Profile } from "./profile.ts";
import { decides, type Answer, type Clause } from "./rule.ts";

/** A fact that a rule read, or a limit of the profile. */
export interface Read {
  /** As in `Taken`: `source.size`, `target.offset`, `sameInode`, `firstDifference(4096)`. */
  readonly fact: string;
  readonly value: unknown;
}

/** A rule that was asked. */
export interface Check {
  readonly rule: string;
  readonly applies: boolean;
  /** Whether it ends the walk where it applies. */
  readonly ends: boolean;
  /** In the order in which it read them, each once. */
  readonly reads: readonly Read[];
}

/** A rule of any table. */
interface Row<Subject> extends Clause<Subject> {
  readonly answers?: Answer;
}

/**
 * The rules that are asked of a subject, in order, up to the one that decides, or
 * all where none does. `naming` gives facts names that people use.
 */
export function walked<Subject extends object>(
  rules: readonly Row<Subject>[],
  subject: Subject,
  profile: Profile,
  naming: (path: string) => string = (path) => path,
): readonly Check[] {
  const checks: Check[] = [];
  for (const rule of rules) {
    const reads = new Map<string, unknown>();
    const note = (path: string, value: unknown): void => void reads.set(naming(path), value);
    const limit = (path: string, value: unknown): void => void reads.set(path, value);
    const applies = rule.when(watched(subject, "", note), watched(profile, "", limit));
    const ends = rule.answers === undefined || decides({ answers: rule.answers });
    checks.push({ rule: rule.id, applies, ends, reads: readsOf(reads) });
    if (applies && ends) break;
  }
  return checks;
}

function readsOf(reads: ReadonlyMap<string, unknown>): readonly Read[] {
  return [...reads].map(([fact, value]) => ({ fact, value }));
}

/** The object, with everything that is read of it told to `note`. */
function watched<Facts extends object>(
  facts: Facts,
  prefix: string,
  note: (path: string, value: unknown) => void,
): Facts {
  return new Proxy(facts, {
    get: (target, key): unknown => {
      const path = `${prefix}${String(key)}`;
      const value: unknown = Reflect.get(target, key);
      if (typeof value === "function") {
        return (...values: readonly unknown[]): unknown => {
          const result: unknown = Reflect.apply(value, target, values);
          if (values.every(isPlain)) note(`${path}(${values.join(", ")})`, result);
          return result;
        };
      }
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        return watched(value, `${path}.`, note);
      }
      note(path, value);
      return value;
    },
  });
}

/** A habit of the profile is handed facts to read, which are told one by one; its result is no fact. */
function isPlain(value: unknown): boolean {
  return typeof value !== "object";
}
