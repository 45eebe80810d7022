/** Traces on disk: held to their verdicts, listed, added, and made few. */

import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { targetsFor } from "../fuzz/index.ts";
import { alive } from "../real/index.ts";
import {
  corpusIn,
  coverLines,
  expectedOf,
  fileSystemsOf,
  formatIn,
  listLines,
  notFolder,
  plain,
  readTraceFile,
  toAdd,
  tracesIn,
  verifyOn,
  verifyTrace,
  type CorpusProblem,
  type KnownDifference,
} from "../replay/index.ts";
import {
  corpus,
  exitCodes,
  knownOf,
  onTarget,
  refuse,
  say,
  UsageError,
  type Context,
} from "./context.ts";

type Verb = (context: Context, words: readonly string[]) => Promise<number> | number;

/** Each with its words, and whether it runs traces. */
const verbs: Readonly<Record<string, { readonly runs: boolean; readonly verb: Verb }>> = {
  verify: { runs: true, verb: verify },
  known: { runs: true, verb: known },
  list: { runs: false, verb: list },
  add: { runs: false, verb: add },
  minimise: { runs: false, verb: minimise },
};

/** Whether a verb of the corpus runs traces. */
export function runsTraces({ words }: Context): boolean {
  return verbs[words[0] ?? ""]?.runs === true;
}

export function corpusVerb(context: Context): Promise<number> | number {
  const [name = "", ...words] = context.words;
  const found = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (found === undefined) {
    const names = Object.keys(verbs).join(", ");
    throw new UsageError(`corpus goes: corpus VERB, where VERB is one of ${names}`);
  }
  return found.verb(context, words);
}

async function verify(context: Context, words: readonly string[]): Promise<number> {
  const paths = tracesIn(folderIn(words, "verify"));
  const problems = paths.flatMap(verifyTrace);
  const names = await onEach(context, paths, problems);
  for (const { path, message } of problems) say(`${plain(path)}: ${message}`);
  say(`${paths.length} traces, ${problems.length} surprises, on ${names.join(" and ")}`);
  return problems.length === 0 ? exitCodes.nothing : exitCodes.divergence;
}

/** Runs traces, each on the targets that it is for, and adds what is not as it states. Gives the targets' names. */
async function onEach(
  { values }: Context,
  paths: readonly string[],
  problems: CorpusProblem[],
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const where of targetsFor(values, fileSystemsOf(paths))) {
    await onTarget(where, (model, target) => {
      names.push(target.name);
      for (const path of paths) {
        alive();
        problems.push(...verifyOn(path, model, target));
      }
      return exitCodes.nothing;
    });
  }
  return names;
}

/** The differences that are expected, and which of them a target does not show any more. */
async function known(context: Context, words: readonly string[]): Promise<number> {
  const [folder, ...more] = words;
  if (more.length > 0) throw new UsageError("corpus known takes one FOLDER");
  const all = knownOf({ ...context.values, ...(folder === undefined ? {} : { known: folder }) });
  const gone: string[] = [];
  const kinds = [...new Set(all.map(({ trace }) => formatIn(trace).fs))];
  for (const where of all.length === 0 ? [] : targetsFor(context.values, kinds)) {
    await onTarget(where, (model, target) => {
      for (const each of expectedOf(all, model.profile.name, target.name)) {
        alive();
        gone.push(...verifyOn(each.path, model, target).map(({ message }) => told(each, message)));
      }
      return exitCodes.nothing;
    });
  }
  for (const each of all) say(told(each, each.reason, each.reference, each.signature));
  for (const line of gone) say(`no longer so: ${line}`);
  say(`${all.length} differences are expected, ${gone.length} do not come any more`);
  return gone.length === 0 ? exitCodes.nothing : exitCodes.divergence;
}

function told({ name }: KnownDifference, ...words: readonly string[]): string {
  return plain([name, ...words].join("   "));
}

function list(_context: Context, words: readonly string[]): number {
  const { entries, problems } = corpusIn(folderIn(words, "list"));
  for (const line of listLines(entries)) say(plain(line));
  return toldOf(problems);
}

function minimise(_context: Context, words: readonly string[]): number {
  const { entries, problems } = corpusIn(folderIn(words, "minimise"));
  for (const line of coverLines(entries)) say(plain(line));
  return toldOf(problems);
}

/** Adds a trace as a file of the same name. */
function add(_context: Context, words: readonly string[]): number {
  const [path, folder = join(corpus, "found"), ...more] = words;
  if (path === undefined || more.length > 0)
    throw new UsageError("corpus add takes a FILE, and the FOLDER that it goes to");
  refuse(notFolder(folder), "corpus add");
  const read = readTraceFile(path);
  if (read.kind === "invalid") throw new UsageError(read.message);
  const place = join(folder, basename(path));
  if (!place.endsWith(".trace")) throw new UsageError(`${plain(path)}: it must end in .trace`);
  if (existsSync(place)) throw new UsageError(`${plain(place)} is there already: rename the file`);
  const { entries } = corpusIn(folder === join(corpus, "found") ? corpus : folder);
  const added = toAdd(read.trace, entries);
  if (added.kind === "refused") throw new UsageError(`${plain(path)}: ${plain(added.message)}`);
  writeFileSync(place, added.text, { flag: "wx" });
  say(`added ${plain(place)}: ${added.verdict}`);
  return exitCodes.nothing;
}

function folderIn(words: readonly string[], verb: string): string {
  const [folder = corpus, ...more] = words;
  if (more.length > 0) throw new UsageError(`corpus ${verb} takes one FOLDER`);
  refuse(notFolder(folder), `corpus ${verb}`);
  return folder;
}

function toldOf(problems: readonly CorpusProblem[]): number {
  for (const { path, message } of problems) say(`${plain(path)}: ${message}`);
  return problems.length === 0 ? exitCodes.nothing : exitCodes.divergence;
}
