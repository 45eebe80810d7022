/** One call of this ioctl as strace prints it, with what came back. */

import {
  bytes,
  parseErrno,
  statusDiffers,
  statusSame,
  structBytes,
  type TargetOutcome,
} from "../model/index.ts";
import type { KnownAnswer } from "./explain.ts";
import { maxU64 } from "./number-text.ts";
import { plain, quoted } from "./plain.ts";
import { Scanner } from "./scanner.ts";
import { takeValue, type StraceValue } from "./strace-value.ts";
import type { Parsed } from "./words.ts";

/** A descriptor, with what `-y` says that it is. */
export interface StraceFd {
  readonly number: number;
  /** Empty where strace was not asked: `/mnt/a`, `pipe:[64731]`, `/dev/null<char 1:3>`. */
  readonly about: string;
}

export interface StraceTarget {
  readonly fd: StraceFd;
  readonly offset: bigint;
}

/** The argument, as far as strace could read it, or was asked to show it. */
export type StraceArgument =
  | { readonly kind: "null" }
  /** An address alone. */
  | { readonly kind: "hidden" }
  | {
      readonly kind: "shown";
      readonly offset: bigint;
      readonly length: bigint;
      readonly count: number;
      /** Those that are shown. */
      readonly targets: readonly StraceTarget[];
      /** Bytes of the argument that can be read; undefined where entries were left out. */
      readonly readableBytes: number | undefined;
    };

export interface StraceCall {
  readonly source: StraceFd;
  readonly argument: StraceArgument;
  readonly answer: KnownAnswer;
}

/** How strace may name the request: by its names, its number, or the parts of it. */
export const requestNames: RegExp =
  /BTRFS_IOC_FILE_EXTENT_SAME|FIDEDUPERANGE|0xc0189436|_IOC\(_IOC_READ\|_IOC_WRITE, 0x94, 0x36, 0x18\)/;

const head = new RegExp(
  String.raw`\s*,\s*(?:${requestNames.source})(?: or [A-Z_]+)*(?: /\*[^*]*\*/)?\s*,`,
  "y",
);
const space = /\s*/y;
const result = /\s*\)\s*= (\?|-?[0-9]+|0x[0-9a-f]+)/y;
const errnoWord = / (E[A-Z0-9]+)/y;
const cut = /\s*<(?:unfinished|detached) \.\.\.>/y;

/** Reads a call from `ioctl(` on; the message says what is wrong. */
export function parseStraceCall(text: string): Parsed<StraceCall> {
  const scanner = new Scanner(text);
  scanner.skip("ioctl(");
  try {
    const source = fdIn(takeValue(scanner));
    if (scanner.take(head) === undefined) throw new Unreadable("no request follows the descriptor");
    const argument = argumentIn(takeValue(scanner));
    scanner.take(space);
    const after = scanner.skip("=>") ? takeValue(scanner) : undefined;
    return { kind: "parsed", value: { source, argument, answer: answerIn(scanner, after) } };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "invalid", message: error.message };
    throw error;
  }
}

/** What a line has that no strace prints; it never leaves this file. */
class Unreadable extends Error {}

function argumentIn(value: StraceValue | undefined): StraceArgument {
  if (value?.kind === "word") return { kind: value.text === "NULL" ? "null" : "hidden" };
  if (value?.kind !== "struct")
    throw new Unreadable("its argument is neither a struct nor an address");
  return {
    kind: "shown",
    offset: numberIn(value, "src_offset", "logical_offset"),
    length: numberIn(value, "src_length", "length"),
    count: Number(numberIn(value, "dest_count")),
    targets: itemsIn(value).map((item) => ({
      fd: fdIn(fieldIn(item, "dest_fd", "fd")),
      offset: numberIn(item, "dest_offset", "logical_offset"),
    })),
    readableBytes: readableIn(value),
  };
}

/** The entries of an argument; none where an address stands for them. */
function itemsIn(value: StraceValue): readonly StraceValue[] {
  const info = fieldIn(value, "info");
  return info?.kind === "array" ? info.items : [];
}

function readableIn(value: StraceValue): number | undefined {
  const info = fieldIn(value, "info");
  if (info?.kind !== "array") return info === undefined ? undefined : structBytes(0);
  return { nothing: Infinity, more: undefined, unreadable: structBytes(info.items.length) }[
    info.end
  ];
}

function answerIn(scanner: Scanner, after: StraceValue | undefined): KnownAnswer {
  const returned = scanner.take(result);
  const open = returned === undefined && scanner.take(cut) === undefined;
  if (open) throw new Unreadable(`it ends in the middle: ${quoted(scanner.rest)}`);
  if (returned === undefined || returned === "?") return { errno: undefined, targets: [] };
  const targets = after === undefined ? [] : itemsIn(after).map(outcomeIn);
  if (returned === "0") return { errno: 0, targets };
  const name = scanner.take(errnoWord) ?? "";
  const errno = parseErrno(name);
  if (returned === "-1" && errno !== undefined) return { errno, targets: [] };
  throw new Unreadable(
    `it returned ${quoted(`${returned} ${name}`.trim())}, which is not known here`,
  );
}

function outcomeIn(item: StraceValue): Partial<TargetOutcome> {
  const deduped = fieldIn(item, "bytes_deduped");
  const status = fieldIn(item, "status");
  return {
    ...(deduped === undefined ? {} : { deduped: bytes(numberIn(item, "bytes_deduped")) }),
    ...(status === undefined ? {} : { status: statusIn(status) }),
  };
}

const statusNames: ReadonlyMap<string, number> = new Map([
  ["FILE_DEDUPE_RANGE_SAME", statusSame],
  ["FILE_DEDUPE_RANGE_DIFFERS", statusDiffers],
  ["BTRFS_SAME_DATA_DIFFERS", statusDiffers],
]);

function statusIn(value: StraceValue): number {
  const [text = ""] = value.kind === "word" ? value.text.split(" ", 1) : [];
  if (/^-?[0-9]{1,10}$/.test(text)) return Number(text);
  const status = statusNames.get(text) ?? negative(parseErrno(text.replace(/^-/, "")));
  if (status === undefined) throw new Unreadable(`${quoted(text)} is not a status`);
  return status;
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function fieldIn(value: StraceValue, ...names: readonly string[]): StraceValue | undefined {
  if (value.kind !== "struct") throw new Unreadable("an entry of info is not a struct");
  const name = names.find((each) => value.fields.has(each));
  return name === undefined ? undefined : value.fields.get(name);
}

function numberIn(value: StraceValue, ...names: readonly string[]): bigint {
  const found = fieldIn(value, ...names);
  const text = found?.kind === "word" ? found.text : "";
  if (found === undefined) throw new Unreadable(`it shows no ${names[0]}`);
  const isNumber = /^(?:[0-9]{1,20}|0x[0-9a-f]{1,16})$/.test(text);
  const number = isNumber ? BigInt(text) : maxU64 + 1n;
  if (number > maxU64)
    throw new Unreadable(`${names[0]} is ${quoted(text)}, not a number of 64 bits`);
  return number;
}

function fdIn(value: StraceValue | undefined): StraceFd {
  const text = value?.kind === "word" ? value.text : "";
  const [, digits, about = ""] = /^(-?[0-9]{1,10})(?:<(.*)>)?(?:\(deleted\))?$/s.exec(text) ?? [];
  if (digits === undefined) throw new Unreadable(`${quoted(text)} is not a descriptor`);
  const deleted = text.endsWith("(deleted)") ? " (deleted)" : "";
  return { number: Number(digits), about: plain(about) + deleted };
}
