/** Comments of a stranger, in which what means something to a compiler or a shell is more common than by chance. */

import fc from "fast-check";

// oxfmt-ignore
const pieces = [
  "*/", "/*", "//", "??/", "\\", "\\\n", '"', "'", "`", "`id`", "$(id)", "${x}", "#", "#include", "\n", "\r",
  "\t", "; id", "&& id", "<<EOF", "-- >8 --", "From ", " ", "%s", "%n", "\u0000", "\u001b[31m",
  "\u202e", "\u2028", "x".repeat(90), "é", "文", "😀",
];

export const hostileComment: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));
