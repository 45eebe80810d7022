/** Whether this process may mount: only where no other process would see it. */

import { readFileSync, readlinkSync } from "node:fs";
import { HarnessError } from "../model/fault.ts";

/**
 * Throws HarnessError unless this process has a mount namespace that its parent
 * has not, and no mount in it passes on to others, as after
 * `unshare --mount --propagation private`.
 */
export function requirePrivateNamespace(): void {
  if (readlinkSync("/proc/self/ns/mnt") === readlinkSync(`/proc/${process.ppid}/ns/mnt`)) {
    throw new HarnessError("nothing is mounted here: this process shares its parent's mounts");
  }
  if (readFileSync("/proc/self/mountinfo", "utf8").includes(" shared:")) {
    throw new HarnessError("nothing is mounted here: mounts of this namespace are shared");
  }
}
