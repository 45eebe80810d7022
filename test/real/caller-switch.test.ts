import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../../model/caller.ts";
import { CallerSwitch } from "../../real/caller-switch.ts";
import { libc } from "../../real/libc.ts";
import { describeMounted } from "./machine.ts";

interface Identity {
  readonly user: string;
  readonly group: string;
  readonly groups: string;
  readonly effective: string;
  readonly permitted: string;
}

/** Of a thread: real, effective, saved and file-system ids in a row; capabilities in hex. */
function identityOf(thread: string): Identity {
  const status = readFileSync(`/proc/${thread}/status`, "utf8");
  const field = (name: string): string =>
    new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, "m").exec(status)?.[1]?.replaceAll("\t", " ") ?? "";
  return {
    user: field("Uid"),
    group: field("Gid"),
    groups: field("Groups"),
    effective: field("CapEff"),
    permitted: field("CapPrm"),
  };
}

/** The threads of this process but the one that asks. */
function others(): readonly string[] {
  return readdirSync("/proc/self/task").filter((task) => Number(task) !== process.pid);
}

describeMounted("btrfs", "a caller", () => {
  test("is another user in the thread that calls, with what it was given, and in no other", () => {
    const caller = new CallerSwitch(libc());
    expect(caller.isFree).toBe(true);
    const before = identityOf("thread-self");
    const beside = others();
    expect(beside.length).toBeGreaterThan(0);
    caller.become({ ...root, user: "user", capabilities: ["chown", "sys-admin"] });
    expect(identityOf("thread-self")).toEqual(before);
    const [meanwhile, besideMeanwhile] = caller.run(() => [
      identityOf("thread-self"),
      beside.map((task) => identityOf(`self/task/${task}`)),
    ]);
    expect(meanwhile).toEqual({
      user: "0 1000 0 1000",
      group: "0 1000 0 1000",
      groups: "",
      effective: "0000000000200001",
      permitted: before.permitted,
    });
    expect(besideMeanwhile).toEqual(beside.map(() => before));
    expect(identityOf("thread-self")).toEqual(before);
  });

  test("is root again behind a call that throws, and when it becomes root", () => {
    const caller = new CallerSwitch(libc());
    const before = identityOf("thread-self");
    caller.become({ ...root, user: "nobody" });
    expect(() =>
      caller.run(() => {
        expect(identityOf("thread-self").user).toBe("0 65534 0 65534");
        throw new Error("as another");
      }),
    ).toThrow("as another");
    expect(identityOf("thread-self")).toEqual(before);
    caller.become(root);
    expect(caller.run(() => identityOf("thread-self"))).toEqual(before);
  });
});
