/** Long answers, such as where thousands of extents lie, cut to the place that matters. */

/** Characters of an answer that are told at most, and of those the ones before the place. */
const most = 800;
const before = 200;

/** A text as it is or, of a long one, what lies around the place where it leaves `other`; words stay whole. */
export function excerpt(text: string, other: string): string {
  if (text.length <= most) return text;
  const place = commonLength(text, other);
  const start = place <= before ? 0 : text.lastIndexOf(" ", place - before) + 1;
  const space = text.lastIndexOf(" ", start + most);
  const end = text.length - start <= most || space <= start ? text.length : space;
  return `${start === 0 ? "" : "... "}${text.slice(start, end)}${end === text.length ? "" : " ..."}`;
}

/** How many characters two texts have in common at their beginnings. */
function commonLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let at = 0;
  while (at < limit && a[at] === b[at]) at++;
  return at;
}
