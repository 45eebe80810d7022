/** The door of fuzz/: what to try. */

export { campaign, resolver, type CampaignHooks, type CampaignOptions } from "./campaign.ts";
export type { Found, Reported } from "./discoveries.ts";
export { Fleet, type Begin, type Ended, type FleetEnd, type StartedWorker } from "./fleet.ts";
export { journalText, readJournal, type CampaignState, type JournalLine } from "./journal.ts";
export { saveLostProgram, saveSaid } from "./lost-program.ts";
export { isFromWorker, isToWorker, readTask, type FromWorker, type Task } from "./messages.ts";
export type { Progress } from "./progress.ts";
export { Reporter } from "./reporter.ts";
export { silence, type Overheard } from "./overheard.ts";
export { flags } from "./flags.ts";
export { reachable, type Reached } from "./reached.ts";
export type { FindingEntry, Provenance } from "./report.ts";
export { runExhaustive } from "./exhaust-session.ts";
export { newScope, scopeBounds, type Scope, type ScopeBound } from "./scope.ts";
export { compareVersions, readVersions } from "./spec-verb.ts";
export { runSession, type Session } from "./session.ts";
export { duration, readSettings, timeForm, type Settings } from "./settings.ts";
export {
  againFlags,
  flagsFor,
  fsOf,
  isChosen,
  placeFlags,
  profileOfTarget,
  readTarget,
  targetsFor,
  unknownProfile,
  type TargetChoice,
} from "./target-choice.ts";
export { openers } from "./openers.ts";
export { programs, type Program } from "./program.ts";
