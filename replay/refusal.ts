/** A call that has no form of the kind that was asked for, which refuses the whole trace. */

import type { Op } from "../model/index.ts";
import { printCall } from "./op-text.ts";

export interface Refused {
  readonly kind: "refused";
  /** One line: the call, and why. */
  readonly message: string;
}

/** `index` counts calls from 0, the message from 1. */
export function refusal(form: string, index: number, op: Op, why: string): Refused {
  return {
    kind: "refused",
    message: `call ${index + 1}, ${printCall(op)}: not in ${form}: ${why}`,
  };
}
