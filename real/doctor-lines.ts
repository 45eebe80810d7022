/** What the doctor found, for people: a line an item, and below it what to do. */

import type { Item } from "./doctor.ts";

export function doctorLines(items: readonly Item[]): readonly string[] {
  const able = items.every((item) => item.ok);
  return [
    ...items.flatMap(({ name, ok, found, missing }) => [
      `${ok ? "ok     " : "MISSING"}  ${name.padEnd(13)} ${found}`,
      ...(ok ? [] : [`         ${"".padEnd(13)} to do: ${missing}`]),
    ]),
    able
      ? "real btrfs: this machine can"
      : "real btrfs: this machine cannot yet; --target simulated works everywhere",
  ];
}
