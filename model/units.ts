/**
 * Numbers with a unit: a bigint or number that the compiler will not mix up.
 *
 * The brand exists in types only. These constructors are the only casts of the
 * project; they do not check, because the ABI lets a caller pass any u64, and a
 * rule, not a constructor, decides what a value is worth.
 */

declare const unit: unique symbol;
type Unit<T, Name extends string> = T & { readonly [unit]: Name };

/** A position in a file, as the ABI carries it: u64, 0 to 2^64-1. */
export type Offset = Unit<bigint, "byte offset">;

/** A number of bytes, as the ABI carries it: u64, 0 to 2^64-1. */
export type Bytes = Unit<bigint, "byte count">;

/** A descriptor of a program: "the file opened as s3", never a kernel descriptor. */
export type Slot = Unit<number, "slot">;

/** A positive errno. Open: a kernel may answer any number; names are for print. */
export type Errno = Unit<number, "errno">;

export function offset(value: bigint): Offset {
  return value as Offset;
}

export function bytes(value: bigint): Bytes {
  return value as Bytes;
}

export function slot(value: number): Slot {
  return value as Slot;
}

export function errno(value: number): Errno {
  return value as Errno;
}
