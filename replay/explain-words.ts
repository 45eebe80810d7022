/** What parts of an explanation say, in a line each. */

import {
  askFor,
  errnoName,
  ruleText,
  rules,
  statusDiffers,
  type Errno,
  type TargetOutcome,
} from "../model/index.ts";
import type { KnownAnswer, Likely, Part, Step } from "./explain.ts";
import { factName, factText, needText } from "./fact-text.ts";
import { numberText } from "./number-text.ts";
import { entryText } from "./outcome-text.ts";
import { compressed } from "./run-length.ts";

/** What became of the request: `accepted`, `fails with EINVAL, decided by H7`. */
export function requestSummary(part: Part<Errno | 0>, errno: Errno | 0 | undefined): string {
  const [likeliest] = part.candidates;
  const got = errno === undefined ? "" : callWord(errno);
  if (likeliest === undefined) return `${got}${byNone(part, callWord, -(errno ?? 0))}`;
  const decided = likeliest.rule === undefined ? "" : `, decided by ${likeliest.rule}`;
  return oneOf(part, got) ?? `${callWord(likeliest.answer)}${decided}`;
}

/** What became of an entry: `status EINVAL, decided by B1`. */
export function entrySummary(part: Part<TargetOutcome>, got: Partial<TargetOutcome>): string {
  const [likeliest] = part.candidates;
  if (likeliest === undefined)
    return `${statusWord(got)}${byNone(part, entryText, got.status ?? 0)}`;
  return (
    oneOf(part, statusWord(got)) ?? `${entryText(likeliest.answer)}, decided by ${likeliest.rule}`
  );
}

/** What is said of an answer that no rule gives: what was expected, and what is known but not asked. */
function byNone<Answer>(
  { instead }: Part<Answer>,
  word: (answer: Answer) => string,
  status: number,
): string {
  const expected = instead
    .slice(0, 3)
    .map(({ rule, answer }) => `${word(answer)} (${rule ?? "no rule refuses it"})`);
  const known = status < 0 ? knownFor(-status) : [];
  const hint = known.length === 0 ? "" : `; known, and not asked yet: ${known.join(", ")}`;
  return `, by no rule of this profile; expected: ${expected.join(" or ")}${hint}`;
}

function callWord(errno: Errno | 0): string {
  return errno === 0 ? "accepted" : `fails with ${errnoName(errno)}`;
}

/** What came back from a call, as far as it is known: `same 64K, differs`, `errno EINVAL`. */
export function answerText({ errno, targets }: KnownAnswer): string {
  if (errno === undefined) return "";
  if (errno !== 0) return `errno ${errnoName(errno)}`;
  return targets.length === 0 ? "0" : compressed(targets.map(statusWord));
}

/** Empty where nothing is known of it. */
function statusWord({ status, deduped }: Partial<TargetOutcome>): string {
  if (status === undefined) return "";
  if (deduped !== undefined) return entryText({ status, deduped });
  if (status === 0) return "same";
  return status === statusDiffers ? "differs" : `status ${errnoName(-status)}`;
}

/** The rules that may have decided; undefined where one did. */
function oneOf<Answer>({ candidates }: Part<Answer>, got: string): string | undefined {
  const ids = [...new Set(candidates.map(({ rule }) => rule ?? "none"))];
  if (ids.length < 2) return undefined;
  const lead = got === "" ? "" : `${got}, by `;
  return `${lead}one of ${ids.join(", ")}, most likely first`;
}

/** Rules that are known and that the model does not ask yet, of which one may answer so. */
function knownFor(errno: number): readonly string[] {
  const name = errnoName(errno);
  return rules.flatMap(({ id, stage, says }) =>
    stage === "not asked" && says.includes(name) ? id.split(" ") : [],
  );
}

/** What a candidate needs, and what it compares. */
export function candidateText<Answer>(candidate: Likely<Answer>): string {
  const { needs, suchAs } = candidate;
  const list = needs.map(needText).join(", ");
  const text = needs.length === 0 ? "if all is as usual" : `${suchAs ? "such as" : "if"} ${list}`;
  const compared = tailText(candidate);
  return compared === "" ? text : `${text}; ${compared}`;
}

/** How much is compared, and shared; empty where no byte is. */
export function tailText<Answer>({ rule, tail }: Likely<Answer>): string {
  if (rule === undefined || tail === undefined) return "";
  const compared = numberText(tail.compared);
  if (ruleText(rule)?.stage === "compare") return `compares ${compared}`;
  if (tail.compared === tail.shared) return `compares and shares ${compared}`;
  return `compares ${compared}, and shares ${numberText(tail.shared)}: the last block whole`;
}

/**
 * A check with the facts that it read: `passed: target.open=open`. A check that
 * passed leaves out those that are `told`, and all that it tells is told from then on.
 */
export function stepText({ verdict, reads }: Step, told: Set<string>): string {
  const facts = reads
    .map(({ fact, value, known }) => factText(fact, value, known))
    .filter((text) => verdict !== "passed" || !told.has(text));
  for (const text of facts) told.add(text);
  return facts.length === 0 ? verdict : `${verdict}: ${facts.join(", ")}`;
}

/** What would tell candidates apart: unknown facts, each with how it is found out. */
export function asks(parts: readonly Part<unknown>[]): readonly string[] {
  const facts = parts
    .filter(({ candidates }) => candidates.length > 1)
    .flatMap(({ candidates }) => candidates.flatMap(({ needs }) => needs.map(({ fact }) => fact)));
  return [...new Set(facts)].map((fact) => `${factName(fact)}: ${askFor(fact)}`);
}
