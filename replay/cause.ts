/**
 * The call that a look came after: the last one that can change what it sees. For a
 * look into a file that is a call on its bytes, or on those of a file which may share
 * blocks with it; so that one bug has one name, whatever else was called meanwhile.
 */

import {
  entryRules,
  fileAt,
  type Decision,
  type Op,
  type OpKind,
  type Slot,
} from "../model/index.ts";

export interface Cause {
  readonly kind: OpKind;
  /** Of a dedupe, what decided the entry that was looked at; undefined for other calls. */
  readonly decision: Decision | undefined;
}

/** A call that was made, with what decided it. */
export interface Made {
  readonly op: Op;
  /** Of a dedupe; of other calls nobody asks, and what they hold is let go. */
  readonly decisions: readonly Decision[];
  /** Whether it returned an errno. */
  readonly failed: boolean;
}

const noDecisions: readonly Decision[] = [];

/** A call that returned `errno`. */
export function madeOf(op: Op, decisions: readonly Decision[], errno: number): Made {
  return { op, decisions: op.kind === "dedupe" ? decisions : noDecisions, failed: errno !== 0 };
}

/** The last call that can have changed what a look sees; undefined for what is no look, and where there is none. */
export function causeOf(look: Op, before: readonly Made[]): Cause | undefined {
  if (!isLook(look)) return undefined;
  const cause = lastChange(look, before);
  return cause === undefined
    ? undefined
    : { kind: cause.op.kind, decision: sharingDecision(cause, look) };
}

type Look = Extract<Op, { kind: "read" | "inspect" | "observe" }>;

export function isLook(op: Op): op is Look {
  return op.kind === "inspect" || op.kind === "read" || op.kind === "observe";
}

function lastChange(look: Look, before: readonly Made[]): Made | undefined {
  const files = new Files();
  const changes = before.map((made) => {
    const changed = files.follow(made.op);
    return mayChange(made) ? changed : [];
  });
  const seen = look.kind === "observe" ? undefined : files.at(look.slot);
  const at = changes.findLastIndex(
    (changed, index) =>
      changed === everything ||
      changed.some((file) => seen === undefined || files.areTogether(file, seen)) ||
      (look.kind === "observe" && takesAway(before[index]?.op)),
  );
  return before[at];
}

/** Whether a call can change anything: not one that failed, or of no bytes, but for a dedupe, whose entries are done then. */
function mayChange({ op, decisions, failed }: Made): boolean {
  if (op.kind === "dedupe") return decisions.some(comesToBytes);
  if (failed) return false;
  return !("length" in op) || op.kind === "truncate" || op.kind === "clone" || op.length > 0n;
}

/** What decided the last entry about the file in the look's slot or, without one, an entry that was shared, or the last, of those that came as far as the bytes. */
function sharingDecision({ op, decisions }: Made, look: Look): Decision | undefined {
  if (op.kind !== "dedupe") return undefined;
  const entries = decisions.filter(({ entry }) => entry !== undefined);
  const seen = "slot" in look ? look.slot : undefined;
  const about = entries.findLast(
    (decision, index) => op.targets[index]?.descriptor === seen && comesToBytes(decision),
  );
  const shared = entries.find(({ rule }) => rule === "S1");
  return about ?? shared ?? entries.findLast(comesToBytes);
}

/** Rules that decide what the bytes are, or that nothing of them counts. */
const ofBytes: ReadonlySet<string | undefined> = new Set(
  entryRules.flatMap(({ id, stage, answers }) =>
    stage === "compare" || stage === "share" || (stage === "prepare" && answers.kind === "nothing")
      ? [id]
      : [],
  ),
);

function comesToBytes({ rule }: Decision): boolean {
  return ofBytes.has(rule);
}

/** Of a call that may change any file. */
const everything = "everything";

/** Whether a file, with what it refers to, is gone behind a call. */
function takesAway(op: Op | undefined): boolean {
  return op?.kind === "unlink" || op?.kind === "delete";
}

/** Files by name, and which of them may share blocks. */
class Files {
  private readonly opened = new Map<Slot, string>();
  /** To another file of the same group, up to one that stands for all. */
  private readonly others = new Map<string, string>();
  private isOneGroup = false;

  /** Of a slot; undefined where none is open. */
  at(slot: Slot): string | undefined {
    return this.opened.get(slot);
  }

  areTogether(a: string, b: string): boolean {
    return this.isOneGroup || this.groupOf(a) === this.groupOf(b);
  }

  /** The files whose bytes, or blocks, a call can change. */
  follow(op: Op): readonly string[] | typeof everything {
    switch (op.kind) {
      case "write":
      case "store":
      case "scatter":
      case "truncate":
      case "fallocate":
        return this.named(op.slot);
      case "open":
        this.opened.set(op.slot, fileAt(op.path));
        return op.flags.includes("truncate") ? this.named(op.slot) : [];
      case "clone":
        this.join(op.slot, op.target);
        return this.named(op.target);
      case "dedupe":
        return op.targets.flatMap(({ descriptor }) => {
          if (typeof descriptor === "string") return [];
          this.join(op.slot, descriptor);
          return this.named(descriptor);
        });
      case "link":
        this.unite(fileAt(op.path), fileAt(op.to));
        return [];
      case "snapshot":
        this.isOneGroup = true;
        return everything;
      case "remount":
      case "check":
      case "scrub":
        return everything;
      case "close":
      case "mkdir":
      case "mkfifo":
      case "unlink":
      case "subvolume":
      case "delete":
      case "nocow":
      case "as":
      case "limit":
      case "chmod":
      case "chown":
      case "chattr":
      case "mode":
      case "fsync":
      case "syncfs":
      case "read":
      case "inspect":
      case "observe":
        return [];
    }
  }

  private named(slot: Slot): readonly string[] {
    const file = this.at(slot);
    return file === undefined ? [] : [file];
  }

  private join(a: Slot, b: Slot): void {
    const [one, other] = [this.at(a), this.at(b)];
    if (one !== undefined && other !== undefined) this.unite(one, other);
  }

  private unite(a: string, b: string): void {
    const [one, other] = [this.groupOf(a), this.groupOf(b)];
    if (one !== other) this.others.set(one, other);
  }

  private groupOf(file: string): string {
    let group = file;
    for (let next = this.others.get(group); next !== undefined; next = this.others.get(group)) {
      group = next;
    }
    return group;
  }
}
