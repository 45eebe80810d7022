/** What a campaign came to, as JUnit XML, which CI systems show. */

import type { Progress } from "./progress.ts";
import type { FindingEntry } from "./report.ts";

/**
 * One test case a rule: passed when it was reached, skipped when it never was; and
 * one a finding, which fails.
 */
export function junitText(progress: Progress, findings: readonly FindingEntry[]): string {
  const rules = Object.entries(progress.reached.rules);
  const seconds = (progress.milliseconds / 1000).toFixed(3);
  const missed = rules.filter(([, times]) => times === 0).length;
  const numbers = `tests="${rules.length + findings.length}" failures="${findings.length}" skipped="${missed}"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuite name="extent-same" ${numbers} time="${seconds}">`,
    ...rules.map(([id, times]) =>
      testCase("rule", id, times === 0 ? `<skipped message="not reached"/>` : ""),
    ),
    ...findings.map(({ signature, calls, folder }) =>
      testCase(
        "finding",
        signature,
        `<failure message="${escaped(`a program of ${calls} calls, saved in ${folder ?? "no folder"}`)}"/>`,
      ),
    ),
    `</testsuite>`,
    "",
  ].join("\n");
}

function testCase(kind: string, name: string, inside: string): string {
  return `  <testcase classname="${kind}" name="${escaped(name)}">${inside}</testcase>`;
}

const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => names[character] ?? "");
}
