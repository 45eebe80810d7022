/** Texts from outside with bytes changed, cut, doubled and put together: each is read, or refused in words. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import seedrandom from "seedrandom";
import { readJournal } from "../../fuzz/journal.ts";
import { tracesIn } from "../../replay/corpus.ts";
import { parseTrace } from "../../replay/parse.ts";
import { readStraceLog } from "../../replay/strace-log.ts";

/** The longest time that one text may take, in milliseconds. */
export const maxMilliseconds = 2000;

/** Characters of a text that is changed, at most: long ones would take all the time. */
const maxLength = 4000;

/** What came of one text: whether something was read, and what was said of what was not. */
interface Came {
  readonly read: boolean;
  readonly said: readonly string[];
}

/** Texts that a parser takes, and the parser. */
interface Reader {
  readonly texts: readonly string[];
  readonly read: (text: string) => Came;
}

/** How many texts were read, how many refused, and the longest time in milliseconds. */
export interface Count {
  readonly read: number;
  readonly refused: number;
  readonly slowest: number;
}

/** Gives so many texts to the parsers in turn; `root` is the folder of the project. */
export function readMutated(count: number, root: string): Readonly<Record<string, Count>> {
  const random = seedrandom("mutated inputs");
  const choose = (bound: number): number => Math.floor(random() * bound);
  const readers = Object.entries(readersIn(root)).map(([name, reader]) => {
    return { name, reader, count: { read: 0, refused: 0, slowest: 0 } };
  });
  for (let index = 0; index < count; index++) {
    const turn = readers[index % readers.length];
    if (turn === undefined) break;
    const text = mutated(turn.reader.texts, choose);
    const started = performance.now();
    const { read, said } = turn.reader.read(text);
    turn.count.slowest = Math.max(turn.count.slowest, performance.now() - started);
    if (read) turn.count.read++;
    else turn.count.refused++;
    if ((!read && said.length === 0) || said.some((message) => message === ""))
      throw new Error(`refused without a word: ${JSON.stringify(text)}`);
  }
  return Object.fromEntries(readers.map((turn) => [turn.name, turn.count]));
}

function readersIn(root: string): Readonly<Record<string, Reader>> {
  const strace = join(root, "test/replay/strace");
  return {
    trace: {
      texts: textsOf(tracesIn(join(root, "corpus"))),
      read: (text) => came(parseTrace(text)),
    },
    journal: { texts: [journal], read: (text) => came(readJournal(text.split("\n"))) },
    strace: {
      texts: textsOf(readdirSync(strace).map((name) => join(strace, name))),
      read: (text) => {
        const { problems } = readStraceLog(text);
        return { read: problems.length === 0, said: problems.map(({ message }) => message) };
      },
    },
  };
}

const journal = [
  '{"kind":"campaign","version":1,"seed":7,"jobs":2,"flags":["--fs=xfs"]}',
  '{"kind":"began","time":"2026-01-01T00:00:00.000Z"}',
  '{"kind":"lost","worker":1,"program":12,"why":"killed by SIGKILL"}',
  '{"kind":"ended","time":"2026-01-01T00:00:01.000Z"}',
].join("\n");

/** Texts in files; of a long one its first lines. */
function textsOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    const text = readFileSync(path, "utf8");
    return text.slice(0, text.length <= maxLength ? undefined : text.lastIndexOf("\n", maxLength));
  });
}

function came(parsed: { readonly kind: string; readonly message?: string }): Came {
  return {
    read: parsed.kind !== "invalid",
    said: "message" in parsed ? [parsed.message ?? ""] : [],
  };
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
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const counts = readMutated(Number(count), root);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ ...counts, mostMegabytes: memory })}\n`);
}
