/** Whether data that came from outside has the shape that is needed. */

export type Shape =
  | "number"
  | "string"
  | "boolean"
  | { readonly list: Shape }
  /** An object with any names, and values alike. */
  | { readonly each: Shape }
  /** An object with these names, and maybe more. */
  | { readonly fields: Readonly<Record<string, Shape>> };

/** Numbers are whole or not, but never below zero. */
export function fits(value: unknown, shape: Shape): boolean {
  if (shape === "number") return typeof value === "number" && Number.isFinite(value) && value >= 0;
  if (typeof shape === "string") return typeof value === shape;
  if ("list" in shape) return Array.isArray(value) && value.every((each) => fits(each, shape.list));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const held = new Map<string, unknown>(Object.entries(value));
  if ("each" in shape) return [...held.values()].every((each) => fits(each, shape.each));
  return Object.entries(shape.fields).every(([name, inner]) => fits(held.get(name), inner));
}
