/**
 * RLIMIT_FSIZE around calls, and whether they raised SIGXFSZ. The limit is of the
 * whole process, so it holds for the call alone; the signal is blocked meanwhile
 * and taken from the thread behind it, for node ignores it.
 *
 * Source: prepare_signal, kernel/signal.c, Linux 6.18: what is blocked is pending
 * also where it is ignored.
 */

import { errnoName, HarnessError, type Outcome } from "../model/index.ts";
import type { Libc } from "./libc.ts";

/** Source: include/uapi/asm-generic/resource.h and signal.h (x86 and arm64). */
const RLIMIT_FSIZE = 1;
const SIGXFSZ = 25;
const SIG_BLOCK = 0;
const SIG_SETMASK = 2;

/** sigset_t of glibc; of the kernel's 8 bytes, bit n - 1 is signal n. */
const setBytes = 128;

/** struct rlimit: soft, then hard. */
const limitBytes = 16;

export class SizeLimit {
  private readonly libc: Libc;
  private readonly own: Buffer = Buffer.alloc(limitBytes);
  private readonly wanted: Buffer = Buffer.alloc(limitBytes);
  private readonly signals: Buffer = Buffer.alloc(setBytes);
  private readonly before: Buffer = Buffer.alloc(setBytes);
  private readonly noTime: Buffer = Buffer.alloc(16);

  constructor(libc: Libc) {
    this.libc = libc;
    this.signals.writeUInt32LE(1 << (SIGXFSZ - 1), 0);
  }

  /** Whether this process has no limit of its own. */
  get isFree(): boolean {
    this.expect(this.libc.getrlimit(RLIMIT_FSIZE, this.own), "getrlimit");
    const infinity = (1n << 64n) - 1n;
    return this.own.readBigUInt64LE(0) === infinity && this.own.readBigUInt64LE(8) === infinity;
  }

  /** Makes a call under a limit, in bytes. Whatever happens, it is gone behind it. */
  run(limit: bigint, call: () => Outcome): Outcome {
    const { libc } = this;
    this.expect(libc.getrlimit(RLIMIT_FSIZE, this.own), "getrlimit");
    this.own.copy(this.wanted);
    this.wanted.writeBigUInt64LE(limit, 0);
    this.expect(libc.pthread_sigmask(SIG_BLOCK, this.signals, this.before), "pthread_sigmask");
    try {
      this.expect(libc.setrlimit(RLIMIT_FSIZE, this.wanted), "setrlimit");
      const outcome = call();
      const signalled = libc.sigtimedwait(this.signals, null, this.noTime) === SIGXFSZ;
      return { ...outcome, signalled };
    } finally {
      this.expect(libc.setrlimit(RLIMIT_FSIZE, this.own), "setrlimit");
      this.expect(libc.pthread_sigmask(SIG_SETMASK, this.before, null), "pthread_sigmask");
    }
  }

  private expect(result: number, what: string): void {
    if (result === 0) return;
    throw new HarnessError(`${what} failed: ${errnoName(this.libc.errno())}`);
  }
}
