import { expect, test } from "vitest";
import { profiles as known } from "../../model/index.ts";
import { extentSame, refusal } from "./extent-same.ts";

const commands = [
  "fuzz",
  "campaign",
  "replay",
  "check",
  "minimise",
  "export",
  "call",
  "explain",
  "corpus",
  "spec",
  "doctor",
];
const profiles = `there are: ${known.map(({ name }) => name).join(", ")}; and bugs such as MUT-01/btrfs`;
const seedNeeded = "--seed takes a number from 0 to 0xffffffff, not";
const timeNeeded = "takes a time such as 60s, 5m or 2h, up to 480h, not";
const callNeeded = "call takes LENGTH SOURCE OFFSET TARGET OFFSET [TARGET OFFSET]...";

test.each<[string, string]>([
  ["nonsense", `"nonsense" is not a command; there are: ${commands.join(", ")}`],
  ["\u001b[31mred", `"red" is not a command; there are: ${commands.join(", ")}`],
  ["fuzz extra", "fuzz takes no words, only flags"],
  ["fuzz --nope", "Unknown option '--nope'; see extent-same fuzz --help"],
  ["fuzz --seed --json", "--seed needs a value; see extent-same fuzz --help"],
  ["fuzz --json=yes", "Option '--json' does not take an argument; see extent-same fuzz --help"],
  ["fuzz --seed -1", `${seedNeeded} "-1"`],
  ["fuzz --max-total-time 0", `--max-total-time ${timeNeeded} "0"`],
  ["fuzz --max-total-time -5s", `--max-total-time ${timeNeeded} "-5s"`],
  ["fuzz --target simulated --timeout 481h", `--timeout ${timeNeeded} "481h"`],
  ["fuzz --target simulated:nope", `"nope" is not a profile; ${profiles}`],
  ["fuzz --profile nope", `"nope" is not a profile; ${profiles}`],
  ["fuzz --dir /etc/passwd", '--dir: "/etc/passwd" is not a folder'],
  [
    "fuzz --dir /tmp --mount x",
    "--mount is for a new file system, and --dir names one that exists",
  ],
  ["fuzz --target simulated --out /proc/x", '--out: "/proc" cannot be written'],
  ["replay --runs 1 x", "Unknown option '--runs'; see extent-same replay --help"],
  [
    "corpus --target simulated",
    "corpus goes: corpus VERB, where VERB is one of verify, known, list, add, minimise",
  ],
  ["corpus verify --target simulated /missing", 'corpus verify: "/missing" is not a folder'],
  [
    "spec list",
    "spec goes: spec, spec show RULE|PROFILE, spec diff A B, spec gaps PROFILE, or spec paths PROFILE",
  ],
  ["spec show Z9", '"Z9" is not a rule or profile; see extent-same spec --all for the rules'],
  ["call 4K a 0 b", callNeeded],
  ["call 4k a 0 b 0", 'the length: "4k" needs its suffix in upper case: K, M, G or T'],
  ["call -1 a 0 b 0", 'the length: "-1" is negative, and only 0 to 2^64-1 can stand here'],
  ["call 4K a 0 b 18446744073709551616", 'an offset: "18446744073709551616" is more than 2^64-1'],
  [`call 4K a 0${" b 0".repeat(129)}`, "call takes 128 targets at most, not 129"],
  ["call 4K /missing 0 /missing 0", "/missing cannot be opened: ENOENT"],
])("%s is refused in one line", (line, message) => {
  expect(extentSame(line.split(" "))).toEqual(refusal(message));
});

test.each([[], ["help"], ["--help"]])("%j shows every command", (...words) => {
  const { code, stdout, stderr } = extentSame(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(commands.filter((name) => stdout.includes(`\n  ${name.padEnd(9)}`))).toEqual(commands);
});

test.each(commands)("%s --help shows its form, its flags and an example", (name) => {
  const { code, stdout, stderr } = extentSame([name, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`^extent-same ${name}.* \\[FLAGS\\]\n`));
  expect(stdout).toContain(`\nexamples\n  extent-same ${name}`);
  expect(stdout).toContain("\n  --");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThan(80);
});

test("help NAME is NAME --help", () => {
  expect(extentSame(["help", "fuzz"])).toEqual(extentSame(["fuzz", "-h"]));
});

test("--version is a version", () => {
  expect(extentSame(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
});
