/**
 * The facts that the model's rules ask about a call, read from files that exist.
 * That nobody watches them, and that nothing is frozen, shut down, full, sent or
 * swapped to, is taken for granted.
 */

import { readFileSync } from "node:fs";
import {
  type EntryFacts,
  type FileFacts,
  noLimit,
  type RequestFacts,
  UnknownFact,
} from "../model/index.ts";
import { firstLiveDifference, type LiveRange } from "./live-call.ts";
import type { LiveFile } from "./live-file.ts";

/** The request that `dedupeLive` makes. */
export function liveRequest(source: LiveRange, length: bigint, count: number): RequestFacts {
  return {
    readableBytes: Infinity,
    writableBytes: Infinity,
    count,
    reserved: false,
    offset: source.offset,
    length,
    source: fileFacts(source.file, true),
    denied: false,
    admin: isAdmin(),
    sizeLimit: sizeLimit(),
    misaligned: false,
  };
}

/** One entry of it. Reads both files when the rules ask whether they differ. */
export function liveEntry(request: RequestFacts, source: LiveRange, target: LiveRange): EntryFacts {
  return {
    request,
    target: fileFacts(target.file, target.file.writable),
    offset: target.offset,
    reserved: false,
    denied: false,
    sending: false,
    frozen: false,
    shutDown: false,
    room: "enough",
    sameFilesystem: source.file.filesystem === target.file.filesystem,
    get sameMount(): boolean {
      throw new UnknownFact("the mounts of live files");
    },
    sameSubvolume: source.file.device === target.file.device,
    sameInode: source.file.inode === target.file.inode,
    block: BigInt(source.file.block),
    get inlines(): boolean {
      throw new UnknownFact("whether small files are inline");
    },
    firstDifference: once((length) => firstLiveDifference(source, target, length)),
    get stored(): boolean {
      throw new UnknownFact("what is stored into a live file");
    },
    firstUnreadable: () => undefined,
    zerosBackedApart: () => {
      throw new UnknownFact("what backs a live file");
    },
  };
}

/** A question of a length that is worked out once for each: the answer may be a gibibyte away. */
function once<Answer>(work: (length: bigint) => Answer): (length: bigint) => Answer {
  const known = new Map<bigint, { readonly answer: Answer }>();
  return (length) => {
    const found = known.get(length) ?? { answer: work(length) };
    known.set(length, found);
    return found.answer;
  };
}

function fileFacts(file: LiveFile, writable: boolean): FileFacts {
  return {
    open: "open",
    readable: true,
    writable,
    append: false,
    readOnly: file.readOnly,
    kind: file.kind,
    size: file.size,
    get remaps(): boolean {
      return remaps(file);
    },
    get reflinks(): boolean {
      if (file.reflinks === undefined) throw new UnknownFact(`whether ${file.path} can be shared`);
      return file.reflinks;
    },
    get nodatasum(): boolean {
      if (file.nocow === undefined) throw new UnknownFact(`whether ${file.path} is NODATASUM`);
      return file.nocow;
    },
    get readOnlySubvolume(): boolean {
      throw new UnknownFact(`whether the subvolume of ${file.path} is read-only`);
    },
    linked: file.linked,
    owned: file.owned,
    mayWrite: file.mayWrite,
    immutable: file.immutable,
    appendOnly: file.appendOnly,
    runsAsOther: file.runsAsOther,
    swapping: false,
  };
}

/** Whether regular files of this file system can be remapped: known for btrfs, XFS and what never can. */
function remaps(file: LiveFile): boolean {
  if (file.kind !== "file") return false;
  if (file.shares !== undefined) return file.shares;
  throw new UnknownFact(`whether the file system of ${file.path} can share extents`);
}

const CAP_SYS_ADMIN = 21n;

/** Whether this process has CAP_SYS_ADMIN in the initial user namespace, the one that maps every user to itself. */
function isAdmin(): boolean {
  const [, capabilities = "0"] =
    /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  const initial = /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync("/proc/self/uid_map", "utf8"));
  return initial && ((BigInt(`0x${capabilities}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}

/** RLIMIT_FSIZE of this process, bytes; `noLimit` for none. */
function sizeLimit(): bigint {
  const [, soft = "unlimited"] =
    /^Max file size\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  return soft === "unlimited" ? noLimit : BigInt(soft);
}
