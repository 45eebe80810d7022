/** A part of an exported C file: a file has those that its calls need, and what is read is run. */

export interface Piece {
  /** Headers, as they stand between `<` and `>`. */
  readonly headers: readonly string[];
  /** Other pieces, by name. */
  readonly needs: readonly string[];
  /** Lines of C, of 72 columns at most; `used` has the names of all pieces of the file. */
  readonly code: (used: ReadonlySet<string>) => string;
}

/** Pieces by name, those first that others need. */
export type Pieces = Readonly<Record<string, Piece>>;

/** A piece whose code is always the same; no code where it only brings headers and other pieces. */
export function piece(headers: readonly string[], needs: readonly string[], code = ""): Piece {
  return { headers, needs, code: () => code };
}
