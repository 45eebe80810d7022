import { expect, test } from "vitest";
import { outcomes, linux618Btrfs, newModel } from "../../model/index.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import { parseCall } from "../../replay/parse-call.ts";
import { after, told } from "./story.ts";

/** root's a, for reading and writing; each row makes its calls and then looks at the mode. */
const opened = ["open s0 rw a", "write s0 at 0 length 8K pattern 1"];

// oxfmt-ignore
const modes = [
  ["a file that is made has mode 600", [], "600"],
  ["a write by root keeps every bit", ["chmod s0 6755", "write s0 at 0 length 1 pattern 1"], "6755"],
  ["a write by another loses set-user-ID and set-group-ID", ["chmod s0 6755", "as user", "write s0 at 0 length 1 pattern 1"], "755"],
  ["so it does by who owns the file", ["chmod s0 6755", "chown s0 user", "chmod s0 6755", "as user", "write s0 at 0 length 1 pattern 1"], "755"],
  ["who owns the file keeps a set-group-ID that executes nothing", ["chown s0 user", "chmod s0 6644", "as user", "write s0 at 0 length 1 pattern 1"], "2644"],
  ["a write of nothing loses nothing", ["chmod s0 6755", "as user", "write s0 at 0 length 0 pattern 1"], "6755"],
  ["a write with CAP_FSETID loses nothing", ["chmod s0 6755", "as user with fsetid", "write s0 at 0 length 1 pattern 1"], "6755"],
  ["a truncate, fallocate or clone by another loses them too", ["chmod s0 4755", "as user", "fallocate s0 prealloc at 0 length 4K"], "755"],
  ["a punch where there are bytes loses them too", ["chmod s0 4755", "as user", "fallocate s0 punch at 0 length 1"], "755"],
  ["a store through a mapping loses nothing", ["chmod s0 6755", "as user", "store s0 at 0 length 1 pattern 1"], "6755"],
  ["a dedupe loses nothing", ["chmod s0 6755", "as user", "dedupe s0 at 0 length 4K onto s0 at 4K"], "6755"],
  ["a new owner loses set-user-ID, and a set-group-ID that executes", ["chmod s0 6755", "chown s0 user"], "755"],
  ["a new owner keeps a set-group-ID that executes nothing", ["chmod s0 6745", "chown s0 user"], "2745"],
  ["CAP_CHOWN and CAP_FOWNER let others give a file away, and its bits go", ["chmod s0 6755", "as user with chown, fowner", "chown s0 user"], "755"],
  ["who is not of the group cannot set its set-group-ID", ["as user with fowner", "chmod s0 6755"], "4755"],
] as const;

test.each(modes)("%s", (_says, calls, mode) => {
  expect(told(after([...opened, ...calls]), "mode s0").answer).toBe(mode);
});

/** Calls that a user makes on root's file of mode 644 (s0), and on an append-only one (s1). */
const user = after([
  "open s0 rw a",
  "write s0 at 0 length 8K pattern 1",
  "chmod s0 644",
  "open s1 rw b",
  "chattr s1 +a",
  "open s2 rw c",
  "chattr s2 +i",
  "as user",
]);

// oxfmt-ignore
const answers = [
  ["open s3 r a", "0"],
  ["open s3 w a", "errno EACCES"],
  ["open s3 r truncate a", "errno EACCES"],
  ["open s3 w path a", "0"],
  ["open s3 rw new", "0"],
  ["open s3 w c", "errno EPERM"],
  ["open s3 r b", "errno EACCES"],
  ["chmod s0 600", "errno EPERM"],
  ["chown s0 user", "errno EPERM"],
  ["chattr s0 -i", "errno EPERM"],
  ["nocow s0", "errno EPERM"],
  ["write s0 at 0 length 1 pattern 1", "1"],
  ["write s1 at 0 length 1 pattern 1", "1"],
  ["store s1 at 0 length 1 pattern 1", "errno EACCES"],
  ["truncate s1 length 0", "errno EPERM"],
  ["fallocate s1 prealloc at 0 length 4K", "0"],
  ["fallocate s1 punch at 0 length 4K", "errno EPERM"],
  ["write s2 at 0 length 1 pattern 1", "1"],
  ["truncate s2 length 0", "0"],
  ["fallocate s2 prealloc at 0 length 4K", "errno EPERM"],
  ["clone s0 at 0 length 4K onto s2 at 0", "errno EPERM"],
  ["clone s0 at 0 length 4K onto s1 at 0", "0"],
  ["link c d", "errno EPERM"],
  ["unlink c", "errno EPERM"],
  ["unlink a", "0"],
] as const;

test.each(answers)("%s -> %s, for who owns nothing", (call, answer) => {
  expect(told(user, call).answer).toBe(answer);
});

test("CAP_CHOWN alone gives no file away of which a bit would go", () => {
  const state = after(["open s0 rw a", "chmod s0 4755", "as user with chown"]);
  expect(told(state, "chown s0 user").answer).toBe("errno EPERM");
});

test("a punch where there is only a hole loses a bit or keeps it", () => {
  const state = after(["open s0 rw a", "chmod s0 4755", "as user"]);
  const parsed = parseCall("fallocate s0 punch at 0 length 4K");
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const ways = outcomes(newModel(linux618Btrfs), state, parsed.value);
  expect(ways.map((way) => told(way.state, "mode s0").answer)).toEqual(["755", "4755"]);
});

test("a link to the file of another is made or refused: systems differ in that", () => {
  const parsed = parseCall("link a d");
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const ways = outcomes(newModel(linux618Btrfs), user, parsed.value);
  expect(ways.map(({ outcome }) => printOutcome(parsed.value, outcome))).toEqual([
    "0",
    "errno EPERM",
  ]);
});
