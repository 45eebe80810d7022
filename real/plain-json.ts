/** JSON in which bigints survive, as "123n"; for the tests' own children only. */

export function print(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? `${part}n` : part,
  );
}

/** What to give to JSON.parse for a text of `print`. */
export function revive(_: string, part: unknown): unknown {
  return typeof part === "string" && /^-?[0-9]+n$/.test(part) ? BigInt(part.slice(0, -1)) : part;
}
