/** Reads what came back from a call: the inverse of `printOutcome`. */

import {
  bytes,
  maxPatterns,
  parseErrno,
  statusDiffers,
  statusSame,
  untouched,
  type Bytes,
  type Errno,
  type Op,
  type OpKind,
  type Outcome,
  type Run,
  type Seen,
  type TargetOutcome,
  type Tone,
} from "../model/index.ts";
import { contradicted, parseContradictions } from "./contradiction-text.ts";
import { parseLayout } from "./layout-text.ts";
import { quoted } from "./plain.ts";
import { takeList } from "./run-length.ts";
import { Words, type Parsed } from "./words.ts";

/** Reads the text behind the arrow. The call tells how many entries there are, and which forms. */
export function parseOutcome(op: Op, text: string): Parsed<Outcome> {
  const words = new Words(text, outcomeForm(op.kind));
  const slept = skipBefore(words, "slept");
  const signalled = skipBefore(words, "SIGXFSZ");
  const full = words.next === "result" || words.next === "errno";
  const outcome = full ? parseFull(words, op) : parseUsual(words, op);
  const counted = words.skip("files_deduped") ? { filesDeduped: words.integer(0, maxCount) } : {};
  const touched = parseTouched(words);
  const contradictions = parseContradictions(words);
  return words.finish({ ...outcome, ...counted, touched, slept, signalled, contradictions });
}

/** The u16 that counts entries. */
const maxCount = 0xffff;

/** Takes a word and the semicolon behind it, when the word stands there. */
function skipBefore(words: Words, word: string): boolean {
  const found = words.skip(word);
  if (found) words.expect(";");
  return found;
}

/** How an outcome is written, for messages. */
function outcomeForm(kind: OpKind): string {
  const entry = "same N, differs, status E, untouched; bytes N behind the last three, xN to repeat";
  const run = "N zeros|garbled|pattern N [flipped]";
  const usual = new Map<OpKind, string>([
    ["dedupe", `no targets | ENTRY, ... (an ENTRY is one of ${entry})`],
    ["read", `N | RUN | N: RUN, ... (a RUN is ${run})`],
    [
      "observe",
      "- | NAME: nothing | NAME: N hole, N eN[+N/N] [prealloc] [compressed], N inline, ... ; NAME: ...",
    ],
    ["mode", "three or four octal digits"],
    ["inspect", `size N | size N: RUN, ... (a RUN is ${run})`],
  ]);
  return `an outcome of ${kind} goes: ${usual.get(kind) ?? "N"} | errno E | result N [errno E]; "slept;" before what slept, "SIGXFSZ;" before what raised it, behind it [files_deduped N] [contradicted WITNESS FILE: WORDS ; ...]`;
}

type Body = Omit<Outcome, "touched" | "slept" | "signalled" | "contradictions">;

const nothingElse = { errno: 0, targets: [], seen: undefined, layout: undefined } as const;

function parseUsual(words: Words, op: Op): Body {
  if (op.kind === "dedupe") {
    return { ...nothingElse, result: 0, targets: parseEntries(words, targetsOf(op)) };
  }
  if (op.kind === "observe") return { ...nothingElse, result: 0, layout: parseLayout(words) };
  if (op.kind === "inspect") {
    if (words.next !== "size") words.fail(`${quoted(words.next ?? "")} stands where "size" is due`);
    return withSeen(words, parseSeen(words));
  }
  if (op.kind === "mode") return { ...nothingElse, result: words.mode() };
  const result = words.integer(0, Number.MAX_SAFE_INTEGER);
  if (op.kind !== "read") return { ...nothingElse, result };
  const seen = { size: undefined, runs: parseReadRuns(words, result) };
  const outcome = withSeen(words, seen);
  if (outcome.result !== result) words.fail("the runs do not add up to what was read");
  return outcome;
}

/** A look that returned as many bytes as its runs have. */
function withSeen(words: Words, seen: Seen): Body {
  const result = Number(seen.runs.reduce((sum, run) => sum + run.length, 0n));
  if (!Number.isSafeInteger(result)) words.fail("the runs have more bytes than a call can return");
  return { ...nothingElse, result, seen };
}

/** What may stand behind any outcome. */
const endsValue: ReadonlySet<string> = new Set(["touched", contradicted]);

/** What stands behind the number of a read: `: RUN, ...`, one tone for all of it, or nothing. */
function parseReadRuns(words: Words, result: number): readonly Run[] {
  if (words.skip(":")) return parseRuns(words);
  if (words.next === undefined || endsValue.has(words.next)) return [];
  if (result === 0) words.fail(emptyRun);
  return [{ length: BigInt(result), tone: parseTone(words) }];
}

function parseFull(words: Words, op: Op): Body {
  const result = words.skip("result")
    ? words.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    : -1;
  const errno = words.skip("errno") ? parseErrorNumber(words) : 0;
  const looks = op.kind === "read" || op.kind === "inspect";
  const seen = looks && words.skip("saw") ? parseSeen(words) : undefined;
  const layout = op.kind === "observe" && words.skip("saw") ? parseLayout(words) : undefined;
  const wrote = words.skip("wrote") || words.skip(",");
  const count = targetsOf(op);
  const targets = wrote
    ? parseEntries(words, count)
    : Array.from({ length: count }, () => untouched);
  return { result, errno, targets, seen, layout };
}

function targetsOf(op: Op): number {
  return op.kind === "dedupe" ? op.targets.length : 0;
}

function parseErrorNumber(words: Words): Errno | 0 {
  const word = words.take("an errno");
  const found = parseErrno(word);
  if (found === undefined)
    words.fail(`${quoted(word)} is not an errno (a name such as EINVAL, or its number)`);
  return found ?? 0;
}

/** One entry for each target of the call; the message tells when they do not match. */
function parseEntries(words: Words, count: number): readonly TargetOutcome[] {
  const none = words.skip("no");
  if (none) words.expect("targets");
  const entries = none ? [] : takeList(words, "targets", () => parseEntry(words));
  if (entries.length !== count) {
    words.fail(`the call has ${count} targets and its outcome ${entries.length} entries`);
  }
  return entries;
}

function parseEntry(words: Words): TargetOutcome {
  const word = words.choice("an entry", ["same", "differs", "status", "untouched"]);
  switch (word) {
    case "same":
      return { status: statusSame, deduped: parseDeduped(words) };
    case "differs":
      return { status: statusDiffers, deduped: parseBytes(words) };
    case "status":
      return { status: parseStatus(words), deduped: parseBytes(words) };
    case "untouched":
      return untouched;
  }
}

function parseBytes(words: Words): Bytes {
  return words.skip("bytes") ? parseDeduped(words) : bytes(0n);
}

function parseDeduped(words: Words): Bytes {
  return words.skip("untouched") ? untouched.deduped : bytes(words.number());
}

/** A name stands for the negative errno, as the kernel puts it there. */
function parseStatus(words: Words): number {
  if (words.skip("untouched")) return untouched.status;
  return words.next?.startsWith("E") === true
    ? -Number(parseErrorNumber(words))
    : words.integer(-(2 ** 31), 2 ** 31 - 1);
}

function parseSeen(words: Words): Seen {
  if (words.skip("nothing")) return { size: undefined, runs: [] };
  if (!words.skip("size")) return { size: undefined, runs: parseRuns(words) };
  const size = bytes(words.number());
  return { size, runs: words.skip(":") ? parseRuns(words) : [] };
}

function parseRuns(words: Words): readonly Run[] {
  return takeList(words, "runs", () => ({ length: parseRunLength(words), tone: parseTone(words) }));
}

function parseRunLength(words: Words): bigint {
  const length = words.number();
  if (length === 0n) words.fail(emptyRun);
  return length;
}

const emptyRun = "a run has at least one byte";

function parseTone(words: Words): Tone {
  const word = words.choice("a tone", ["zeros", "garbled", "pattern"]);
  switch (word) {
    case "zeros":
      return 0;
    case "garbled":
      return -1;
    case "pattern": {
      const pattern = Number(words.number(BigInt(maxPatterns - 1)));
      return words.skip("flipped") ? pattern + 128 : pattern;
    }
  }
}

/** The fields behind `touched`, in the order of the text. */
function parseTouched(words: Words): readonly string[] {
  if (!words.skip("touched")) return [];
  const fields: string[] = [];
  do {
    const field = words.take("a field");
    if (!/^[a-z][a-z0-9_.[\]]{0,63}$/.test(field)) words.fail(`${quoted(field)} is not a field`);
    fields.push(field);
  } while (words.left > 0 && words.next !== contradicted);
  return fields;
}
