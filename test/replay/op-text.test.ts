import { expect, test } from "vitest";
import { bytes, offset, slot } from "../../model/index.ts";
import { printCall } from "../../replay/op-text.ts";
import { parseCall } from "../../replay/parse-call.ts";

test.each([
  "open s0 rw a",
  "open s0 rw append truncate a",
  "open s0 r path a",
  "open s31 w append append",
  "open s0 r other/a",
  "open s0 r ro/a",
  "open s0 r v/a",
  "open s0 r bind/v/a",
  "subvolume v",
  "snapshot v v/w",
  "snapshot v read-only read-only",
  "delete v",
  "link a bind/b",
  "close s0",
  "mkdir d",
  "mkfifo p",
  "link a b",
  "unlink a",
  "write s0 at 0 length 64K pattern 1",
  "write s0 at 0 length 64K pattern 1 except 4095",
  "write s0 at 0 length 64K pattern 1 direct",
  "write s0 at 0 length 64K pattern 1 except 0 direct",
  "store s0 at 0 length 64K pattern 1 except 4095",
  "scatter s0 at 4K blocks 4096 pattern 1",
  "truncate s0 length 4K",
  "fallocate s0 keep-size at 0 length 64K",
  "nocow s0",
  "as root",
  "as user",
  "as nobody with dac-override, sys-admin",
  "limit 64K",
  "limit none",
  "chmod s0 000",
  "chmod s0 4755",
  "chown s0 user",
  "chattr s0 +i",
  "mode s0",
  "clone s0 at 0 length 64K onto s1 at 0",
  "dedupe s0 at 0 length 64K onto s1 at 0, s2 at 4K",
  "dedupe s0 at 0 length 4K onto none",
  "dedupe s0 at 0 length 4K onto closed at 0, never-opened at 0x8000000000000000",
  "dedupe s0 at 0 length 4K onto s1 at 0 x128",
  "dedupe s0 at 0 length 4K reserved1 1 reserved2 4294967295 argument crossing 100 onto s1 at 0 reserved 1 high 2 x2, s1 at 0",
  "dedupe s0 at 0 length 4K argument null onto s1 at 0",
  "dedupe s0 at 0 length 4K argument read-only 0 onto s1 at 0",
  "dedupe s0 at 0 length 4K argument unmapped 24 onto s1 at 0",
  "dedupe s0 at 0 length 4K argument null while frozen onto s1 at 0",
  "dedupe s0 at 0 length 4K while denied 128 onto none",
  "dedupe s0 at 0 length 4K while sending onto onto s1 at 0",
  "dedupe s0 at 0 length 4K while sending ro/v onto s1 at 0",
  "dedupe s0 at 0 length 4K while unreadable s31 at 0x8000000000000000 onto s1 at 0",
  "fsync s0",
  "syncfs",
  "read s0 at 0 length 4K",
  "inspect s0 at 0 length 4K",
  "remount",
  "check",
  "scrub",
])("%s is canonical", (text) => {
  const parsed = parseCall(text);
  expect(parsed.kind === "parsed" ? printCall(parsed.value) : parsed.message).toBe(text);
});

test("fields that a dedupe leaves out are 0, its argument whole", () => {
  expect(parseCall("dedupe s3 at 4K length 100 onto s1 at 0 x2, closed at 8K high 7")).toEqual({
    kind: "parsed",
    value: {
      kind: "dedupe",
      slot: slot(3),
      offset: offset(4096n),
      length: bytes(100n),
      reserved1: 0,
      reserved2: 0,
      argument: { kind: "whole" },
      during: { kind: "usual" },
      targets: [
        { descriptor: slot(1), offset: offset(0n), reserved: 0, high: 0 },
        { descriptor: slot(1), offset: offset(0n), reserved: 0, high: 0 },
        { descriptor: "closed", offset: offset(8192n), reserved: 0, high: 7 },
      ],
    },
  });
});

test.each([
  [" open  s0\trw truncate append  a", "open s0 rw append truncate a"],
  ["as user with sys-admin,chown", "as user with chown, sys-admin"],
  ["chmod s0 0", "chmod s0 000"],
  ["write s0 at 0x1000 length 1024K pattern 0x7f", "write s0 at 4K length 1M pattern 127"],
  [
    "dedupe s0 at 0 length 1 reserved1 0 onto s1 at 0,s1 at 0 x1 , s1 at 0 x2",
    "dedupe s0 at 0 length 1 onto s1 at 0 x4",
  ],
])("%s is read, and printed in its one form", (text, canonical) => {
  const parsed = parseCall(text);
  expect(parsed.kind === "parsed" ? printCall(parsed.value) : parsed.message).toBe(canonical);
});

const slots = "(s0 to s31)";
const names =
  '(a letter or digit, then letters, digits, ".", "_" and "-", 64 characters at most; before it may stand a folder of such a name and "/", and before that "bind/", "ro/" or "other/", which no file or folder is called)';

test.each([
  ["close s32", `"s32" is not a slot ${slots}; a close goes: close SLOT`],
  ["close s01", `"s01" is not a slot ${slots}; a close goes: close SLOT`],
  ["close", "the line ends where a slot is due; a close goes: close SLOT"],
  ["close s0 s1", '"s1" is not known here; a close goes: close SLOT'],
  ["mkdir ../d", `"../d" is not a name ${names}; a mkdir goes: mkdir NAME`],
  ["mkdir /d", `"/d" is not a name ${names}; a mkdir goes: mkdir NAME`],
  ["mkdir ro/bind/d", `"ro/bind/d" is not a name ${names}; a mkdir goes: mkdir NAME`],
  ["mkdir other", `"other" is not a name ${names}; a mkdir goes: mkdir NAME`],
  ["mkdir other/../d", `"other/../d" is not a name ${names}; a mkdir goes: mkdir NAME`],
  [
    "mkdir \u001b[31md",
    `"d" (with characters that cannot be shown) is not a name ${names}; a mkdir goes: mkdir NAME`,
  ],
  [
    "write s0 at 0 lenght 4K pattern 1",
    '"lenght" is not known here; a write goes: write SLOT at OFFSET length LENGTH pattern N [except N] [direct]',
  ],
  [
    "write s0 at 0 length 4K pattern 128",
    '"128" is more than 127; a write goes: write SLOT at OFFSET length LENGTH pattern N [except N] [direct]',
  ],
  [
    "write s0 at 0 length 4K pattern 1 except 4K",
    'the byte after "except" lies behind the end of the write; a write goes: write SLOT at OFFSET length LENGTH pattern N [except N] [direct]',
  ],
  [
    "open s0 rw append append a",
    '"append" stands there twice; an open goes: open SLOT r|w|rw [append] [truncate] [path] NAME',
  ],
  [
    "as root with fowner",
    "root has every capability; an as goes: as root|user|nobody [with CAPABILITY, ...]",
  ],
  [
    "as user with fowner, fowner",
    '"fowner" stands there twice; an as goes: as root|user|nobody [with CAPABILITY, ...]',
  ],
  [
    "limit 0x8000000000000000",
    '"0x8000000000000000" is more than 9223372036854775807; a limit goes: limit BYTES|none',
  ],
  ["chmod s0 8", '"8" is not a mode such as 644 or 4755; a chmod goes: chmod SLOT MODE'],
  ["chmod s0 17777", '"17777" is not a mode such as 644 or 4755; a chmod goes: chmod SLOT MODE'],
  [
    "chown s0 1000",
    '"1000" is not a user (root, user, nobody); a chown goes: chown SLOT root|user|nobody',
  ],
  [
    "open s0 rwx a",
    '"rwx" is not a way to open (r, w, rw); an open goes: open SLOT r|w|rw [append] [truncate] [path] NAME',
  ],
])("%s is refused with what would be right", (text, message) => {
  expect(parseCall(text)).toEqual({ kind: "invalid", message });
});

test("a call that does not exist is answered with those that do", () => {
  expect(parseCall("rename a b")).toEqual({
    kind: "invalid",
    message:
      '"rename" is not a call; calls are open, close, mkdir, mkfifo, link, unlink, subvolume, snapshot, delete, write, store, scatter, truncate, ' +
      "fallocate, nocow, as, limit, chmod, chown, chattr, mode, clone, dedupe, fsync, syncfs, read, inspect, observe, remount, check, scrub",
  });
});

test("a call has at most 128 targets, however they are written", () => {
  const parsed = parseCall("dedupe s0 at 0 length 1 onto s1 at 0 x100, s1 at 4K x29");
  expect(parsed).toMatchObject({ message: expect.stringMatching(/^more than 128 targets/) });
});
