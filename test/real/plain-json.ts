/** JSON in which bigints survive, as "123n"; for the tests' own children only. */

export function print(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? `${part}n` : part,
  );
}

/** The value that was printed; the caller knows its type. */
export function parse<T>(text: string): T {
  return JSON.parse(text, (_, part: unknown) => {
    return typeof part === "string" && /^-?[0-9]+n$/.test(part) ? BigInt(part.slice(0, -1)) : part;
  });
}
