/** Short ways to write ops in tests. */

import type {
  Access,
  DedupeOp,
  FallocateMode,
  Op,
  OpenFlag,
  Target,
  TargetDescriptor,
} from "../../model/op.ts";
import { bytes, offset, slot } from "../../model/units.ts";

export const K = 1024;

export function open(at: number, path: string, access: Access, ...flags: OpenFlag[]): Op {
  return { kind: "open", slot: slot(at), path, access, flags };
}

export function close(at: number): Op {
  return { kind: "close", slot: slot(at) };
}

export function write(
  at: number,
  from: number,
  length: number,
  pattern: number,
  except?: number,
): Op {
  const flipped = except === undefined ? undefined : bytes(BigInt(except));
  const bytesOf = { pattern, except: flipped, direct: false };
  return { kind: "write", slot: slot(at), ...range(from, length), ...bytesOf };
}

/** The same with O_DIRECT. */
export function direct(at: number, from: number | bigint, length: number, pattern: number): Op {
  const bytesOf = { pattern, except: undefined, direct: true };
  return { kind: "write", slot: slot(at), ...range(from, length), ...bytesOf };
}

export function scatter(at: number, from: number | bigint, blocks: number, pattern: number): Op {
  const { offset: start } = range(from, 0);
  return { kind: "scatter", slot: slot(at), offset: start, blocks, pattern };
}

/** The same bytes through a mapping. */
export function store(
  at: number,
  from: number | bigint,
  length: number,
  pattern: number,
  except?: number,
): Op {
  const flipped = except === undefined ? undefined : bytes(BigInt(except));
  return { kind: "store", slot: slot(at), ...range(from, length), pattern, except: flipped };
}

export function read(at: number, from: number, length: number): Op {
  return { kind: "read", slot: slot(at), ...range(from, length) };
}

export function inspect(at: number, from: number, length: number): Op {
  return { kind: "inspect", slot: slot(at), ...range(from, length) };
}

export function truncate(at: number, length: bigint): Op {
  return { kind: "truncate", slot: slot(at), length: bytes(length) };
}

const usual = { kind: "usual" } as const;

export function dedupe(
  at: number,
  from: number,
  length: number,
  targets: readonly Target[],
  argument: DedupeOp["argument"] = { kind: "whole" },
): DedupeOp {
  const fields = { targets, reserved1: 0, reserved2: 0, argument, during: usual };
  return { kind: "dedupe", slot: slot(at), ...range(from, length), ...fields };
}

export function onto(descriptor: number | "closed" | "never-opened", at: number, high = 0): Target {
  const named: TargetDescriptor = typeof descriptor === "number" ? slot(descriptor) : descriptor;
  return { descriptor: named, offset: offset(BigInt(at)), reserved: 0, high };
}

export function clone(at: number, from: number, length: number, target: number, to: number): Op {
  const placed = { target: slot(target), targetOffset: offset(BigInt(to)) };
  return { kind: "clone", slot: slot(at), ...range(from, length), ...placed };
}

function range(from: number | bigint, length: number) {
  return { offset: offset(BigInt(from)), length: bytes(BigInt(length)) };
}

export function fallocate(at: number, mode: FallocateMode, from: number, length: number): Op {
  return { kind: "fallocate", slot: slot(at), mode, ...range(from, length) };
}
