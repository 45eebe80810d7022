/** Programs that lead through other mounts of the file system under test: some, as a whole. */

import fc from "fast-check";
import { isOther, pathOn, type Mount } from "../model/index.ts";
import type { Intent } from "./intent.ts";

/** For each path in turn, the mount that it leads through; undefined for a program that keeps to the main one. */
export type Ways = readonly Mount[] | undefined;

/** Of usual programs, one in eight. */
export const ways: fc.Arbitrary<Ways> = fc.oneof(
  { weight: 7, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom<Mount[]>("main", "main", "bind", "bind", "ro"), {
      minLength: 16,
      maxLength: 16,
    }),
  },
);

/** The program with its paths on the file system under test led through these mounts. */
export function throughMounts(program: readonly Intent[], mounts: Ways): readonly Intent[] {
  if (mounts === undefined) return program;
  let paths = 0;
  const led = (path: string): string => {
    const mount = mounts[paths++ % mounts.length] ?? "main";
    return isOther(path) ? path : pathOn(mount, path);
  };
  return program.map((intent) => leading(intent, led));
}

/** What is opened through the read-only mount is mostly opened for reading, as nothing else succeeds. */
function leading(intent: Intent, led: (path: string) => string): Intent {
  switch (intent.kind) {
    case "open": {
      const path = led(intent.path);
      const reads = path.startsWith("ro/") && intent.slot % 3 !== 0;
      return reads ? { ...intent, path, access: "r" } : { ...intent, path };
    }
    case "make":
    case "subvolume":
      return { ...intent, path: led(intent.path) };
    case "link":
    case "unlink":
      return { ...intent, path: led(intent.path), to: led(intent.to) };
    case "snapshot":
      return { ...intent, to: led(intent.to) };
    case "delete":
    case "reopen":
    case "call":
    case "close":
    case "write":
    case "store":
    case "scatter":
    case "truncate":
    case "fallocate":
    case "nocow":
    case "govern":
    case "clone":
    case "dedupe":
    case "sync":
    case "read":
      return intent;
  }
}
