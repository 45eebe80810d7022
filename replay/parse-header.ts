/** Reads the first lines of a trace: `trace 1 target NAME block N`, and `expect`. */

import { formatOf, formats, usualFormat, type FormatName } from "../model/index.ts";
import { bounds } from "./bounds.ts";
import { quoted } from "./plain.ts";
import {
  isBlock,
  isHeaderName,
  type ExpectedVerdict,
  type Expectation,
  type Trace,
} from "./trace.ts";
import { Words, type Parsed } from "./words.ts";

export type Header = Pick<Trace, "version" | "target" | "block" | "format" | "seed">;

const headerForm = "a header goes: trace 1   target NAME   block N   [format NAME]   [seed N]";
const expectForm = "expectations go: expect PROFILE allowed|diverged at call N ...";

export function parseHeader(line: string): Parsed<Header> {
  const words = new Words(line, headerForm);
  words.expect("trace");
  const version = words.take("the version");
  if (version !== "1") words.fail(`version ${quoted(version)} is not known; this reads version 1`);
  words.expect("target");
  const target = parseName(words);
  words.expect("block");
  const block = parseBlock(words);
  const format = words.skip("format") ? parseFormat(words) : usualFormat(target).name;
  const seed = words.skip("seed") ? words.number() : undefined;
  return words.finish({ version: 1, target, block, format, seed });
}

function parseFormat(words: Words): FormatName {
  const name = words.take("a format");
  const format = formatOf(name);
  if (format === undefined) {
    words.fail(`${quoted(name)} is not a format; there are: ${Object.keys(formats).join(", ")}`);
  }
  return format?.name ?? "default";
}

function parseBlock(words: Words): number {
  const block = words.number();
  if (!isBlock(block)) words.fail(`${block} is not a block: a power of two from 512 to 64K`);
  return Number(block);
}

/** Reads one line of expectations, in the order of the text. */
export function parseExpect(line: string): Parsed<readonly Expectation[]> {
  const words = new Words(line, expectForm);
  words.expect("expect");
  const expect: Expectation[] = [];
  do expect.push({ profile: parseName(words), verdict: parseVerdict(words) });
  while (words.left > 0);
  return words.finish(expect);
}

function parseVerdict(words: Words): ExpectedVerdict {
  const kind = words.choice("a verdict", ["allowed", "diverged"]);
  if (kind === "allowed") return { kind };
  words.expect("at");
  words.expect("call");
  const at = Number(words.number(BigInt(bounds.calls.most)));
  if (at === 0) words.fail("calls are counted from 1");
  return { kind, at };
}

function parseName(words: Words): string {
  const name = words.take("a name");
  if (!isHeaderName(name)) words.fail(`${quoted(name)} is not a name such as linux-6.18/btrfs`);
  return name;
}
