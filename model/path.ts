/**
 * Paths of a program: one name, on its own or below the name of a mount. `bind/`
 * and `ro/` are further mounts of the file system under test, so that `a`,
 * `bind/a` and `ro/a` are one file; `other/` is a file system of its own (tmpfs).
 */

/** A mount that a path leads through. */
export type Mount = "main" | "bind" | "ro" | "other";

/** Every mount, the main one first. */
export const mounts: readonly Mount[] = ["main", "bind", "ro", "other"];

const pathForm = /^(?:(?:other|bind|ro)\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether a path is one name, on a mount that there is. */
export function isPath(path: string): boolean {
  return pathForm.test(path);
}

export function mountOf(path: string): Mount {
  const [first = ""] = path.split("/", 1);
  if (first === path) return "main";
  return mounts.find((mount) => mount === first) ?? "main";
}

/** The path without its mount. */
export function nameOn(path: string): string {
  return path.slice(path.indexOf("/") + 1);
}

/** The path with its mount, when it is not the main one. */
export function pathOn(mount: Mount, name: string): string {
  return mount === "main" ? name : `${mount}/${name}`;
}

/** The path of the same file that names the file system alone: for `bind/a` and `ro/a` it is `a`. */
export function fileAt(path: string): string {
  return isOther(path) ? path : nameOn(path);
}

/** Whether a path lies on the second file system (tmpfs). */
export function isOther(path: string): boolean {
  return mountOf(path) === "other";
}

/** Whether nothing can be changed through a mount. */
export function isReadOnly(mount: Mount): boolean {
  return mount === "ro";
}
