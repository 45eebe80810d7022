/** The answer of a rule in a word or two, for tables and pictures. */

import { errnoName } from "./errno.ts";
import { statusDiffers, statusSame } from "./outcome.ts";
import type { Answer } from "./rule.ts";

/** `EINVAL` fails the call, `-EINVAL` is an entry's status. */
export function answerText(answer: Answer): string {
  switch (answer.kind) {
    case "errno":
      return errnoName(answer.errno);
    case "status":
      return statusText(answer.status);
    case "nothing":
      return "same, nothing shared";
    case "share":
      return "same, shared";
    case "continues":
      return "goes on";
    case "sleeps":
      return "sleeps";
    case "any status":
      return "any -E";
    case "fails":
      return "any error";
    case "anything":
      return "anything";
    case "cuts":
      return "cut anywhere";
  }
}

function statusText(status: number): string {
  if (status === statusSame) return "same";
  if (status === statusDiffers) return "differs";
  return status < 0 ? `-${errnoName(-status)}` : String(status);
}
