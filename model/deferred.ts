/**
 * A value that is worked out when somebody first asks for it, and kept. The work
 * is pure, so that nobody can tell it from the value itself.
 */

type Work<Value> =
  | { readonly kind: "known"; readonly value: Value }
  | { readonly kind: "open"; readonly work: () => Value; readonly depth: number };

/** Values that wait for one another, one inside the other, at most: each takes a place on the stack. */
const maxDepth = 256;

export class Deferred<Value> {
  #state: Work<Value>;

  private constructor(state: Work<Value>) {
    this.#state = state;
  }

  static known<Value>(value: Value): Deferred<Value> {
    return new Deferred({ kind: "known", value });
  }

  /** What `work` gives; `sources` are those that it asks for. */
  static of<Value>(sources: readonly Deferred<unknown>[], work: () => Value): Deferred<Value> {
    let depth = 1;
    for (const source of sources) if (source.#depth >= depth) depth = source.#depth + 1;
    return depth > maxDepth
      ? Deferred.known(work())
      : new Deferred<Value>({ kind: "open", work, depth });
  }

  get value(): Value {
    if (this.#state.kind === "open") {
      this.#state = { kind: "known", value: this.#state.work() };
    }
    return this.#state.value;
  }

  get #depth(): number {
    return this.#state.kind === "open" ? this.#state.depth : 0;
  }
}
