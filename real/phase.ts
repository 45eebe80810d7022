/** Where an offset (u64) lies within its block of `block` bytes, a power of two up to 2^31. */
export function phaseOf(offset: bigint, block: number): number {
  return Number(BigInt.asUintN(32, offset)) & (block - 1);
}
