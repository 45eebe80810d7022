/** Facts that are worked out when they are asked for. */

/** Works out one fact, by its name. */
type Work<Facts> = <Name extends keyof Facts>(name: Name) => Facts[Name];

/** What the getters of such an object find in it. */
interface Lazy {
  readonly work: (name: string) => unknown;
  /** By the place of the name. */
  readonly kept: unknown[];
}

/**
 * Makes objects with the facts that `names` has, each worked out when it is first
 * asked for and kept, and with those of `rest`, which are given.
 */
export function lazyFacts<Facts extends object, Rest extends object>(
  names: Readonly<Record<keyof Facts, unknown>>,
): (work: Work<Facts>, rest: Rest) => Facts & Rest {
  const prototype = {};
  for (const [place, name] of Object.keys(names).entries()) {
    Object.defineProperty(prototype, name, {
      enumerable: true,
      get(this: Lazy): unknown {
        const { kept } = this;
        if (kept[place] !== undefined || place in kept) return kept[place];
        const fact = this.work(name);
        kept[place] = fact;
        return fact;
      },
    });
  }
  return (work, rest) => Object.assign(Object.create(prototype), { work, kept: [] }, rest);
}
