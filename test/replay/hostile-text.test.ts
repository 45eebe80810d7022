import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTrace } from "../../replay/parse.ts";
import { printTrace } from "../../replay/print.ts";
import { trace } from "./arbitrary-trace.ts";

const header = "trace 1 target t block 4K\n";

function message(text: string): string {
  const parsed = parseTrace(text);
  return parsed.kind === "invalid" ? parsed.message : "a trace";
}

test.each([
  ["text", "#\n".repeat(3_000_000), "line 1: more than 4M characters of text"],
  ["line", `${header}${"x".repeat(2 ** 20 + 1)}`, "line 2: more than 1M characters in a line"],
  ["comment", `#${"x".repeat(5_000)}`, "line 1: more than 4K characters in a comment"],
  ["calls", header + "syncfs\n".repeat(10_001), "line 10002: more than 10000 calls"],
  ["slots", `${header}close s32`, 'line 2: "s32" is not a slot (s0 to s31)'],
  [
    "runs",
    `${header}inspect s0 at 0 length 1 -> size 1: 1 zeros x16384, 1 zeros`,
    "line 2: more than 16K runs in one outcome",
  ],
  [
    "expectations",
    `${header}expect ${Array.from({ length: 65 }, (_, index) => `p${index} allowed`).join(" ")}`,
    "line 2: more than 64 expectations",
  ],
  [
    "argument",
    `${header}dedupe s0 at 0 length 1 argument crossing 4121 onto none`,
    'line 2: "4121" is more than 4120',
  ],
])("the bound of %s holds", (_bound, text, start) => {
  expect(message(text).slice(0, start.length)).toBe(start);
});

test("a million comments are no trouble", () => {
  const parsed = parseTrace(`${"#\n".repeat(1_000_000)}${header}`);
  expect(parsed.kind === "trace" ? parsed.trace.comments.length : parsed).toBe(1_000_000);
});

test.each([
  "mkdir ../a",
  "mkdir /etc",
  "mkdir other/../../a",
  "mkdir .",
  "mkdir ..",
  "mkdir -a",
  "mkdir a/b/c",
  "mkdir a//b",
  "mkdir a/",
  "mkdir a/..",
  "mkdir other/a/b/c",
  "mkdir other",
  "mkdir bind/ro",
  "subvolume v/../w",
  "snapshot v /mnt/w",
  "snapshot ../v w",
  "delete v/.",
  "mkdir a\u0000b",
  "mkdir a\u001b[2Jb",
  "mkdir a\u202eb",
  "mkdir \u00e4",
  "mkdir a\ufffd",
  "link a /proc/self/fd/0",
  "open s0 rw /dev/sda",
  "unlink ~",
  `mkdir ${"a".repeat(65)}`,
])("%j has no name that can be used", (call) => {
  expect(message(header + call)).toMatch(/^line 2: ".*is not a name \(a letter or digit/);
});

test("comments are stripped of what moves a cursor or turns a direction", () => {
  const text = `# \u001b[2Jgone \u202eliame\u0007\u009b\n${header}`;
  const parsed = parseTrace(text);
  expect(parsed.kind === "trace" ? parsed.trace.comments : parsed).toEqual(["gone liame"]);
});

test("a message shows nothing of a stranger that could do harm", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      expect(message(header + text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
    { numRuns: 2_000 },
  );
});

test("bytes that are not UTF-8 give a trace or a message", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      const text = header + Buffer.from(data).toString("utf8");
      expect(message(text)).toMatch(/^(line \d+: |a trace$)/);
    }),
    { numRuns: 2_000 },
  );
});

const junk = fc.constantFrom(
  ..."-> , : x3 x999999 0 1 -1 4K 1T 0xffffffffffffffff 18446744073709551616 s0 s31 closed none".split(
    " ",
  ),
  ..."same differs status untouched errno result saw size wrote touched nothing no targets".split(
    " ",
  ),
  ..."EINVAL bytes zeros garbled pattern flipped open rw at length onto reserved high except".split(
    " ",
  ),
  ..."argument crossing null expect allowed diverged call trace target block seed dedupe read".split(
    " ",
  ),
  ..."inspect # \n \r \u0000 \u001b[31m \u202e \ud800 é 🙂 ../a other/a __proto__ constructor".split(
    " ",
  ),
);

/** One change: [where, 0 to 1; how many characters or words go; what comes there]. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.integer({ min: 0, max: 3 }),
  words: fc.boolean(),
  insert: fc.option(fc.oneof(junk, fc.string({ unit: "binary", maxLength: 3 })), { nil: "" }),
});

function mutated(
  text: string,
  changes: readonly { at: number; drop: number; words: boolean; insert: string | null }[],
): string {
  return changes.reduce((current, { at, drop, words, insert }) => {
    const parts = words ? current.split(/(\s+|[,:])/) : current.split("");
    const index = Math.floor(at * parts.length);
    parts.splice(index, drop, insert ?? "");
    return parts.join("");
  }, text);
}

test("20,000 mutations of valid traces give a message, or a trace that prints and parses as itself", () => {
  const counts = { traces: 0, messages: 0 };
  const started = performance.now();
  fc.assert(
    fc.property(
      trace,
      fc.array(fc.array(mutation, { minLength: 1, maxLength: 3 }), {
        minLength: 20,
        maxLength: 20,
      }),
      (valid, mutations) => {
        const text = printTrace(valid);
        for (const changes of mutations) {
          const parsed = parseTrace(mutated(text, changes));
          if (parsed.kind === "invalid") {
            counts.messages++;
            if (!/^line \d+: .+$/.test(parsed.message)) expect.unreachable(parsed.message);
          } else {
            counts.traces++;
            const again = parseTrace(printTrace(parsed.trace));
            expect(again).toEqual(parsed);
          }
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(counts.traces + counts.messages).toBe(20_000);
  expect(counts.traces).toBeGreaterThan(1_000);
  expect(counts.messages).toBeGreaterThan(1_000);
  expect(performance.now() - started).toBeLessThan(60_000);
}, 120_000);

test.each([
  ["targets", `dedupe s0 at 0 length 1 onto ${"s1 at 0,".repeat(130_000)}`],
  ["repeats", `dedupe s0 at 0 length 1 onto ${"s1 at 0 x999999,".repeat(60_000)}`],
  ["words", "syncfs ".repeat(149_000)],
  ["spaces", `syncfs${" ".repeat(2 ** 20 - 6)}x`],
  ["digits", `close ${"9".repeat(2 ** 20 - 6)}`],
  ["hex", `truncate s0 length 0x${"f".repeat(2 ** 20 - 30)}`],
  ["escapes", `#${"\u001b[0;".repeat(200_000)}`],
  ["colons", ":".repeat(2 ** 20)],
])("a line full of %s is answered at once", (_kind, line) => {
  const started = performance.now();
  expect(message(header + line)).toMatch(/^line 2: /);
  expect(performance.now() - started).toBeLessThan(1_000);
});
