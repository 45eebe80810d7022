/** How a command line is read, by a table of commands and flags, and the help that comes of it. */

import { parseArgs } from "node:util";
import { labelled } from "./columns.ts";
import { plain } from "./plain.ts";

/** A flag by its name: what it takes (empty for a switch), and what it is for. */
export type FlagTable = Readonly<Record<string, readonly [takes: string, about: string]>>;

export interface CommandForm {
  /** The words after the program's name, the command first. */
  readonly usage: string;
  readonly about: string;
  /** Without the program's name. */
  readonly examples: readonly string[];
  readonly flags: readonly string[];
}

/** Values of flags by name; a switch that is set has "true". */
export type FlagValues = Readonly<Partial<Record<string, string>>>;

export type ReadCommand<Form> =
  | {
      readonly kind: "run";
      readonly command: Form;
      readonly values: FlagValues;
      readonly words: readonly string[];
    }
  | { readonly kind: "help"; readonly text: string }
  /** One line: what is wrong, and what to do. */
  | { readonly kind: "invalid"; readonly message: string };

const helpWords = ["help", "--help", "-h"];

/** Reads the words after the program's name. */
export function readCommand<Form extends CommandForm>(
  commands: readonly Form[],
  flags: FlagTable,
  aliases: Readonly<Record<string, string>>,
  argv: readonly string[],
): ReadCommand<Form> {
  const [first = "help", ...rest] = argv;
  if (first === "help" && rest.length > 0) {
    return readCommand(commands, flags, aliases, [...rest.slice(0, 1), "--help"]);
  }
  if (helpWords.includes(first)) return { kind: "help", text: overview(commands) };
  const name = Object.hasOwn(aliases, first) ? aliases[first] : first;
  const command = commands.find((form) => nameOf(form) === name);
  if (command === undefined) {
    const known = commands.map(nameOf).join(", ");
    return invalid(`${JSON.stringify(plain(first))} is not a command; there are: ${known}`);
  }
  if (rest.some((word) => helpWords.slice(1).includes(word))) {
    return { kind: "help", text: helpOf(command, flags) };
  }
  try {
    const { values, positionals } = parseArgs({
      args: joined(rest, command, flags),
      allowPositionals: true,
      options: Object.fromEntries(command.flags.map((flag) => [flag, optionOf(flags, flag)])),
    });
    const texts = Object.entries(values).map(([flag, value]) => [flag, String(value)] as const);
    return { kind: "run", command, values: Object.fromEntries(texts), words: positionals };
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    return invalid(`${plain(reason)}; see extent-same ${nameOf(command)} --help`);
  }
}

/** The values of flags as words of a command line; `readFlagWords` reads them back. */
export function flagWords(values: FlagValues): readonly string[] {
  return Object.entries(values).flatMap(([flag, value]) =>
    value === undefined ? [] : [value === "true" ? `--${flag}` : `--${flag}=${value}`],
  );
}

/** The values that `flagWords` made into words. */
export function readFlagWords(words: readonly string[]): FlagValues {
  return Object.fromEntries(
    words.map((word) => {
      const [, flag = "", value = "true"] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      return [flag, value];
    }),
  );
}

/**
 * Flags with their values joined to them, then the words, so that a value or a
 * word may begin with a dash, as options of mkfs and negative numbers do.
 */
function joined(argv: readonly string[], form: CommandForm, flags: FlagTable): readonly string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const before: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < end; index++) {
    const word = argv[index] ?? "";
    if (takesValue(word, form, flags)) {
      const value = argv[++index];
      if (value === undefined || index >= end || isFlag(value, form)) {
        throw new Error(`${word} needs a value`);
      }
      before.push(`${word}=${value}`);
    } else if (/^-(?![0-9]|$)/.test(word)) before.push(word);
    else words.push(word);
  }
  return [...before, "--", ...words, ...argv.slice(end + 1)];
}

function isFlag(word: string, { flags }: CommandForm): boolean {
  return flags.some((flag) => word === `--${flag}` || word.startsWith(`--${flag}=`));
}

function takesValue(word: string, form: CommandForm, flags: FlagTable): boolean {
  return (
    isFlag(word, form) && !word.includes("=") && optionOf(flags, word.slice(2)).type === "string"
  );
}

function optionOf(flags: FlagTable, flag: string): { readonly type: "string" | "boolean" } {
  return { type: flags[flag]?.[0] === "" ? "boolean" : "string" };
}

function nameOf({ usage }: CommandForm): string {
  return usage.split(" ", 1)[0] ?? "";
}

function invalid(message: string): { readonly kind: "invalid"; readonly message: string } {
  return { kind: "invalid", message };
}

function overview(commands: readonly CommandForm[]): string {
  return [
    "extent-same: the executable specification of FIDEDUPERANGE, and the",
    "fuzzer that holds real kernels to it",
    "",
    ...commands.flatMap((form) => labelled(`  ${nameOf(form)}`, form.about, 13)),
    "",
    "examples",
    ...commands.map(({ examples }) => `  extent-same ${examples[0] ?? ""}`),
    "",
    "extent-same COMMAND --help says more of one command. Exit codes: 0",
    "nothing found, 1 a divergence, 2 usage, 3 this machine cannot, 70 a",
    "hang, 130 interrupted.",
  ].join("\n");
}

function helpOf(form: CommandForm, flags: FlagTable): string {
  return [
    `extent-same ${form.usage} [FLAGS]`,
    ...labelled("  ", form.about, 2),
    "",
    ...form.flags.flatMap((flag) => {
      const [takes = "", about = ""] = flags[flag] ?? [];
      return labelled(`  --${flag} ${takes}`, about, 25);
    }),
    "",
    "examples",
    ...form.examples.map((example) => `  extent-same ${example}`),
  ].join("\n");
}
