import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { describeNative } from "./machine.ts";

const helper = fileURLToPath(new URL("../../dist/real/helper-process.js", import.meta.url));

describeNative("a helper", () => {
  test("whose worker is gone ends without a word", () => {
    const line = `(sleep 0.5; echo '{"kind":"thaw"}') | ${process.execPath} ${helper} | true; echo \${PIPESTATUS[1]}`;
    const { stdout, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
  });
});
