/** What a verb that only tells answers, and how it is asked to. */

import { profileFor, type FsKind, type Profile } from "../model/index.ts";
import { explanationJson } from "./explain-json.ts";
import { explanationText } from "./explain-text.ts";
import type { Explanation } from "./explain.ts";

export type Told =
  | { readonly kind: "text"; readonly text: string }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

export interface HowToTell {
  readonly json: boolean;
  /** Whether all is told, not only what fits into a mail. */
  readonly all: boolean;
  /** Names of other profiles, with commas, whose word is asked for beside it. */
  readonly profiles?: string | undefined;
}

/** What a call is held to: a profile that was named, or that of a file system that was. */
export interface HeldTo {
  readonly profile: Profile | undefined;
  readonly fs: FsKind | undefined;
}

/** The profile that was named; else that of the file system that was, or that the call is about. */
export function heldTo({ profile, fs }: HeldTo, about: FsKind): Profile {
  return profile ?? profileFor(fs ?? about);
}

export function told(explanation: Explanation, { json, all }: HowToTell): Told {
  const text = json ? explanationJson(explanation) : explanationText(explanation, all);
  return { kind: "text", text };
}
