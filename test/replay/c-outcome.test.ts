import { expect, test } from "vitest";
import { cOutcome } from "../../replay/c-outcome.ts";
import { parseCall } from "../../replay/parse-call.ts";
import { parseOutcome } from "../../replay/parse-outcome.ts";
import { printOutcome } from "../../replay/outcome-text.ts";

const two = "dedupe s0 at 0 length 4K onto s1 at 0 x2";

// oxfmt-ignore
const rows: readonly (readonly [call: string, canonical: string, many: boolean, told: string])[] = [
  ["open s0 rw a",               "0",                                   false, "0"],
  ["write s0 at 0 length 64K pattern 1", "64K",                         false, "65536"],
  ["write s0 at 0 length 64K pattern 1", "SIGXFSZ; errno EFBIG",        false, "SIGXFSZ; errno EFBIG"],
  [two,                          "same 4K x2",                          false, "same 4096, same 4096"],
  [two,                          "same 4K x2",                          true,  "same 4096 x2"],
  [two,                          "differs, status EINVAL",              false, "differs, status EINVAL"],
  [two,                          "errno EFAULT wrote same 4K, untouched", false, "errno EFAULT wrote same 4096, untouched"],
  [two,                          "errno EFAULT wrote same 4K x2",       false, "errno EFAULT wrote same 4096, same 4096"],
  [two,                          "status 7 bytes 4K x2",                false, "status 7 bytes 4096, status 7 bytes 4096"],
  [two,                          "errno EFAULT wrote status untouched bytes 1, same untouched", false,
    "errno EFAULT wrote status 1592614637 bytes 1, same 6840227782638526189"],
  [two,                          "same 4K x2 touched src_offset guard", false, "same 4096, same 4096 touched argument"],
  [two,                          "result 5, same 0x10000000000 x2",     true,  "result 5, same 1099511627776 x2"],
  ["read s0 at 0 length 8K",     "8K pattern 1",                        false, "8192: 8192 pattern 1"],
  ["read s0 at 0 length 8K",     "8K: 4K pattern 1, 4K zeros",          false, "8192: 4096 pattern 1, 4096 zeros"],
  ["read s0 at 0 length 8K",     "0",                                   false, "0"],
  ["inspect s0 at 0 length 8K",  "size 1M: 8K pattern 1 flipped",       false, "size 1048576: 8192 pattern 1 flipped"],
];

test.each(rows)("%s -> %s, with many targets %s, is told as %s", (text, canonical, many, told) => {
  const call = parseCall(text);
  if (call.kind === "invalid") throw new Error(call.message);
  const outcome = parseOutcome(call.value, canonical);
  if (outcome.kind === "invalid") throw new Error(outcome.message);
  expect(cOutcome(call.value, outcome.value, many)).toBe(told);
});

test.each(rows.filter(([, canonical]) => !canonical.includes("touched ")))(
  "%s -> %s can be read back from what is told",
  (text, canonical, _many, told) => {
    const call = parseCall(text);
    const op = call.kind === "invalid" ? undefined : call.value;
    if (op === undefined) throw new Error(text);
    const back = parseOutcome(op, told);
    expect(back.kind === "parsed" && printOutcome(op, back.value)).toBe(canonical);
  },
);
