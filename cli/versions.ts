/** Versions of the specification side by side: `spec diff`, `spec gaps` and `spec paths`. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareVersions, isChosen, readVersions } from "../fuzz/index.ts";
import type { FileSystemUnderTest } from "../model/index.ts";
import { folderProblem } from "../replay/index.ts";
import { now, onTarget, refuse, say, UsageError, type Context } from "./context.ts";

/** Milliseconds in which one program is made smaller, at most. */
const maxMilliseconds = 60_000;

/** Undefined where the words behind `spec` ask for something else. */
export function versions({ values, words }: Context): Promise<number> | number | undefined {
  const asked = readVersions(words);
  if (asked === undefined) return undefined;
  if (asked.kind === "invalid") throw new UsageError(asked.message);
  const { out } = values;
  if (out !== undefined) refuse(folderProblem(out), "--out");
  const compare = (target: FileSystemUnderTest | undefined): number =>
    say(
      compareVersions(asked, {
        json: values["json"] !== undefined,
        target,
        save: (name, text) => saveIn(out, name, text),
        now,
        maxMilliseconds,
      }),
    );
  if (!isChosen(values)) return compare(undefined);
  return onTarget(values, (_model, target) => compare(target));
}

function saveIn(folder: string | undefined, name: string, text: string): void {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}
