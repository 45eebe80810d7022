/** The door of model/: the specification, pure. */

export { allowanceOf, fits, type Allowance, type EntryEnd } from "./allowance.ts";
export { amended, type Amendment, type Basis } from "./amendment.ts";
export { answerText } from "./answer-text.ts";
export { capabilities, root, users, type Caller, type Capability, type User } from "./caller.ts";
export { bank } from "./bank.ts";
export { corruption, history, profileOf, untold, type HistoricMutant } from "./history.ts";
export type { Mutant } from "./mutant.ts";
export { candidatesIn, type Candidate, type Need } from "./candidates.ts";
export { clauses, type SpecClause } from "./clauses.ts";
export {
  byteAt,
  firstDifference,
  flip,
  runs,
  toneOf,
  zeros,
  type Contents,
  type Piece,
  type Run,
  type Tone,
} from "./contents.ts";
export { witnesses, type Contradiction, type Witness } from "./contradiction.ts";
export { contradictions } from "./contradictions.ts";
export { hazardsOf } from "./hazard.ts";
export { minSwapBytes } from "./swap-file.ts";
export { read } from "./file-step.ts";
export { copyOutRules } from "./copy-out-rules.ts";
export {
  cappedLength,
  entryRules,
  limitedLength,
  requestRules,
  structBytes,
} from "./dedupe-rules.ts";
export type { ExtentItem, FileLayout, Freedom, ItemKind, Items } from "./extent-item.ts";
export { extentsOf, type Extent } from "./extents.ts";
export {
  formatOf,
  formats,
  formatsOf,
  fsIn,
  usualFormat,
  type Format,
  type FormatName,
  type FsKind,
} from "./format.ts";
export { layoutsOf } from "./observe.ts";
export {
  fileAt,
  folderOf,
  isOther,
  isPath,
  mountOf,
  mounts,
  nameOn,
  pathOn,
  type Mount,
} from "./path.ts";
export type {
  ByteRange,
  ExtentLook,
  FileLook,
  LeakedExtent,
  MappedKind,
  Mapping,
  PlaceLook,
  Reference,
} from "./look.ts";
export { mismatch, numbered, type LayoutMismatch } from "./observation.ts";
export { witnessRule } from "./observed-values.ts";
export { predict, type Prediction } from "./dedupe.ts";
export { errnoName, errnoOf, parseErrno, type ErrnoName } from "./errno.ts";
export {
  maxOffset,
  noLimit,
  roundDown,
  roundUp,
  UnknownFact,
  type EntryFacts,
  type FileFacts,
  type InodeKind,
  type RequestFacts,
} from "./facts.ts";
export { askFor, entryFactName } from "./fact-forms.ts";
export { HarnessError, InvariantError } from "./fault.ts";
export {
  callOf,
  type Branch,
  type Call,
  type Decision,
  type Model,
  type Returned,
} from "./model.ts";
export {
  circumstances,
  isDiskCheck,
  maxPatterns,
  maxScattered,
  maxSlots,
  maxU32,
  type Access,
  type Argument,
  type AttributeChange,
  type Circumstance,
  type CloneOp,
  type DedupeOp,
  type DiskCheck,
  type FallocateMode,
  type FallocateOp,
  type Op,
  type OpenFlag,
  type OpenOp,
  type OpKind,
  type ReadOp,
  type RightsOp,
  type SnapshotOp,
  type ScatterOp,
  type StoreOp,
  type Target,
  type TargetDescriptor,
  type WriteOp,
} from "./op.ts";
export {
  failed,
  outcomeOf,
  returned,
  statusDiffers,
  statusSame,
  untouched,
  type Outcome,
  type Seen,
  type TargetOutcome,
} from "./outcome.ts";
export { knownCall, knownTarget } from "./known.ts";
export { entryWays, requestWays, type Way } from "./possible.ts";
export type { FactValue, Known, KnownCall, KnownTarget } from "./scene.ts";
export { canary, linux618Btrfs, linux618Xfs, type Profile } from "./profile.ts";
export { profileFor, profiles } from "./profiles.ts";
export { maxMode } from "./rights.ts";
export { passed, type Evidence, type Rule } from "./rule.ts";
export { rules, ruleText, type RuleText } from "./rule-book.ts";
export { sharingCases, sharingClauses } from "./sharing-clauses.ts";
export {
  initial,
  initialOn,
  inodeIn,
  isFrozen,
  leftBehind,
  type Inode,
  type OpenFile,
  type State,
} from "./state.ts";
export { machinePaths, type MachinePath } from "./machine-paths.ts";
export { manualPage } from "./manual-page.ts";
export { everyKind } from "./open-dedupe.ts";
export { newModel, outcomes } from "./step.ts";
export { timesDifference } from "./times-witness.ts";
export { versionDifference, type SharedInto } from "./version-witness.ts";
export type { FileSystemUnderTest } from "./target.ts";
export {
  bytes,
  errno,
  offset,
  slot,
  type Bytes,
  type Errno,
  type Offset,
  type Slot,
} from "./units.ts";
export { walked, type Check, type Read } from "./walk.ts";
