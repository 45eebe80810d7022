/** Facts that are worked out whenever they are read. */

/** Works out one fact, by its name. */
type Work<Facts> = <Name extends keyof Facts>(name: Name) => Facts[Name];

/** What the getters of such an object find in it. */
interface Lazy {
  readonly work: (name: string) => unknown;
}

/**
 * Makes objects with the facts that `names` has, each worked out whenever it is
 * read, and with those of `rest`, which are given.
 */
export function lazyFacts<Facts extends object, Rest extends object>(
  names: Readonly<Record<keyof Facts, unknown>>,
): (work: Work<Facts>, rest: Rest) => Facts & Rest {
  const prototype = {};
  for (const name of Object.keys(names)) {
    Object.defineProperty(prototype, name, {
      enumerable: true,
      get(this: Lazy): unknown {
        return this.work(name);
      },
    });
  }
  return (work, rest) => Object.assign(Object.create(prototype), { work }, rest);
}
