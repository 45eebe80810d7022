/** A version of the specification for a person: how it answers, and in what it differs, row by row with its evidence. */

import { answerText, type Amendment, type Profile, type Rule } from "../model/index.ts";
import { labelled } from "./columns.ts";

export function profileText(profile: Profile): string {
  const { name, about, precedence, amendments, tables } = profile;
  const isOpen = precedence === "any that applies";
  return [
    ...labelled("profile", `${name}: ${about}`),
    ...labelled("answers", precedences[precedence]),
    ...(isOpen || amendments.length === 0 ? [] : ["", "otherwise than Linux 6.18, newest first:"]),
    ...(isOpen ? ["", "rules:"] : []),
    ...amendments.flatMap(rowLines),
    ...(isOpen ? [...tables.request, ...tables.entry].flatMap(ruleLines) : []),
  ].join("\n");
}

/** The same for machines, in one line. */
export function profileJson({ name, about, precedence, amendments, tables }: Profile): string {
  const rows = amendments.map(({ topic, says, basis, source, unseen }) => ({
    topic,
    says,
    basis,
    source,
    unseen,
  }));
  const rules = [...tables.request, ...tables.entry].map(({ id, says, answers, source }) => ({
    id,
    says,
    answers: answerText(answers),
    source,
  }));
  return JSON.stringify({ name, about, precedence, rows, rules });
}

const precedences: Readonly<Record<Profile["precedence"], string>> = {
  "kernel order": "by the first rule that applies, in kernel order",
  "any that applies": "by any rule that applies: a set",
};

/** What is told of a rule, whatever it is asked of. */
type Row = Pick<Rule<never>, "id" | "says" | "answers" | "may">;

function rowLines({ topic, says, basis, source, unseen }: Amendment): readonly string[] {
  return [
    ...labelled("  topic", topic),
    ...labelled("    says", says),
    ...labelled(`    ${basis}`, source, basis.length + 6 > 11 ? basis.length + 6 : 11),
    ...(unseen === undefined ? [] : labelled("    unseen", unseen)),
  ];
}

function ruleLines({ id, says, answers, may }: Row): readonly string[] {
  const text = may === true ? `${answerText(answers)}, or not` : answerText(answers);
  return labelled(`  ${id}`, `${says} (${text})`, 8);
}
