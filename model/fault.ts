/**
 * The two errors that are thrown. What the system under test does is a value,
 * and what a user gets wrong is a message; these are for the rest, and the
 * command line alone catches them.
 */

/** What cannot happen happened: a fault of this program. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** The machine below the test failed: no loop device, a full disk, a lost worker. Never a finding. */
export class HarnessError extends Error {
  override readonly name = "HarnessError";
}
