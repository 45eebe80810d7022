/** Pairs of files on XFS, with hints for the size of copies, and what a dedupe makes of the target's. Bytes. */

interface HintedFile {
  readonly size: number;
  /** 0 for none. */
  readonly hint: number;
}

export interface HintCase {
  readonly name: string;
  readonly source: HintedFile;
  readonly target: HintedFile;
  /** In both files. */
  readonly offset: number;
  readonly length: number;
  readonly differs: boolean;
  readonly behind: string;
}

const K = 1024;
const usual = { size: 64 * K, hint: 0 };
const hinted = { size: 64 * K, hint: 16 * K };
const whole = { source: hinted, target: usual, offset: 0, length: 64 * K, differs: false };

// oxfmt-ignore
export const hintCases: readonly HintCase[] = [
  { ...whole, name: "whole files",                        behind: "same 64K, hint 16384" },
  { ...whole, name: "whole files with a tail",            source: { size: 10_000, hint: 16 * K }, target: { size: 10_000, hint: 0 }, length: 10_000, behind: "same 10000, hint 16384" },
  { ...whole, name: "all but the last block",             length: 60 * K, behind: "same 60K, hint 0" },
  { ...whole, name: "all but the first block",            offset: 4 * K, length: 60 * K, behind: "same 60K, hint 0" },
  { ...whole, name: "a whole source in a longer target",  target: { size: 68 * K, hint: 0 }, behind: "same 64K, hint 0" },
  { ...whole, name: "a target with a hint of its own",    target: { size: 64 * K, hint: 32 * K }, behind: "same 64K, hint 32768" },
  { ...whole, name: "a source without a hint",            source: usual, target: hinted, behind: "same 64K, hint 16384" },
  { ...whole, name: "files that differ",                  differs: true, behind: "differs, hint 0" },
];
