/** Programs in which callers, owners, modes and attributes change: some, as a whole. */

import fc from "fast-check";
import { bytes, capabilities, type AttributeChange, type User } from "../model/index.ts";
import { slotCount, slotPick, type Act, type Intent } from "./intent.ts";

/** Acts in a row. */
type Scene = readonly Intent[];

/** Scenes, each with the number of calls before it; undefined for a program of root's alone. */
export type Scenes = readonly { readonly gap: number; readonly scene: Scene }[] | undefined;

const user = fc.constantFrom<User[]>("user", "user", "user", "nobody");

const as: fc.Arbitrary<Act> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Act>({ kind: "as", user: "root", capabilities: [] }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("as"),
      user,
      capabilities: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray([...capabilities], { maxLength: 2 }) },
      ),
    }),
  },
);

const mode = fc.constantFrom(0o600, 0o644, 0o666, 0o444, 0o000, 0o622, 0o4755, 0o6777, 0o2646);

/** Around the blocks that programs write first; none as often as any. */
const limit: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant("limit"),
  bytes: fc.oneof(
    fc.constant(undefined),
    fc
      .tuple(fc.nat(5), fc.constantFrom(0, 0, 0, 1, 100, 4095))
      .map(([blocks, step]) => bytes(BigInt(blocks * 4096 + step))),
  ),
});

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: as },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("chmod"), mode }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("chown"), user: fc.oneof(user, fc.constant("root")) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("chattr"),
      change: fc.constantFrom<AttributeChange[]>("+i", "-i", "-i", "+a", "-a"),
    }),
  },
  { weight: 3, arbitrary: limit },
  { weight: 2, arbitrary: fc.constant<Act>({ kind: "mode" }) },
);

const anyAct: fc.Arbitrary<Scene> = fc
  .record({ kind: fc.constant("govern"), slot: slotPick, act })
  .map((intent) => [intent]);

/** A file gets an owner and a mode, and is opened once more, for reading only; then somebody calls. */
const handedOver: fc.Arbitrary<Scene> = fc
  .record({
    slot: slotPick,
    owner: user,
    mode,
    again: fc.nat(slotCount - 1),
    caller: as,
  })
  .map(({ slot, owner, mode: bits, again, caller }) => {
    const acts: readonly Act[] = [
      { kind: "as", user: "root", capabilities: [] },
      { kind: "reopen", again },
      { kind: "chown", user: owner },
      { kind: "chmod", mode: bits },
      caller,
    ];
    return acts.map((each) => ({ kind: "govern", slot, act: each }));
  });

/** A file that root makes immutable. */
const immutable: fc.Arbitrary<Scene> = slotPick.map((slot) => [
  { kind: "govern", slot, act: { kind: "as", user: "root", capabilities: [] } },
  { kind: "govern", slot, act: { kind: "chattr", change: "+i" } },
]);

/** Of usual programs, one in eight. */
export const scenes: fc.Arbitrary<Scenes> = fc.oneof(
  { weight: 7, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({
        gap: fc.nat(7),
        scene: fc.oneof(
          { weight: 10, arbitrary: anyAct },
          { weight: 2, arbitrary: handedOver },
          { weight: 1, arbitrary: immutable },
        ),
      }),
      { minLength: 8, maxLength: 40 },
    ),
  },
);

/** The program with scenes between its calls, but none before call `from`. */
export function governed(
  program: readonly Intent[],
  between: Scenes,
  from: number,
): readonly Intent[] {
  if (between === undefined) return program;
  const result: Intent[] = program.slice(0, from);
  let at = from;
  for (const { gap, scene } of between) {
    result.push(...program.slice(at, at + gap), ...scene);
    at += gap;
  }
  return [...result, ...program.slice(at)];
}
