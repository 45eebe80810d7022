/** Calls about who calls and what callers may do. */

import fc from "fast-check";
import {
  bytes,
  capabilities,
  maxOffset,
  users,
  type AttributeChange,
  type RightsOp,
  type Slot,
  type User,
} from "../../model/index.ts";

export function rightsOp(slot: fc.Arbitrary<Slot>): fc.Arbitrary<RightsOp> {
  return fc.oneof(
    fc.constant<RightsOp>({ kind: "as", user: "root", capabilities: [] }),
    fc.record({
      kind: fc.constant("as"),
      user: fc.constantFrom<User[]>("user", "nobody"),
      capabilities: fc.subarray([...capabilities]),
    }),
    fc.record({
      kind: fc.constant("limit"),
      bytes: fc.option(fc.bigInt(0n, maxOffset).map(bytes), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant("chmod"), slot, mode: fc.integer({ min: 0, max: 0o7777 }) }),
    fc.record({ kind: fc.constant("chown"), slot, user: fc.constantFrom(...users) }),
    fc.record({
      kind: fc.constant("chattr"),
      slot,
      change: fc.constantFrom<AttributeChange[]>("+i", "-i", "+a", "-a"),
    }),
    fc.record({ kind: fc.constant("mode"), slot }),
  );
}
