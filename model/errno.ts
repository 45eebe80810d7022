/**
 * Names of the errors that a call may answer, for rules to use and for print.
 *
 * Source: include/uapi/asm-generic/errno-base.h and errno.h (Linux 6.18),
 * the numbers of x86 and arm64.
 */

import { errno, type Errno } from "./units.ts";

const numbers = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EMLINK: 31,
  ERANGE: 34,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  EBADE: 52,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
  ESTALE: 116,
  EDQUOT: 122,
  EUCLEAN: 117,
} as const;

export type ErrnoName = keyof typeof numbers;

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(numbers).map(([name, number]) => [number, name]),
);

/** The errno of a name that this table knows. */
export function errnoOf(name: ErrnoName): Errno {
  return errno(numbers[name]);
}

/** "EINVAL" for 22; the decimal number for one that has no name here. */
export function errnoName(value: number): string {
  return names.get(value) ?? String(value);
}

/** The number of a name or of a decimal text; undefined when it is neither. */
export function parseErrno(text: string): Errno | undefined {
  const known = Object.entries(numbers).find(([name]) => name === text);
  if (known !== undefined) return errno(known[1]);
  return /^[1-9][0-9]{0,8}$/.test(text) ? errno(Number(text)) : undefined;
}
