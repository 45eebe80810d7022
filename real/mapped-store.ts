/** A store through a shared mapping: mmap, the bytes, munmap, as one call. */

import {
  errno,
  errnoName,
  errnoOf,
  failed,
  HarnessError,
  type Outcome,
  returned,
} from "../model/index.ts";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "./abi.ts";
import { fileStatus } from "./block-map.ts";
import type { Libc } from "./libc.ts";

/** Bytes of one store, at most. */
const maxStoreBytes = 16 << 20;

/**
 * Stores bytes at an offset of the file, and returns how many: a store ends with
 * the page of the end of file, because the next page would kill this process.
 * Bytes behind the end of file, in its page, are stored and lost. Fails as
 * mmap(2) does: EBADF where `fd` is not open, EACCES where it is not open for
 * reading and writing.
 */
export function mappedStore(libc: Libc, fd: number, offset: bigint, bytes: Buffer): Outcome {
  if (fd < 0) return failed(errnoOf("EBADF"));
  if (bytes.length > maxStoreBytes) {
    throw new HarnessError(`a store of ${bytes.length} bytes is over ${maxStoreBytes}`);
  }
  const page = BigInt(libc.getpagesize());
  const { size } = fileStatus(fd);
  const room = ((size + page - 1n) / page) * page - offset;
  if (room <= 0n || bytes.length === 0) return returned(0);
  const length = room < bytes.length ? Number(room) : bytes.length;
  const skip = Number(offset % page);
  const start = offset - BigInt(skip);
  const access = PROT_READ | PROT_WRITE;
  const at = libc.mmap(null, skip + length, access, MAP_SHARED, fd, start);
  if (at === -1) return failed(errno(libc.errno()));
  bytes.copy(libc.memory(BigInt(at), skip + length), skip, 0, length);
  if (libc.munmap(BigInt(at), skip + length) === 0) return returned(length);
  throw new HarnessError(`munmap failed: ${errnoName(libc.errno())}`);
}
