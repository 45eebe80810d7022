/** Programs of calls with several things the matter with each: which of them counts? */

import fc from "fast-check";
import { call } from "./beginning.ts";
import type { Intent } from "./intent.ts";
import { numberPlight } from "./number-plights.ts";
import { dearMatters, matterGroups, programOf, together, type Plight } from "./plights.ts";

/** Of each group as often as of another one; what takes a target its time is rare. */
const matter: fc.Arbitrary<Plight> = fc.oneof(
  ...matterGroups.map((group) => ({ weight: 10, arbitrary: fc.constantFrom(...group) })),
  { weight: 8, arbitrary: fc.constantFrom(...dearMatters) },
);

/** One matter, two or three, as far as they can come together. */
const plight: fc.Arbitrary<Plight> = fc
  .array(matter, { minLength: 1, maxLength: 3, size: "max" })
  .map((several) => several.reduce((all, each) => together(all, each) ?? all));

const either = fc.oneof({ weight: 2, arbitrary: plight }, { weight: 3, arbitrary: numberPlight });

/** Some of them, and some whose numbers alone may be the matter, one after the other. */
export const wrongDedupes: fc.Arbitrary<readonly Intent[]> = fc
  .array(either, { minLength: 4, maxLength: 12, size: "max" })
  .map((plights) => programOf(plights).map(call));
