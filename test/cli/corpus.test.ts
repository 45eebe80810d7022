import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyTrace } from "../../replay/index.ts";
import { extentSame, refusal } from "./extent-same.ts";

const rules = new URL("../../corpus/rules", import.meta.url).pathname;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-corpus-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function made(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const trace = `trace 1 target linux-6.18/btrfs block 4096
open s0 rw a -> 0
# nothing is shared
dedupe s0 at 0 length 0 onto s0 at 0 -> same 0
`;

test("what is added is canonical and states its verdict, once", () => {
  const corpus = join(folder, "corpus");
  mkdirSync(corpus);
  const added = join(corpus, "mine.trace");
  const mine = made("mine.trace", trace);
  expect(extentSame(["corpus", "add", mine, corpus])).toMatchObject({
    code: 0,
    stdout: `added ${added}: linux-6.18/btrfs allowed\n`,
  });
  expect(readFileSync(added, "utf8")).toContain("expect    linux-6.18/btrfs allowed\n");
  expect(verifyTrace(added)).toEqual([]);
  expect(extentSame(["corpus", "add", mine, corpus]).stderr).toMatch(/is there already: rename/);
  const other = made("other.trace", `# in other words\n${trace}`);
  expect(extentSame(["corpus", "add", other, corpus])).toEqual(
    refusal(`${other}: it is there already: ${added}`),
  );
});

test("what diverges is added with where it does, and what says otherwise of itself is refused", () => {
  const corpus = join(folder, "wrong");
  mkdirSync(corpus);
  const wrong = made("wrong.trace", trace.replace("same 0", "same 4K"));
  expect(extentSame(["corpus", "add", wrong, corpus]).stdout).toMatch(
    /: linux-6.18\/btrfs diverged at call 2\n$/,
  );
  const expects = trace.replace("4096\n", "4096\nexpect canary allowed\n");
  const stale = made("stale.trace", expects);
  expect(extentSame(["corpus", "add", stale, corpus])).toEqual(
    refusal(`${stale}: recorded: canary diverged at call 2`),
  );
  const silent = made("silent.trace", trace.replace(" -> same 0", ""));
  expect(extentSame(["corpus", "add", silent, corpus])).toEqual(
    refusal(`${silent}: call 2 has no outcome: replay it first`),
  );
});

test("a trace that is not canonical, or whose verdict is stale, is a surprise", () => {
  const corpus = join(folder, "bad");
  mkdirSync(corpus);
  const text = readFileSync(join(rules, "G4.trace"), "utf8");
  const bad = {
    "spaced.trace": [text.replace("  open", " open"), "it is not in canonical form"],
    "stale.trace": [
      text.replace(" allowed", " diverged at call 1"),
      "recorded: linux-6.18/btrfs allowed",
    ],
    "silent.trace": [text.replace(/^expect .*\n/m, ""), "it states no verdict: add an expect line"],
    "unknown.trace": [
      text.replace("linux-6.18/btrfs allowed", "nobody allowed"),
      "nobody is not a profile, and its verdict cannot be held",
    ],
  };
  for (const [name, [changed = ""]] of Object.entries(bad)) {
    expect(changed).not.toBe(text);
    writeFileSync(join(corpus, name), changed);
  }
  copyFileSync(join(rules, "G4.trace"), join(corpus, "good.trace"));
  const { code, stdout } = extentSame(["corpus", "verify", "--target", "simulated", corpus]);
  expect(code).toBe(1);
  for (const [name, [, message]] of Object.entries(bad)) {
    expect(stdout).toContain(`${join(corpus, name)}: ${message}\n`);
  }
  expect(stdout).not.toContain("good.trace");
});

test("the traces of a folder are listed, and made few", () => {
  const listed = extentSame(["corpus", "list", rules]);
  expect(listed.code).toBe(0);
  expect(listed.stdout).toMatch(
    /^ +[0-9]+ +[0-9]+ {2}\S+\/G4\.trace {2}linux-6\.18\/btrfs allowed$/m,
  );
  const few = extentSame(["corpus", "minimise", rules]);
  const [, kept, all] = /^([0-9]+) of ([0-9]+) traces come to all/m.exec(few.stdout) ?? [];
  expect(Number(kept)).toBeLessThan(Number(all) / 2);
  expect(few.stdout.trimEnd().split("\n")).toHaveLength(Number(kept) + 1);
});

/** A folder that says of every finding of a campaign on the canary that it is expected. */
function expecting(name: string, words: readonly string[], comments: string): string {
  const [out, known] = [join(folder, `${name}-found`), join(folder, name)];
  mkdirSync(known);
  const { code, stdout } = extentSame([...words, "--json", "--out", out]);
  expect(code).toBe(1);
  const { findings }: { findings: { signature: string; folder: string }[] } = JSON.parse(stdout);
  for (const found of findings) {
    const text = readFileSync(join(found.folder, "repro.trace"), "utf8");
    writeFileSync(join(known, `${found.signature}.trace`), comments + text);
  }
  return known;
}

const campaign = ["fuzz", "--target", "simulated:canary", "--seed", "7", "--runs", "10"];
const why =
  "# reason: it counts a block too many,\n#   on purpose\n# reference: model/profile.ts\n";

test("what is expected is counted apart, and no finding", () => {
  const known = expecting("known", campaign, why);
  const out = join(folder, "nothing");
  const again = extentSame([...campaign, "--known", known, "--out", out]);
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(/^known {6}linux-6\.18-btrfs\.\S+ [0-9]+ times/m);
  expect(again.stdout).toMatch(/^found {6}nothing/m);
  const told = extentSame(["corpus", "known", known, "--target", "simulated:canary"]);
  expect(told.code).toBe(0);
  expect(told.stdout).toContain("   it counts a block too many, on purpose   model/profile.ts   ");
  expect(told.stdout).toMatch(/^[0-9]+ differences are expected, 0 do not come any more$/m);
});

test("what is expected and comes no more is told, and of other kernels nothing is expected", () => {
  const known = expecting("gone", campaign, why);
  const told = extentSame(["corpus", "known", known, "--target", "simulated"]);
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(/^no longer so: \S+ {3}on linux-6\.18\/btrfs: allowed$/m);
  const old = expecting("old", campaign, `${why}# kernels: 4.2 to 5.9\n`);
  expect(extentSame(["corpus", "known", old, "--target", "simulated"]).code).toBe(0);
});

test("an entry without a reason, or that shows nothing, is refused", () => {
  const known = join(folder, "odd");
  mkdirSync(known);
  const path = join(known, "odd.trace");
  const words = ["fuzz", "--target", "simulated", "--known", known];
  const diverging = trace.replace("4096\n", "4096\nexpect linux-6.18/btrfs diverged at call 2\n");
  writeFileSync(path, diverging);
  expect(extentSame(words)).toEqual(
    refusal(`${path}: a known difference begins with # reason: and # reference:`),
  );
  writeFileSync(path, why + diverging);
  expect(extentSame(words)).toEqual(
    refusal(`${path}: linux-6.18/btrfs allows it: it shows no difference`),
  );
  writeFileSync(path, why + trace);
  expect(extentSame(words).stderr).toContain("says of one profile that it diverged");
});
