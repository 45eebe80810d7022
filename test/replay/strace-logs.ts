/** Calls as strace prints them: recorded logs, and calls of the model in the same words. */

import { readFileSync } from "node:fs";
import { errnoName, type DedupeOp, type Outcome, type Target } from "../../model/index.ts";

/** A log in test/replay/strace. */
export function recorded(name: string): string {
  return readFileSync(new URL(`strace/${name}.log`, import.meta.url), "utf8");
}

/** A call as strace -v prints it: slot N is descriptor N + 3. */
export function straceLine(op: DedupeOp, outcome: Outcome): string {
  const head = `ioctl(${op.slot + 3}, BTRFS_IOC_FILE_EXTENT_SAME or FIDEDUPERANGE, ${argumentText(op)}`;
  if (outcome.errno !== 0) return `${head}) = -1 ${errnoName(outcome.errno)} (Some error)`;
  const entries = outcome.targets.map(
    ({ status, deduped }) => `{bytes_deduped=${deduped}, status=${status}}`,
  );
  return `${head} => {info=[${entries.join(", ")}]}) = 0`;
}

const headerBytes = 24;
const entryBytes = 32;

function argumentText({ argument, offset, length, targets }: DedupeOp): string {
  if (argument.kind === "null") return "NULL";
  const readable = argument.kind === "unmapped" ? argument.after : Infinity;
  if (readable < headerBytes) return "0x7ff01ba55fec";
  const shown = targets.slice(0, Math.max(0, Math.floor((readable - headerBytes) / entryBytes)));
  const entries = shown.map(entryText);
  const whole = shown.length === targets.length;
  const info = `[${[...entries, ...(whole ? [] : ["... /* 0x7ff01ba56000 */"])].join(", ")}]`;
  const shownInfo = whole || shown.length > 0 ? info : "0x7ff01ba56000";
  return `{src_offset=${offset}, src_length=${length}, dest_count=${targets.length}, info=${shownInfo}}`;
}

function entryText({ descriptor, offset }: Target): string {
  const fds = { closed: 99, "never-opened": -1 };
  const fd = typeof descriptor === "string" ? fds[descriptor] : descriptor + 3;
  return `{dest_fd=${fd}, dest_offset=${offset}}`;
}
