import { expect, test } from "vitest";
import { describeMounted } from "./machine.ts";
import { childSays } from "./child-says.ts";

const overlay = {
  "overlay/a onto overlay/b": "same 8K",
  "overlay/a onto overlay/low": "status EPERM",
  "overlay/low onto overlay/b": "status EPERM",
  "overlay/low onto overlay/low-too, nothing": "same 0",
  "overlay/a onto under-test/a": "status EXDEV",
  "under-test/a onto overlay/a": "status EXDEV",
  "under-test/upper/a onto under-test/upper/b": "same 8K",
};

const ext4 = {
  "ext4/a onto ext4/b": "errno EOPNOTSUPP",
  "ext4/a onto under-test/a": "errno EOPNOTSUPP",
  "under-test/a onto ext4/a": "status EXDEV",
  "ext4/a onto ext4/b, nothing": "errno EOPNOTSUPP",
  "overlay-on-ext4/a onto overlay-on-ext4/b": "status EINVAL",
  "overlay-on-ext4/a onto overlay-on-ext4/b, nothing": "same 0",
};

describeMounted("btrfs", "file systems that no program runs on", () => {
  test("overlayfs shares what both have in the upper layer; ext4 cannot (SRC-05, DST-06, OVL-01)", () => {
    const answers = JSON.parse(childSays("second-child"));
    expect([overlay, { ...overlay, ...ext4 }]).toContainEqual(answers);
  });
});
