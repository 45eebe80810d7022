/**
 * What came back from a call, raw: nothing is folded into "success" or "failure",
 * so that an answer which no rule knows can still be written down.
 */

import type { Run } from "./contents.ts";
import type { Contradiction } from "./contradiction.ts";
import type { FileLayout } from "./extent-item.ts";
import { bytes, type Bytes, type Errno } from "./units.ts";

/** An entry of the argument as it reads after the call. */
export interface TargetOutcome {
  /** s32: 0 same, 1 differs, negative -errno; see `untouched`. */
  readonly status: number;
  /** u64 bytes_deduped. */
  readonly deduped: Bytes;
}

/** What a look into a file found, for `read` and `inspect`. */
export interface Seen {
  /** i_size for `inspect`; undefined for `read`, which does not ask. */
  readonly size: Bytes | undefined;
  /** The bytes from the op's offset on, as runs; empty when nothing was read. */
  readonly runs: readonly Run[];
}

export interface Outcome {
  /** What the system call returned; -1 on an error. `open` gives 0, not a descriptor. */
  readonly result: number;
  /** 0 when the call did not fail. */
  readonly errno: Errno | 0;
  /** For dedupe every entry, whether or not the call failed; otherwise empty. */
  readonly targets: readonly TargetOutcome[];
  /** Other bytes of the argument that changed, by the field's name, in the order of the struct; normally empty. */
  readonly touched: readonly string[];
  /** The field files_deduped, which the argument of the first proposal has; in that one alone. */
  readonly filesDeduped?: number;
  readonly seen: Seen | undefined;
  /** Where files lie, for `observe`: extents are numbered as they come up. */
  readonly layout: readonly FileLayout[] | undefined;
  /** Whether the call slept on a frozen file system, and returned once that was thawed. */
  readonly slept: boolean;
  /** Whether SIGXFSZ was raised in the calling thread. */
  readonly signalled: boolean;
  /** In what the kernel contradicted itself around this call, at least once; normally undefined. */
  readonly contradictions: readonly Contradiction[] | undefined;
}

/**
 * What a caller puts into the output fields of every entry before the call, so
 * that a field which the kernel leaves alone can be told from one it wrote.
 */
export const untouched: TargetOutcome = {
  status: 0x5eed_5eed,
  deduped: bytes(0x5eed_5eed_5eed_5eedn),
};

/** FILE_DEDUPE_RANGE_SAME and _DIFFERS: include/uapi/linux/fs.h (Linux 6.18). */
export const statusSame = 0;
export const statusDiffers = 1;

const none: readonly never[] = [];

/** What an outcome says beside its result and errno; nothing where it is silent. */
export type Said = Partial<Omit<Outcome, "result" | "errno" | "filesDeduped">>;

const nothing: Said = {};

/** A call that returned `result`. */
export function returned(result: number, said: Said = nothing): Outcome {
  return outcomeOf(result, 0, said);
}

/** A call that failed with `errno`. */
export function failed(errno: Errno, said: Said = nothing): Outcome {
  return outcomeOf(-1, errno, said);
}

/** All outcomes are made here: those of one shape are compared much faster. */
export function outcomeOf(result: number, errno: Errno | 0, said: Said = nothing): Outcome {
  return {
    result,
    errno,
    targets: said.targets ?? none,
    touched: said.touched ?? none,
    seen: said.seen,
    layout: said.layout,
    slept: said.slept ?? false,
    signalled: said.signalled ?? false,
    contradictions: said.contradictions,
  };
}
