/**
 * Paths of a program: one name, or a folder's name and one name in it, on their
 * own or below the name of a mount. `bind/` and `ro/` are further mounts of the
 * file system under test, so that `a`, `bind/a` and `ro/a` are one file; `other/`
 * is a file system of its own (tmpfs). No path can lead anywhere else.
 */

/** A mount that a path leads through. */
export type Mount = "main" | "bind" | "ro" | "other";

/** Every mount, the main one first. */
export const mounts: readonly Mount[] = ["main", "bind", "ro", "other"];

const mountForm = "(?:other|bind|ro)/";
const nameForm = "(?!(?:other|bind|ro)(?:/|$))[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
const pathForm = new RegExp(`^(?:${mountForm})?(?:${nameForm}/)?${nameForm}$`);

/** The mounts whose names paths begin with. */
const named = mounts.filter((mount) => mount !== "main");

/** Whether a path is one that a program may name; no name is that of a mount. */
export function isPath(path: string): boolean {
  return pathForm.test(path);
}

export function mountOf(path: string): Mount {
  return named.find((mount) => path.startsWith(mount) && path[mount.length] === "/") ?? "main";
}

/** The path without its mount. */
export function nameOn(path: string): string {
  const mount = mountOf(path);
  return mount === "main" ? path : path.slice(mount.length + 1);
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

/**
 * The folder that a path lies in, on its mount; undefined for the place itself.
 * Also of what lies deeper, as in a snapshot made in a folder, where no program
 * can name it.
 */
export function folderOf(path: string): string | undefined {
  const name = nameOn(path);
  const end = name.lastIndexOf("/");
  return end === -1 ? undefined : pathOn(mountOf(path), name.slice(0, end));
}
