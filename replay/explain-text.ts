/** An explanation for a person, in 72 columns and so many lines as fit into a mail. */

import { copyOutRules, ruleText, type TargetOutcome } from "../model/index.ts";
import { labelled } from "./columns.ts";
import {
  entryAnswer,
  type Explanation,
  type KnownAnswer,
  type Part,
  type Step,
} from "./explain.ts";
import {
  asks,
  candidateText,
  entrySummary,
  requestSummary,
  stepText,
  tailText,
} from "./explain-words.ts";

/** Lines that are shown where not all are asked for. */
const maxLines = 25;

/** How much is told. */
interface Detail {
  /** Checks that passed, of each part: the last ones, with what they read. */
  readonly passed: number;
  /** What rules say. */
  readonly says: boolean;
  /** What would tell candidates apart. */
  readonly asks: boolean;
  /** Whether targets in a row that went alike are told of as one. */
  readonly together: boolean;
}

const everything: Detail = { passed: Infinity, says: true, asks: true, together: false };

/** From much to little: the first that fits is shown. */
const details: readonly Detail[] = [
  ...[50, 20, 16, 12, 10, 8, 6, 5, 4, 3, 2, 1, 0].map((passed) => ({ ...everything, passed })),
  { ...everything, passed: 0, together: true },
  { ...everything, passed: 0, together: true, says: false },
  { passed: 0, says: false, asks: false, together: true },
];

/** The lines of an explanation, behind `head`: all of them, or so many as fit. */
export function explanationText(
  explanation: Explanation,
  all: boolean,
  head: readonly string[] = [],
): string {
  if (all) return [...head, ...linesOf(explanation, everything)].join("\n");
  let lines: readonly string[] = [];
  for (const detail of details) {
    lines = [...head, ...linesOf(explanation, detail)];
    if (lines.length <= maxLines) return lines.join("\n");
  }
  const left = lines.length - maxLines + 1;
  return [...lines.slice(0, maxLines - 1), `... ${left} lines more: --all shows them`].join("\n");
}

function linesOf(explanation: Explanation, detail: Detail): readonly string[] {
  const { call, got: came, profile, answer, request, targets, unseen } = explanation;
  const told = new Set<string>();
  const open = asks([request, ...targets]);
  return [
    ...labelled("call", detail === everything ? call : shortened(call)),
    ...(came === "" ? [] : labelled("got", detail === everything ? came : shortened(came))),
    ...labelled("profile", `${profile.name}: ${profile.about}`),
    ...partLines(
      before(request),
      requestSummary(request, answer.errno),
      ofRequest(explanation, detail),
      told,
    ),
    ...rows(targets, answer, detail).flatMap(({ part, names, got }) =>
      partLines(part, `${names}: ${entrySummary(part, got)}`, detail, told),
    ),
    ...copyOut(request, detail),
    ...(unseen === 0 ? [] : labelled("more", `${unseen} targets are not shown by this account`)),
    ...(detail.asks && open.length > 0 ? labelled("to tell", open.join("; ")) : []),
  ];
}

/** Where entries are told of, checks of the request are told only with all the rest. */
function ofRequest({ targets, unseen }: Explanation, detail: Detail): Detail {
  const aside = targets.length + unseen > 0 && detail !== everything;
  return aside ? { ...detail, passed: 0 } : detail;
}

const behind = new Set(copyOutRules.map(({ id }) => id));

/** The request without what is checked behind the last entry. */
function before<Answer>(request: Part<Answer>): Part<Answer> {
  return { ...request, steps: request.steps.filter(({ rule }) => !behind.has(rule)) };
}

function copyOut({ steps }: Part<unknown>, detail: Detail): readonly string[] {
  const shown = steps.filter(
    ({ rule, verdict }) => behind.has(rule) && (verdict !== "passed" || detail === everything),
  );
  return shown.flatMap((step) => labelled("copy out", `${step.rule} ${stepText(step, new Set())}`));
}

/** Characters of a call, or of what came back, where not all is asked for. */
const maxCharacters = 160;

function shortened(text: string): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)} ...` : text;
}

interface Row {
  readonly part: Part<TargetOutcome>;
  readonly names: string;
  readonly got: Partial<TargetOutcome>;
}

/** Targets as they are told of: each by itself, or those in a row that went alike together. */
function rows(
  targets: readonly Part<TargetOutcome>[],
  answer: KnownAnswer,
  { together }: Detail,
): readonly Row[] {
  const found: (Row & { readonly key: string; last: string })[] = [];
  for (const [index, part] of targets.entries()) {
    const got = entryAnswer(answer, index);
    const key = together ? alike(part, got) : String(index);
    const above = found.at(-1);
    if (above?.key === key) above.last = part.title;
    else found.push({ part, got, names: part.about, key, last: part.title });
  }
  return found.map(({ part, names, got, last }) =>
    last === part.title ? { part, names, got } : { part, names: `${names}, to ${last}`, got },
  );
}

/** The same for targets that have the same answer by the same rules. */
function alike({ candidates }: Part<TargetOutcome>, got: Partial<TargetOutcome>): string {
  return [...candidates.map(({ rule }) => rule), got.status, got.deduped].join(" ");
}

function partLines<Answer>(
  part: Part<Answer>,
  summary: string,
  detail: Detail,
  told: Set<string>,
): readonly string[] {
  const { title, candidates, instead } = part;
  const shown = candidates.length > 0 ? candidates : instead;
  const sole = new Set(shown.map(({ rule }) => rule)).size === 1;
  const head = labelled(title, summary);
  const steps = stepLines(part.steps, detail, sole);
  if (sole) {
    const tails = shown.flatMap((candidate) => indented(tailText(candidate)));
    const cases = part.cases.flatMap((id) => caseLines(id, detail, told));
    return [...head, ...steps, ...tails, ...statement(shown[0]?.rule, detail, told), ...cases];
  }
  const lines = shown.flatMap((candidate) => [
    ...labelled(ruleLabel(candidate.rule ?? "none"), candidateText(candidate)),
    ...statement(candidate.rule, detail, told),
  ]);
  return [...head, ...steps, ...lines];
}

/** The checks of a part: those that only passed by name, but for the last ones. */
function stepLines(steps: readonly Step[], detail: Detail, sole: boolean): readonly string[] {
  const passed = steps.filter(({ verdict }) => verdict === "passed");
  const folded = new Set(passed.slice(0, Math.max(0, passed.length - detail.passed)));
  const names = [...folded].map(({ rule }) => rule).join(", ");
  const open = steps.filter((step) => !folded.has(step));
  const shown = open.filter(({ verdict }) => sole || verdict !== "may decide" || detail.passed > 0);
  const facts = new Set<string>();
  return [
    ...(names === "" || detail.passed === 0 ? [] : labelled("  passed", names)),
    ...shown.flatMap((step) => labelled(ruleLabel(step.rule), stepText(step, facts))),
  ];
}

/** What a rule says and where it stands, once. */
function statement(
  rule: string | undefined,
  { says }: Detail,
  told: Set<string>,
): readonly string[] {
  const text = rule === undefined ? undefined : ruleText(rule);
  if (!says || text === undefined || told.has(text.id)) return [];
  told.add(text.id);
  return [...indented(text.says), ...indented(text.source)];
}

/** A clause of which a part is a case. */
function caseLines(clause: string, { says }: Detail, told: Set<string>): readonly string[] {
  if (!says || told.has(clause)) return [];
  told.add(clause);
  return labelled(ruleLabel(clause), `so too: ${ruleText(clause)?.says ?? ""}`);
}

function indented(text: string): readonly string[] {
  return text === "" ? [] : labelled("", text);
}

function ruleLabel(rule: string): string {
  return `  ${rule} `;
}
