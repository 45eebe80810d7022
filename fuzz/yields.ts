/**
 * Which way of making programs pays: each is taken the more often the more parts
 * that were new its programs have reached, for each of their calls, of late.
 */

interface Account<Way> {
  readonly way: Way;
  parts: number;
  calls: number;
}

/** How much an account is still worth one program later: some hundred programs count. */
const memory = 0.99;

/** What each way is believed to have reached, and in how many calls, before it was tried. */
const believedParts = 1;
const believedCalls = 200;

/** How much better pays more: a way that reaches twice as much is taken four times as often. */
const sharpness = 2;

export class Yields<Way> {
  private readonly accounts: readonly Account<Way>[];

  constructor(ways: readonly [Way, ...Way[]]) {
    this.accounts = ways.map((way) => ({ way, parts: 0, calls: 0 }));
  }

  /** The way of the next program; `random` is from 0 up to below 1. */
  pick(random: number): Way | undefined {
    const chances = this.accounts.map(
      ({ parts, calls }) => ((parts + believedParts) / (calls + believedCalls)) ** sharpness,
    );
    let left = random * chances.reduce((sum, chance) => sum + chance, 0);
    const found = this.accounts.findIndex((_, index) => (left -= chances[index] ?? 0) < 0);
    return (this.accounts[found] ?? this.accounts.at(-1))?.way;
  }

  /** Counts a program of so many calls, which reached so many parts that were new. */
  count(way: Way, parts: number, calls: number): void {
    for (const account of this.accounts) {
      account.parts *= memory;
      account.calls *= memory;
      if (account.way !== way) continue;
      account.parts += parts;
      account.calls += calls;
    }
  }
}
