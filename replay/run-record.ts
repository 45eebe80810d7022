/**
 * How far a long run came, on disk: a heading that says which run it is, and a line
 * for each step. Lines are only ever added, so that a run which was killed, whenever
 * that was, goes on behind the last whole line.
 */

import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { plain, quoted } from "./plain.ts";

export interface RunRecord {
  /** What was done before; 0 at the start. */
  readonly done: number;
  /** Signatures that were found before, in the order of their lines. */
  readonly found: readonly string[];
  /** Adds a step. Throws what node:fs throws. */
  readonly add: (done: number) => void;
  /** Adds a signature that was not found before. Throws likewise. */
  readonly note: (signature: string) => void;
}

export type OpenedRecord =
  | { readonly kind: "record"; readonly record: RunRecord }
  /** One line for the user. */
  | { readonly kind: "refused"; readonly message: string };

/** A line a second for a month. */
const mostBytes = 2 ** 26;

const line = /^(?:done (?<done>[0-9]{1,15})|found (?<found>[A-Za-z0-9._-]{1,200}))$/;

/** Opens the record of the run that `heading`, one line, is about; makes it where there is none. */
export function openRecord(path: string, heading: string): OpenedRecord {
  try {
    return record(path, heading);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "refused", message: `${quoted(path)} cannot be used: ${plain(reason)}` };
  }
}

function record(path: string, heading: string): OpenedRecord {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "", { flag: "wx" });
  }
  if (statSync(path).size > mostBytes) return refused(`${quoted(path)} is too long for a record`);
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole === "") writeFileSync(path, `${heading}\n`);
  else truncateSync(path, Buffer.byteLength(whole));
  const [first = heading, ...steps] = whole.split("\n").slice(0, -1);
  if (first !== heading) {
    return refused(
      `${quoted(path)} is of another run: take another --out. Its run was: ${plain(first)}`,
    );
  }
  const matches = steps.map((each) => line.exec(each)?.groups);
  const wrong = matches.indexOf(undefined);
  if (wrong !== -1) {
    return refused(`${quoted(path)}, line ${wrong + 2}: ${quoted(steps[wrong] ?? "")} is no step`);
  }
  const done = Number(matches.findLast((each) => each?.["done"] !== undefined)?.["done"] ?? 0);
  const found = matches.flatMap((each) => each?.["found"] ?? []);
  const append = (words: string): void => {
    appendFileSync(path, `${words}\n`);
  };
  return {
    kind: "record",
    record: {
      done,
      found,
      add: (now) => {
        append(`done ${now}`);
      },
      note: (signature) => {
        append(`found ${signature}`);
      },
    },
  };
}

function refused(message: string): OpenedRecord {
  return { kind: "refused", message };
}
