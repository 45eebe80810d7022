/** The program that a lost worker ran, saved as a finding is. */

import { labelled, plain, saveFinding } from "../replay/index.ts";
import type { Lost, LostProgram } from "./fleet.ts";
import type { FoundMessage } from "./messages.ts";
import { saidByName } from "./overheard.ts";
import type { FindingEntry, Provenance } from "./report.ts";

/**
 * Saves it below `out`, a hang under a signature of its own, and gives its entry;
 * where it cannot be written, or there is no `out`, the entry has no folder.
 */
export function saveLostProgram(
  out: string,
  { kind, why }: Lost,
  last: LostProgram,
  log: readonly string[],
  provenance: Provenance | undefined,
): FindingEntry {
  const call = callsOf(last).at(-1)?.trim() ?? "";
  const [name = ""] = call.split(" ");
  const profile = word(provenance?.profile ?? "unknown");
  const signature =
    kind === "hang" ? `${profile}${hang}${name === "" ? "none" : name}` : `harness.${word(why)}`;
  const about = [
    ...labelled("why", plain(why)),
    ...labelled("last call", plain(call === "" ? "none" : call)),
  ];
  return save(out, signature, about, last, log, provenance);
}

/** Saves what a kernel said of a lost worker, each fault with its program, and gives what is told of it. */
export function saveSaid(
  out: string,
  last: LostProgram,
  provenance: Provenance | undefined,
): readonly FoundMessage[] {
  const profile = word(provenance?.profile ?? "unknown");
  return [...saidByName(profile, last.said)].map(([signature, { line }]) => {
    const calls = callsOf(last).length;
    const about = [
      ...labelled("log", plain(line)),
      ...labelled("program", `${calls} calls so far, with which a worker was lost`),
    ];
    const entry = save(out, signature, about, last, last.lines, provenance);
    const where = entry.folder === undefined ? [] : [`saved      ${entry.folder}`];
    const text = ["", `finding ${signature}`, ...about, ...where, ""].join("\n");
    return { kind: "found", entry, text };
  });
}

function callsOf({ program }: LostProgram): readonly string[] {
  return program.split("\n").filter((line) => line.startsWith("  "));
}

function save(
  out: string,
  signature: string,
  about: readonly string[],
  last: LostProgram,
  log: readonly string[],
  provenance: Provenance | undefined,
): FindingEntry {
  const { program, processes } = last;
  const calls = callsOf(last).length;
  const entry: FindingEntry = {
    signature,
    calls,
    originalCalls: calls,
    trials: 0,
    milliseconds: 0,
    folder: undefined,
    times: 1,
    flaky: false,
  };
  const files = {
    description: [`finding ${signature}`, ...about, ""].join("\n"),
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

/** Between the profile and the call in the signature of a hang. */
const hang = ".HANG.timeout.";

export function isHang(signature: string): boolean {
  return signature.includes(hang);
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
