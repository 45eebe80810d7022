import fc from "fast-check";
import { expect, test } from "vitest";
import { firstBreach } from "../../replay/breach.ts";
import { parseTrace, type ParsedTrace } from "../../replay/parse.ts";
import { printTrace } from "../../replay/print.ts";
import { trace } from "./arbitrary-trace.ts";

const design = `trace 1   target linux-6.18/btrfs   block 4K   seed 0x5eed
expect    linux-6.18/btrfs allowed   manual-page diverged at call 4
  open s0 rw a                                  -> 0
  write s0 at 0 length 64K pattern 1            -> 64K
  dedupe s0 at 0 length 64K onto s1 at 0, s2 at 4K   -> same 64K, status EINVAL
  dedupe s9 at 0 length 4K onto s1 at 0         -> errno EBADF
  dedupe s0 at 0 length 100 onto s1 at 0        -> status 2 bytes 0xdead
`;

function reprinted(text: string): string {
  const parsed = parseTrace(text);
  return parsed.kind === "trace" ? printTrace(parsed.trace) : parsed.message;
}

test("the example of the design is canonical but for one number", () => {
  expect(reprinted(design)).toBe(design.replace("0xdead", "57005"));
});

test("comments stay where they stand, empty lines do not", () => {
  const text = `# about all of it
#
trace 1   target t   block 4K
expect    p allowed
  # about the call
  #  indented
  syncfs
  remount                                       -> 0
  check                                         -> 0 contradicted checker disk: root 5 inode 257 errors 100, file extent discount
  scrub                                         -> 0 contradicted scrub disk: 2 checksum errors
  # at the end
`;
  expect(reprinted(text)).toBe(text);
  expect(reprinted(text.replaceAll("\n", "\r\n\r\n"))).toBe(text);
  expect(reprinted(`\ufeff${text}`)).toBe(text);
});

test("comments between header and expectations move before the header", () => {
  expect(reprinted("trace 1 target t block 4K\n#x\nexpect p allowed\nexpect q allowed")).toBe(
    "# x\ntrace 1   target t   block 4K\nexpect    p allowed   q allowed\n",
  );
});

const header = "trace 1 target t block 4K\n";

test.each([
  ["", /^line 1: the header is missing; a trace begins: trace 1 {3}target NAME/],
  ["syncfs", /^line 1: the header is missing/],
  [
    "trace 2 target t block 4K",
    /^line 1: version "2" is not known; this reads version 1; a header/,
  ],
  ["trace 1 target ../x block 4K", /^line 1: "..\/x" is not a name such as linux-6.18\/btrfs/],
  ["trace 1 target a/../x block 4K", /^line 1: "a\/..\/x" is not a name such as/],
  ["trace 1 target t block 3K", /^line 1: 3072 is not a block: a power of two from 512 to 64K/],
  ["trace 1 target t block 4K seed", /^line 1: the line ends where a number is due/],
  [`${header}${header}`, /^line 2: a second header/],
  [`${header}expect p maybe`, /^line 2: "maybe" is not a verdict \(allowed, diverged\)/],
  [`${header}expect p diverged at call 0`, /^line 2: calls are counted from 1/],
  [`${header}expect p allowed p allowed`, /^line 2: a second expectation for p/],
  [`${header}syncfs\nexpect p allowed`, /^line 3: expectations stand before the first call/],
  [
    `${header}\n# x\n  write s0 at 0 lenght 4K pattern 1`,
    /^line 4: "lenght" is not known here; a write goes: write SLOT at OFFSET length LENGTH/,
  ],
  [`${header}syncfs -> 0 -> 0`, /^line 2: "->" is not known here; an outcome of syncfs goes: N/],
])("%j is refused with its line", (text, message) => {
  expect(parseTrace(text)).toEqual({ kind: "invalid", message: expect.stringMatching(message) });
});

test("parse gives back what print was given", () => {
  fc.assert(
    fc.property(trace, (value) => {
      fc.pre(firstBreach(value.events.map(({ op }) => op)) === undefined);
      expect(parseTrace(printTrace(value))).toEqual({
        kind: "trace",
        trace: value,
      } satisfies ParsedTrace);
    }),
    { numRuns: 1_000 },
  );
});

test("what print gives is canonical", () => {
  fc.assert(
    fc.property(trace, (value) => {
      fc.pre(firstBreach(value.events.map(({ op }) => op)) === undefined);
      const text = printTrace(value);
      expect(reprinted(text)).toBe(text);
    }),
  );
});
