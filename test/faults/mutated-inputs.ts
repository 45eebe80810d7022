/** Texts from outside with bytes changed, cut, doubled and put together: each is read, or refused in words. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import seedrandom from "seedrandom";
import { readJournal } from "../../fuzz/journal.ts";
import { tracesIn } from "../../replay/corpus.ts";
import { parseTrace } from "../../replay/parse.ts";

/** The longest time that one text may take, in milliseconds. */
export const maxMilliseconds = 2000;

const journal = [
  '{"kind":"campaign","version":1,"seed":7,"jobs":2,"flags":["--fs=xfs"]}',
  '{"kind":"began","time":"2026-01-01T00:00:00.000Z"}',
  '{"kind":"lost","worker":1,"program":12,"why":"killed by SIGKILL"}',
  '{"kind":"ended","time":"2026-01-01T00:00:01.000Z"}',
].join("\n");

interface Came {
  readonly read: number;
  readonly refused: number;
  readonly slowest: number;
}

/** Reads so many texts; gives how many were read, how many refused, and the longest time in milliseconds. */
export function readMutated(count: number, folder: string): Came {
  const random = seedrandom("mutated inputs");
  const choose = (bound: number): number => Math.floor(random() * bound);
  const traces = tracesIn(folder)
    .map((path) => readFileSync(path, "utf8"))
    .filter((text) => text.length < 4000);
  const came = { read: 0, refused: 0, slowest: 0 };
  for (let index = 0; index < count; index++) {
    const isTrace = index % 2 === 0;
    const text = mutated(isTrace ? traces : [journal], choose);
    const started = performance.now();
    const { kind, ...rest } = isTrace ? parseTrace(text) : readJournal(text.split("\n"));
    came.slowest = Math.max(came.slowest, performance.now() - started);
    if (kind !== "invalid") came.read++;
    else if ("message" in rest && rest.message !== "") came.refused++;
    else throw new Error(`refused without a word: ${JSON.stringify(text)}`);
  }
  return came;
}

function mutated(texts: readonly string[], choose: (bound: number) => number): string {
  const any = (): string => texts[choose(texts.length)] ?? "";
  let text = any();
  for (let changes = 1 + choose(4); changes > 0; changes--) {
    const at = choose(text.length + 1);
    const behind = at + choose(12);
    const [before, after] = [text.slice(0, at), text.slice(behind)];
    const other = any();
    const there = choose(other.length + 1);
    const between = [
      "",
      String.fromCharCode(choose(256)),
      other.slice(there, there + choose(40)),
      text.slice(at, behind).repeat(2),
      ["-1", "0x", "18446744073709551616", "1e99", '"', "{", "\0", "\u202e"][choose(8)] ?? "",
    ];
    text = `${before}${between[choose(between.length)] ?? ""}${after}`;
  }
  return text;
}

const [script = "", count = "1000000"] = process.argv.slice(1);
if (script === fileURLToPath(import.meta.url)) {
  const corpus = fileURLToPath(new URL("../../../corpus", import.meta.url));
  process.stdout.write(`${JSON.stringify(readMutated(Number(count), corpus))}\n`);
}
