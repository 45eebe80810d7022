/** Whether the kernel says of itself that it is not to be trusted any more. */

import { readFileSync } from "node:fs";

/** What each bit means, from bit 0. Source: Documentation/admin-guide/tainted-kernels.rst (Linux 6.18). */
const reasons = [
  "a proprietary module",
  "a module loaded by force",
  "a processor out of specification",
  "a module unloaded by force",
  "a machine check",
  "a bad page",
  "a user's request",
  "an oops or a BUG before",
  "an ACPI table overridden",
  "a warning before",
  "a staging driver",
  "a workaround for firmware",
  "a module from outside the tree",
  "an unsigned module",
  "a soft lockup before",
  "a live patch",
  "a distribution's own reason",
  "randomised structures",
  "a test of its own",
  "an ioctl of fwctl",
] as const;

/** Why the kernel is tainted, in words; undefined when it is not, or does not say. */
export function taint(): string | undefined {
  return taintText(numberIn("/proc/sys/kernel/tainted"));
}

/** The words for a value of /proc/sys/kernel/tainted. */
export function taintText(bits: number): string | undefined {
  if (bits === 0) return undefined;
  const said = reasons.filter((_, bit) => Math.floor(bits / 2 ** bit) % 2 === 1);
  return said.length === 0 ? `value ${bits}` : said.join(", ");
}

function numberIn(path: string): number {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return 0;
  }
}
