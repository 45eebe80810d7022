import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { built, extentSame, started } from "./extent-same.ts";

const simulated = "--target simulated --seed 1 --runs 20";
const env = { CLI: `${process.execPath} ${built}` };

/** What a shell says of a pipeline that has $CLI in it. */
function shell(line: string): string {
  return started("bash", ["-c", line], { env }).stdout;
}

test("a reader of stderr that goes away ends no campaign", () => {
  const line = `($CLI fuzz ${simulated} >/dev/null; echo $? >&3) 3>&1 2>&1 | true`;
  expect(shell(`{ ${line}; } 3>&1`)).toBe("");
  expect(shell(`{ ($CLI fuzz ${simulated} 2>&1 >/dev/null; echo $? >&3) | true; } 3>&1`)).toBe(
    "0\n",
  );
});

test("stderr that takes nothing ends no campaign", () => {
  expect(shell(`$CLI fuzz ${simulated} 2>/dev/full >/dev/null; echo $?`)).toBe("0\n");
});

test.each(["", "2>&1"])("a reader of results %s that goes away ends no campaign", (stderr) => {
  const folder = mkdtempSync(join(tmpdir(), "test-output-"));
  const run = `$CLI campaign run ${folder} --target simulated:canary --seed 7 --runs 40 --jobs 2`;
  const both = `${run} ${stderr} | true; echo \${PIPESTATUS[0]}; $CLI campaign status ${folder}`;
  expect(shell(both)).toMatch(/^1\nran +40 programs/);
  rmSync(folder, { recursive: true });
});

test("a result that cannot be written is no divergence", () => {
  expect(shell(`$CLI fuzz ${simulated} >/dev/full 2>/dev/null; echo $?`)).toBe("3\n");
});

test.each([
  ["simulated", 3],
  ["simulated:canary", 1],
])("results on %s are said also where their JUnit file cannot be written", (target, code) => {
  const words = ["fuzz", "--target", target, "--seed", "7", "--runs", "10", "--json"];
  const cwd = mkdtempSync(join(tmpdir(), "test-output-"));
  const ran = extentSame([...words, "--junit", "/dev/full"], { cwd });
  rmSync(cwd, { recursive: true });
  expect(ran.code).toBe(code);
  expect(JSON.parse(ran.stdout)).toMatchObject({ programs: 10 });
  expect(ran.stderr).toContain("\n--junit cannot be written: ENOSPC");
});

test("a pipe that does not block gets all of a long result", () => {
  const program = [
    "const { spawn } = require('node:child_process')",
    "const [node, cli, ...rest] = process.argv.slice(1)",
    "const child = spawn('sh', ['-c', 'sleep 0.5; exec cat'], { stdio: ['pipe', 'inherit', 'inherit'] })",
    "const made = spawn(node, [cli, ...rest], { stdio: ['inherit', child.stdin, 'inherit'] })",
    "made.on('exit', () => child.stdin.end())",
  ].join(";");
  const header = "trace 1   target t   block 4K\n";
  const input = `${header}${"  open s0 rw a\n".repeat(5_000)}`;
  const words = [process.execPath, built, "replay", "--target", "simulated", "-"];
  const { stdout } = started(process.execPath, ["-e", program, ...words], { input });
  expect(stdout.split("\n")).toHaveLength(5_002);
});
