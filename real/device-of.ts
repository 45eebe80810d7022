/** The block device that a folder lies on, as the kernel's log names it. */

import { readFileSync, realpathSync } from "node:fs";
import { basename } from "node:path";

/** Such as `sda1`; undefined where the file system that is mounted there has none. */
export function deviceOf(folder: string): string | undefined {
  const path = realpathSync(folder);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n").map(mountOf);
  const above = mounts.filter(({ at }) => `${path}/`.startsWith(at === "/" ? at : `${at}/`));
  const longest = Math.max(...above.map(({ at }) => at.length));
  const source = above.findLast(({ at }) => at.length === longest)?.source;
  return source?.startsWith("/dev/") === true ? basename(source) : undefined;
}

/** Of a line "36 35 98:0 /root /mount/point options - type source options"; see proc_pid_mountinfo(5). */
function mountOf(line: string): { readonly at: string; readonly source: string | undefined } {
  const [first = "", second = ""] = line.split(" - ");
  return { at: plain(first.split(" ")[4] ?? ""), source: second.split(" ")[1] };
}

/** Without the escapes of spaces and the like, as in `\040`. */
function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
