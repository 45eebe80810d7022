/** How each call is written: the grammar that messages and the README show. */

import type { OpKind } from "../model/index.ts";

/** SLOT is s0 to s31; OFFSET, LENGTH and N are numbers; `[ ]` may be missing, `...` repeats, `|` gives a choice. */
export const callForms: Readonly<Record<OpKind, string>> = {
  open: "open SLOT r|w|rw [append] [truncate] [path] NAME",
  close: "close SLOT",
  mkdir: "mkdir NAME",
  mkfifo: "mkfifo NAME",
  link: "link NAME NAME",
  unlink: "unlink NAME",
  subvolume: "subvolume NAME",
  snapshot: "snapshot NAME NAME [read-only]",
  delete: "delete NAME",
  write: "write SLOT at OFFSET length LENGTH pattern N [except N] [direct]",
  store: "store SLOT at OFFSET length LENGTH pattern N [except N]",
  scatter: "scatter SLOT at OFFSET blocks N pattern N",
  truncate: "truncate SLOT length LENGTH",
  fallocate: "fallocate SLOT prealloc|keep-size|punch|zero|zero-keep-size at OFFSET length LENGTH",
  nocow: "nocow SLOT",
  as: "as root|user|nobody [with CAPABILITY, ...]",
  limit: "limit BYTES|none",
  chmod: "chmod SLOT MODE",
  chown: "chown SLOT root|user|nobody",
  chattr: "chattr SLOT +i|-i|+a|-a",
  mode: "mode SLOT",
  clone: "clone SLOT at OFFSET length LENGTH onto SLOT at OFFSET",
  dedupe:
    "dedupe SLOT at OFFSET length LENGTH [reserved1 N] [reserved2 N] [argument null|crossing N|read-only N|unmapped N]" +
    " [while frozen|denied N|unreadable SLOT at OFFSET|sending NAME|full|swapping SLOT|shut-down]" +
    " onto none|SLOT|closed|never-opened at OFFSET [reserved N] [high N] [xN], ...",
  fsync: "fsync SLOT",
  syncfs: "syncfs",
  read: "read SLOT at OFFSET length LENGTH",
  inspect: "inspect SLOT at OFFSET length LENGTH",
  observe: "observe",
  remount: "remount",
  check: "check",
  scrub: "scrub",
};

/** Whether a word is the name of a call. */
export function isOpKind(word: string): word is OpKind {
  return Object.hasOwn(callForms, word);
}
