/** The specification for a person and for a machine: every rule in a table, or one of them whole. */

import { profileOf, rules, ruleText, type RuleText } from "../model/index.ts";
import { labelled } from "./columns.ts";
import { ruleTrace, type RuleTrace } from "./evidence.ts";
import type { HowToTell, Told } from "./told.ts";
import { quoted } from "./plain.ts";
import { profileJson, profileText } from "./profile-text.ts";

const form =
  "spec goes: spec, spec show RULE|PROFILE, spec diff A B, spec gaps PROFILE, or spec paths PROFILE";

/** What `spec` answers to the words behind it; `corpus` is the folder with the folder `rules`. */
export function specText(words: readonly string[], corpus: string, { json, all }: HowToTell): Told {
  const [verb, id = "", ...more] = words;
  const shown = rules.filter(
    (rule) => all || json || rule.call === "dedupe" || rule.stage === "witness",
  );
  if (verb === undefined) {
    return text(json ? shown.map((rule) => ruleJson(rule, corpus)).join("\n") : table(shown));
  }
  if (verb !== "show" || more.length > 0 || id === "") return { kind: "invalid", message: form };
  const profile = profileOf(id);
  if (profile !== undefined) return text(json ? profileJson(profile) : profileText(profile));
  const rule = ruleText(id) ?? ruleText(id.toUpperCase());
  if (rule === undefined) {
    const message = `${quoted(id)} is not a rule or profile; see extent-same spec --all for the rules`;
    return { kind: "invalid", message };
  }
  return text(json ? ruleJson(rule, corpus) : ruleLines(rule, corpus).join("\n"));
}

function text(lines: string): Told {
  return { kind: "text", text: lines };
}

function ruleJson(rule: RuleText, corpus: string): string {
  const trace = ruleTrace(corpus, rule);
  const shown = trace === undefined ? undefined : { name: trace.name, target: trace.target };
  return JSON.stringify({ ...rule, trace: shown });
}

/** Columns before the statement: place, id, answer and evidence. */
const widths = [4, 8, 13, 9] as const;

function table(shown: readonly RuleText[]): string {
  const head = line(["#", "rule", "answers", "shown by"], "statement");
  const lines = shown.flatMap((rule, index) => {
    const title = titleOf(rule);
    const before = shown[index - 1];
    const isNew = before === undefined || titleOf(before) !== title;
    return [...(isNew ? ["", title] : []), ...ruleRow(rule)];
  });
  return [...head, ...lines].join("\n");
}

function titleOf({ call, stage, place }: RuleText): string {
  if (stage === "clause") return "what follows from rules";
  if (stage === "witness") return "what a kernel is held to beside its answers";
  if (stage === "not asked") return "known, and not asked by the model yet";
  return place === undefined ? call : `${call}, in kernel order`;
}

function ruleRow(rule: RuleText): readonly string[] {
  const { place, id, answers, evidence, says, why, because } = rule;
  const shown = {
    trace: "a trace",
    "a test": "a test",
    "source only": "source",
    "from memory": "memory",
  }[evidence];
  const [ids, ...others] = id.split(" ");
  const note = why === undefined ? "" : ` ${because}: ${why}.`;
  const also = others.length === 0 ? "" : ` (also ${others.join(", ")})`;
  const answer = answers === "same, nothing shared" ? "same, none" : answers;
  const number = place === undefined ? "" : String(place);
  return line([number, ids ?? "", answer, shown], `${says}${also}${note}`);
}

function line(cells: readonly string[], statement: string): readonly string[] {
  const head = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("");
  return labelled(head, statement, head.length);
}

function ruleLines(rule: RuleText, corpus: string): readonly string[] {
  const { id, call, stage, place, says, answers, source, why, because } = rule;
  const trace = ruleTrace(corpus, rule);
  const where = place === undefined ? `${call}, ${stage}` : `check ${place} of ${call}, ${stage}`;
  return [
    ...labelled("rule", `${id}: ${where}`),
    ...labelled("says", says),
    ...(answers === "" ? [] : labelled("answers", answers)),
    ...(source === "" ? [] : labelled("source", source)),
    ...(why === undefined
      ? []
      : labelled(because === "Never decides" ? "never" : because.toLowerCase(), why)),
    ...labelled("evidence", evidenceText(rule, trace)),
    ...(trace === undefined ? [] : ["", trace.text.trimEnd()]),
  ];
}

function evidenceText({ evidence }: RuleText, trace: RuleTrace | undefined): string {
  if (trace !== undefined) return `${trace.name}, recorded on ${trace.target}`;
  switch (evidence) {
    case "trace":
      return "no trace of its own";
    case "a test":
      return "a test runs it on a kernel";
    case "source only":
      return "read in the source, not seen at work";
    case "from memory":
      return "from memory: not confirmed in a source";
  }
}
