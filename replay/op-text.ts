/** One call as text: `dedupe s0 at 0 length 64K onto s1 at 0, s2 at 4K`. */

import type {
  Argument,
  Circumstance,
  DedupeOp,
  Op,
  OpenOp,
  Slot,
  StoreOp,
  Target,
  TargetDescriptor,
  WriteOp,
} from "../model/index.ts";
import { modeText, numberText } from "./number-text.ts";
import { compressed } from "./run-length.ts";

/** The canonical text of a call, without its outcome; `parseCall` reads it back. */
export function printCall(op: Op): string {
  switch (op.kind) {
    case "open":
      return openText(op);
    case "mkdir":
    case "mkfifo":
    case "unlink":
    case "subvolume":
    case "delete":
      return `${op.kind} ${op.path}`;
    case "link":
      return `link ${op.path} ${op.to}`;
    case "snapshot":
      return `snapshot ${op.path} ${op.to}${op.readOnly ? " read-only" : ""}`;
    case "close":
    case "nocow":
    case "mode":
    case "fsync":
      return `${op.kind} ${slotText(op.slot)}`;
    case "as":
      return asText(op);
    case "limit":
      return `limit ${op.bytes === undefined ? "none" : numberText(op.bytes)}`;
    case "chmod":
      return `chmod ${slotText(op.slot)} ${modeText(op.mode)}`;
    case "chown":
      return `chown ${slotText(op.slot)} ${op.user}`;
    case "chattr":
      return `chattr ${slotText(op.slot)} ${op.change}`;
    case "write":
    case "store":
      return writeText(op);
    case "scatter":
      return `scatter ${slotText(op.slot)} at ${numberText(op.offset)} blocks ${op.blocks} pattern ${op.pattern}`;
    case "truncate":
      return `truncate ${slotText(op.slot)} length ${numberText(op.length)}`;
    case "fallocate":
      return `fallocate ${slotText(op.slot)} ${op.mode} ${rangeText(op)}`;
    case "clone":
      return `clone ${slotText(op.slot)} ${rangeText(op)} onto ${slotText(op.target)} at ${numberText(op.targetOffset)}`;
    case "dedupe":
      return dedupeText(op);
    case "read":
    case "inspect":
      return `${op.kind} ${slotText(op.slot)} ${rangeText(op)}`;
    case "syncfs":
    case "observe":
    case "check":
    case "scrub":
    case "remount":
      return op.kind;
  }
}

function openText(op: OpenOp): string {
  return ["open", slotText(op.slot), op.access, ...op.flags, op.path].join(" ");
}

function asText({ user, capabilities }: Extract<Op, { kind: "as" }>): string {
  return capabilities.length === 0 ? `as ${user}` : `as ${user} with ${capabilities.join(", ")}`;
}

function writeText(op: WriteOp | StoreOp): string {
  const except = op.except === undefined ? "" : ` except ${numberText(op.except)}`;
  const direct = op.kind === "write" && op.direct ? " direct" : "";
  return `${op.kind} ${slotText(op.slot)} ${rangeText(op)} pattern ${op.pattern}${except}${direct}`;
}

function dedupeText(op: DedupeOp): string {
  const targets = op.targets.length === 0 ? "none" : compressed(op.targets.map(targetText));
  return [
    `dedupe ${slotText(op.slot)} ${rangeText(op)}`,
    optionText("reserved1", op.reserved1),
    optionText("reserved2", op.reserved2),
    argumentText(op.argument),
    duringText(op.during),
    ` onto ${targets}`,
  ].join("");
}

/** One entry of a dedupe: `s1 at 4K`. */
export function targetText(target: Target): string {
  return [
    `${descriptorText(target.descriptor)} at ${numberText(target.offset)}`,
    optionText("reserved", target.reserved),
    optionText("high", target.high),
  ].join("");
}

function descriptorText(descriptor: TargetDescriptor): string {
  return typeof descriptor === "number" ? slotText(descriptor) : descriptor;
}

function argumentText(argument: Argument): string {
  switch (argument.kind) {
    case "whole":
      return "";
    case "null":
      return " argument null";
    case "crossing":
    case "read-only":
    case "unmapped":
      return ` argument ${argument.kind} ${numberText(BigInt(argument.after))}`;
  }
}

function duringText(during: Circumstance): string {
  switch (during.kind) {
    case "usual":
      return "";
    case "frozen":
    case "full":
    case "shut-down":
      return ` while ${during.kind}`;
    case "swapping":
      return ` while swapping ${slotText(during.slot)}`;
    case "denied":
      return ` while denied ${numberText(BigInt(during.event))}`;
    case "sending":
      return ` while sending ${during.path}`;
    case "unreadable":
      return ` while unreadable ${slotText(during.slot)} at ${numberText(during.offset)}`;
  }
}

/** Fields that are 0 are not written. */
function optionText(word: string, value: number): string {
  return value === 0 ? "" : ` ${word} ${numberText(BigInt(value))}`;
}

function rangeText(range: { readonly offset: bigint; readonly length: bigint }): string {
  return `at ${numberText(range.offset)} length ${numberText(range.length)}`;
}

function slotText(slot: Slot): string {
  return `s${slot}`;
}
