import { expect, test } from "vitest";
import { opinionLines, opinionsOf } from "../../replay/explain-profiles.ts";
import { parseTrace } from "../../replay/parse.ts";
import type { Trace } from "../../replay/trace.ts";

const trace = parsed(`trace 1   target linux-6.18/btrfs   block 4K
  open s0 rw a                                  -> 0
  truncate s0 length 8K                         -> 0
  dedupe s0 at 0 length 1 onto s0 at 4K         -> same 1
`);

test("other profiles say what they allow where they part from an answer", () => {
  const read = opinionsOf("linux-6.18/xfs,proposed-einval,manual-page,seed-2013", trace, 3);
  expect(read).toEqual({
    kind: "opinions",
    opinions: [
      { profile: "linux-6.18/xfs", allows: true, says: ["same 1 (G9)"] },
      { profile: "proposed-einval", allows: false, says: ["status EINVAL (G9)"] },
      { profile: "manual-page", allows: false, says: ["errno EINVAL (M18)", "same 0 (M32)"] },
      {
        profile: "seed-2013",
        allows: false,
        says: [
          "same 0, and files_deduped the number of those (P13)",
          "any status below 0 (P8, P9)",
        ],
      },
    ],
  });
  if (read.kind === "invalid") return;
  expect(Math.max(...opinionLines(read.opinions).map((line) => line.length))).toBeLessThanOrEqual(
    72,
  );
});

test("a profile that parts from a trace before the call says where", () => {
  const later = parsed(`trace 1   target linux-6.18/btrfs   block 4K
  open s0 w a                                   -> 0
  dedupe s0 at 0 length 0 onto none             -> errno EINVAL
  close s0                                      -> 0
`);
  expect(opinionsOf("manual-page", later, 3)).toEqual({
    kind: "opinions",
    opinions: [
      {
        profile: "manual-page",
        allows: undefined,
        says: ["it parts from the trace at call 2 already"],
      },
    ],
  });
});

test("a name that no profile has is refused", () => {
  expect(opinionsOf("linux-4.19,nope", trace, 3).kind).toBe("invalid");
});

function parsed(text: string): Trace {
  const read = parseTrace(text);
  if (read.kind === "invalid") throw new Error(read.message);
  return read.trace;
}
