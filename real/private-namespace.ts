/** Whether this process may mount: only where no other process would see it. */

import { readFileSync, readlinkSync } from "node:fs";
import { HarnessError } from "../model/index.ts";

/**
 * Throws HarnessError unless this process has a mount namespace that its parent
 * has not, and no mount in it passes on to others, as after
 * `unshare --mount --propagation private`.
 */
export function requirePrivateNamespace(): void {
  if (namespaceOf("self") === namespaceOf(String(process.ppid))) {
    throw new HarnessError("nothing is mounted here: this process shares its parent's mounts");
  }
  if (readFileSync("/proc/self/mountinfo", "utf8").includes(" shared:")) {
    throw new HarnessError("nothing is mounted here: mounts of this namespace are shared");
  }
}

function namespaceOf(process: string): string {
  try {
    return readlinkSync(`/proc/${process}/ns/mnt`);
  } catch {
    throw new HarnessError(`nothing is mounted here: the mounts of process ${process} are unknown`);
  }
}
