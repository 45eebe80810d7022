/**
 * Numbers of the ABI as text: `0`, `4095`, `64K`, `3M`, `1G`, `0x8000000000000000`.
 *
 * Every number has one text: the largest of G, M and K that divides it, from
 * 2^40 on lower-case hex, else decimal. More texts than these can be read.
 */

import { quoted } from "./plain.ts";

/** The largest number of the ABI. */
export const maxU64: bigint = 2n ** 64n - 1n;

const hexFrom = 2n ** 40n;

const suffixes = [
  { letter: "T", size: 2n ** 40n },
  { letter: "G", size: 2n ** 30n },
  { letter: "M", size: 2n ** 20n },
  { letter: "K", size: 2n ** 10n },
] as const;

/** The canonical text of a number that is not negative. */
export function numberText(value: bigint): string {
  if (value >= hexFrom) return hexText(value);
  const suffix = suffixes.find(({ size }) => value > 0n && value % size === 0n);
  return suffix === undefined ? String(value) : `${value / suffix.size}${suffix.letter}`;
}

/** The canonical text of a seed: always hex. */
export function hexText(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** Permission bits as people write them: three octal digits, or four. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(3, "0");
}

export type ParsedNumber =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads decimal, hex, or decimal with K, M, G or T, from 0 to 2^64-1. */
export function parseNumber(text: string): ParsedNumber {
  const hex = /^0[xX]([0-9a-fA-F]+)$/.exec(text)?.[1];
  const [, digits, letter] = /^([0-9]+)([KMGT]?)$/.exec(text) ?? [];
  if (hex === undefined && digits === undefined) return invalid(text, complaint(text));
  if ((hex ?? digits ?? "").length > 20) return invalid(text, tooLarge);
  if (digits !== undefined && /^0./.test(digits)) return invalid(text, "has a leading zero");
  const size = suffixes.find((suffix) => suffix.letter === letter)?.size ?? 1n;
  const value = hex === undefined ? BigInt(digits ?? 0) * size : BigInt(`0x${hex}`);
  return value > maxU64 ? invalid(text, tooLarge) : { kind: "number", value };
}

const tooLarge = "is more than 2^64-1";

/** What is wrong with a text that has not the shape of a number. */
function complaint(text: string): string {
  if (/^-[0-9]/.test(text)) return "is negative, and only 0 to 2^64-1 can stand here";
  if (/^[0-9]+[kmgt]$/.test(text)) return "needs its suffix in upper case: K, M, G or T";
  return "is not a number: write 4096, 4K (K, M, G or T) or 0x1000";
}

function invalid(text: string, problem: string): ParsedNumber {
  return { kind: "invalid", message: `${quoted(text)} ${problem}` };
}
