/** The program that a lost worker ran, saved as a finding is. */

import { labelled, plain, saveFinding } from "../replay/index.ts";
import type { Lost, LostProgram } from "./fleet.ts";
import type { FindingEntry, Provenance } from "./report.ts";

/**
 * Saves it below `out`, a hang under a signature of its own, and gives its entry;
 * where it cannot be written, or there is no `out`, the entry has no folder.
 */
export function saveLostProgram(
  out: string,
  { kind, why }: Lost,
  { program, processes }: LostProgram,
  log: readonly string[],
  provenance: Provenance | undefined,
): FindingEntry {
  const calls = program.split("\n").filter((line) => line.startsWith("  "));
  const last = calls.at(-1)?.trim() ?? "";
  const [call = "none"] = last.split(" ");
  const profile = word(provenance?.profile ?? "unknown");
  const signature = kind === "hang" ? `${profile}.HANG.timeout.${call}` : `harness.${word(why)}`;
  const entry: FindingEntry = {
    signature,
    calls: calls.length,
    originalCalls: calls.length,
    trials: 0,
    milliseconds: 0,
    folder: undefined,
    times: 1,
    flaky: false,
  };
  const description = [
    `finding ${signature}`,
    ...labelled("why", plain(why)),
    ...labelled("last call", plain(last === "" ? "none" : last)),
    "",
  ];
  const files = {
    description: description.join("\n"),
    ...(program === "" ? {} : { "repro.trace": program }),
    ...(processes === "" ? {} : { "processes.txt": processes }),
    "dmesg.txt": log.map((line) => `${line}\n`).join(""),
    "env.json": `${JSON.stringify({ ...provenance, ...entry }, undefined, 2)}\n`,
  };
  try {
    return { ...entry, ...saveFinding(out, signature, files, occasionOf(provenance)) };
  } catch {
    return entry; // It is told of all the same, without a folder.
  }
}

/** Which run a finding came in. */
export function occasionOf(provenance: Provenance | undefined): string {
  const { kernel, target, seed } = provenance ?? { kernel: "", target: "", seed: "" };
  return [target, kernel, seed === "" ? "" : `seed ${seed}`]
    .filter((each) => each !== "")
    .join("   ");
}

function word(text: string): string {
  return text.replace(/[^A-Za-z0-9.]+/g, "-").slice(0, 80);
}
