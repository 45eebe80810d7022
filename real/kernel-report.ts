/**
 * What a kernel reports about itself in its log: which lines begin a report, of
 * which kind it is, and under which title reports of one fault meet. Pure.
 */

/** One record of the kernel's log. */
export interface LogRecord {
  /** Counted up from the boot, the same for everybody who reads it. */
  readonly sequence: number;
  /** Since boot. */
  readonly seconds: number;
  readonly text: string;
}

export interface KernelReport {
  readonly kind: ReportKind;
  /** Without what differs from run to run: addresses, process ids, devices, other numbers. */
  readonly title: string;
  /** A block device that the first line names, such as `loop3`. */
  readonly device: string | undefined;
  /** The process that it says was running. */
  readonly pid: number | undefined;
  readonly seconds: number;
  /** Of the record that begins it, and its line. */
  readonly sequence: number;
  readonly line: string;
}

/** Kinds and how their first lines begin, the narrow before the wide: the first row that fits decides. */
const heads: readonly (readonly [ReportKind, RegExp])[] = [
  ["sanitizer", /^(?:BUG: K[A-Z]*SAN: |UBSAN: |BUG: KFENCE: )/],
  [
    "lockup",
    /^(?:watchdog: )?BUG: (?:soft lockup|workqueue lockup)|^(?:watchdog: )?.*\bhard LOCKUP\b/,
  ],
  ["stall", /^(?:rcu: )?INFO: rcu\S* (?:self-)?detected (?:expedited )?stalls?/],
  ["hung-task", /^INFO: task .+ blocked for more than [0-9]+ seconds/],
  [
    "lockdep",
    /^(?:WARNING: (?:possible |inconsistent |suspicious RCU|bad unlock|held lock|Nested lock|.*\block held\b)|INFO: possible |BUG: (?:sleeping function|held lock|MAX_LOCK|MAX_STACK|scheduling while atomic)|\[ BUG: )/,
  ],
  ["bug", /^(?:kernel BUG at |BUG: )/],
  [
    "oops",
    /^(?:Oops\b|Internal error: Oops|[Gg]eneral protection fault|Unable to handle kernel |divide error|invalid opcode|stack segment)/,
  ],
  ["panic", /^Kernel panic - /],
  ["warning", /^WARNING: /],
  ["list", /^(?:list_(?:add|del) corruption|slab error|BUG .*: (?:Redzone|Poison|Object))/],
  ["btrfs", /^BTRFS(?::)? (?:error|critical|alert|emergency|Transaction aborted)/],
  [
    "xfs",
    /^XFS \([^)]*\): (?:.*[Cc]orruption|Internal error|Metadata I\/O Error|.*[Ss]hutting down|Assertion failed|.*log (?:I\/O )?error)/,
  ],
];

export type ReportKind =
  | "sanitizer"
  | "lockup"
  | "stall"
  | "hung-task"
  | "lockdep"
  | "bug"
  | "oops"
  | "panic"
  | "warning"
  | "list"
  | "btrfs"
  | "xfs";

/** Behind a report's first line, so many lines may say more of it. */
const maxLines = 120;

/** Kinds that are the end of a report which began otherwise. */
const endings: ReadonlySet<ReportKind> = new Set(["oops", "panic"]);

/** The reports in some lines of the log, in their order. */
export function reportsIn(records: readonly LogRecord[]): readonly KernelReport[] {
  const reports: KernelReport[] = [];
  let open = false;
  for (const [index, { sequence, seconds, text }] of records.entries()) {
    if (text.startsWith("---[ end ")) open = false;
    const kind = kindOf(text);
    if (kind === undefined || (open && endings.has(kind))) continue;
    open = kind !== "btrfs" && kind !== "xfs";
    const body = open ? bodyOf(records, index) : [text];
    reports.push({
      kind,
      title: titleOf(body),
      device: /\((?:device )?([a-z][a-z0-9-]*)(?: state [A-Z]+)?\)/.exec(text)?.[1],
      pid: pidIn(body),
      seconds,
      sequence,
      line: text,
    });
  }
  return reports;
}

/** The kind of report that a line begins; undefined for any other line. */
export function kindOf(text: string): ReportKind | undefined {
  return heads.find(([, head]) => head.test(text))?.[0];
}

/** The lines of a report: up to its end, or to the next one that is no end of it. */
function bodyOf(records: readonly LogRecord[], from: number): readonly string[] {
  const [first, ...more] = records.slice(from, from + maxLines).map(({ text }) => text);
  const end = more.findIndex((text) => {
    const kind = kindOf(text);
    return text.startsWith("---[ end ") || (kind !== undefined && !endings.has(kind));
  });
  return [first ?? "", ...(end === -1 ? more : more.slice(0, end))];
}

/** As `PID: 12`, `node/12`, `task node:12`: how reports of Linux 6.18 name a process. */
function pidIn(body: readonly string[]): number | undefined {
  for (const text of body) {
    const found =
      /\bPID: ([0-9]+)\b/.exec(text) ??
      /\btask [^ /:]+[/:]([0-9]+)\b/.exec(text) ??
      /^[^ /]+\/([0-9]+) is /.exec(text) ??
      /\[[^\]]+:([0-9]+)\]$/.exec(text);
    if (found?.[1] !== undefined) return Number(found[1]);
  }
  return undefined;
}

/** What is taken out of a title, and what stands there then. */
const taken: readonly (readonly [RegExp, string])[] = [
  [/\bCPU: [0-9]+ /g, ""],
  [/\bU?PID: [0-9]+ /g, ""],
  [/\btask [^ /:]+[/:][0-9]+/g, "task"],
  [/\bfor [0-9]+s! \[[^\]]*\]/g, ""],
  [/\((?:device )?[a-z][a-z0-9-]*(?: state [A-Z]+)?\)/g, "(device)"],
  [/\bloop[0-9]+\b/g, "loop"],
  [/\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?/g, ""],
  [/\.c:[0-9]+/g, ".c"],
  [/ \[[a-z0-9_]+\]/g, ""],
  [/\b0x[0-9a-f]+\b/gi, "N"],
  [/\b[0-9a-f]{8,}\b/g, "N"],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "N"],
  [/-?\b[0-9]+\b/g, "N"],
  [/\s+/g, " "],
];

const maxTitle = 120;

function titleOf(body: readonly string[]): string {
  const [first = ""] = body;
  const where = body.map((text) => /\bRIP: [0-9a-f]+:([^+ ]+)\+/.exec(text)?.[1]).find(isText);
  const said = taken.reduce((text, [found, instead]) => text.replace(found, instead), first).trim();
  return (where === undefined || said.includes(where) ? said : `${said} in ${where}`).slice(
    0,
    maxTitle,
  );
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

/**
 * Lines that a kernel writes where nothing is wrong with it, by what a program
 * did. Sources: fs/btrfs/bio.c and volumes.c, csum errors of a block that was
 * damaged and what they are counted as; fs/btrfs/reflink.c, a dedupe beside a
 * send (Linux 6.18).
 */
const expectedLines: Readonly<Record<string, readonly RegExp[]>> = {
  unreadable: [
    /csum failed/,
    /bdev \S+ errs: /,
    /checksum (?:error|verify)/,
    /unable to fixup/,
    /fixed up error/,
  ],
  sending: [/cannot deduplicate/],
  "shut-down": [/shut(?:ting)? ?down/i, /Please unmount the filesystem/],
};

/** All circumstances in which lines are expected. */
export const allCircumstances: ReadonlySet<string> = new Set(Object.keys(expectedLines));

/** Whether a report is one that programs in these circumstances lead to. */
export function isExpected({ line }: KernelReport, circumstances: ReadonlySet<string>): boolean {
  return [...circumstances].some((each) => expectedLines[each]?.some((form) => form.test(line)));
}
