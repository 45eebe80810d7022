/**
 * The C library, through koffi: system calls with fixed, non-variadic signatures.
 *
 * Symbols come from the process's global scope, so that a library in LD_PRELOAD
 * that defines ioctl or pwrite takes effect. koffi is an optional dependency and
 * is loaded at the first call of `libc`, never before.
 */

import { createRequire } from "node:module";
import { HarnessError } from "../model/index.ts";

/** What a pointer parameter takes: memory that the caller keeps alive, an address, or null. */
export type Pointer = Buffer | bigint | null;

/** A number, or a bigint of up to 64 bits; a u64 is passed as it is. */
export type Wide = number | bigint;

/** Functions return -1 on an error and leave its number in `errno`, as in C. */
export interface Libc {
  /** The errno of the function that failed last; read it before any other call. */
  readonly errno: () => number;
  /** Where a buffer's first byte lies; it must be larger than 64 bytes and be kept alive. */
  readonly address: (buffer: Buffer) => bigint;
  /** Memory at an address, as bytes. The caller answers for the range being mapped. */
  readonly memory: (address: bigint, lengthBytes: number) => Buffer;
  readonly ioctl: (fd: number, request: number, argument: Pointer) => number;
  readonly openat: (folder: number, name: string, flags: number, mode: number) => number;
  readonly close: (fd: number) => number;
  readonly pread: (fd: number, to: Pointer, lengthBytes: Wide, offset: Wide) => number;
  readonly pwrite: (fd: number, from: Pointer, lengthBytes: Wide, offset: Wide) => number;
  readonly lseek: (fd: number, offset: Wide, whence: number) => Wide;
  readonly ftruncate: (fd: number, lengthBytes: Wide) => number;
  readonly fallocate: (fd: number, mode: number, offset: Wide, lengthBytes: Wide) => number;
  /** Returns the errno, 0 for none. */
  readonly posix_fadvise: (fd: number, offset: Wide, lengthBytes: Wide, advice: number) => number;
  readonly fsync: (fd: number) => number;
  readonly syncfs: (fd: number) => number;
  readonly linkat: (
    fromFolder: number,
    from: string,
    toFolder: number,
    to: string,
    flags: number,
  ) => number;
  readonly unlinkat: (folder: number, name: string, flags: number) => number;
  readonly mkdirat: (folder: number, name: string, mode: number) => number;
  readonly mkfifoat: (folder: number, name: string, mode: number) => number;
  readonly mount: (
    source: string,
    folder: string,
    type: string,
    flags: number,
    data: string,
  ) => number;
  readonly umount2: (folder: string, flags: number) => number;
  readonly swapon: (path: string, flags: number) => number;
  readonly swapoff: (path: string) => number;
  readonly statx: (fd: number, path: string, flags: number, mask: number, to: Pointer) => number;
  readonly fstatfs: (fd: number, to: Pointer) => number;
  readonly flock: (fd: number, operation: number) => number;
  readonly fcntl: (fd: number, command: number, argument: number) => number;
  readonly prctl: (option: number, a: number, b: number, c: number, d: number) => number;
  /** struct pollfd by struct pollfd; -1 milliseconds wait for ever. */
  readonly poll: (fds: Pointer, count: number, milliseconds: number) => number;
  readonly pipe2: (to: Pointer, flags: number) => number;
  readonly fanotify_init: (flags: number, eventFlags: number) => number;
  readonly fanotify_mark: (
    fd: number,
    flags: number,
    mask: number,
    folder: number,
    path: string,
  ) => number;
  /** For calls that have no function in glibc 2.28; of three numbers at most. */
  readonly syscall: (number: number, a: number, b: number, c: number) => Wide;
  readonly fchmod: (fd: number, mode: number) => number;
  readonly fchmodat: (folder: number, name: string, mode: number, flags: number) => number;
  readonly fchown: (fd: number, user: number, group: number) => number;
  /** Of this thread alone, as the system calls are; the C library's own would change all threads. */
  readonly setresuid: (real: number, effective: number, saved: number) => Wide;
  readonly setresgid: (real: number, effective: number, saved: number) => Wide;
  readonly setgroups: (count: number, groups: Pointer) => number;
  readonly capget: (header: Pointer, data: Pointer) => number;
  readonly capset: (header: Pointer, data: Pointer) => number;
  readonly getgroups: (count: number, groups: Pointer) => number;
  readonly getrlimit: (resource: number, to: Pointer) => number;
  readonly setrlimit: (resource: number, from: Pointer) => number;
  /** Returns an errno, not -1. */
  readonly pthread_sigmask: (how: number, set: Pointer, before: Pointer) => number;
  readonly sigtimedwait: (set: Pointer, information: Pointer, time: Pointer) => number;
  readonly getpagesize: () => number;
  readonly memfd_create: (name: string, flags: number) => number;
  /** The address, or -1. */
  readonly mmap: (
    at: Pointer,
    lengthBytes: number,
    protection: number,
    flags: number,
    fd: number,
    offset: Wide,
  ) => Wide;
  readonly munmap: (at: bigint, lengthBytes: number) => number;
  readonly mprotect: (at: bigint, lengthBytes: number, protection: number) => number;
}

/** Flags that node:fs does not name. Source: include/uapi/asm-generic/fcntl.h (x86 and arm64). */
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
export const O_NOATIME = 0o1000000;

let loaded: Libc | undefined;

/** The C library. Throws HarnessError, in one line, where koffi cannot be loaded. */
export function libc(): Libc {
  loaded ??= bind();
  return loaded;
}

/** Why `libc` would throw, in one line; undefined when it would not. */
export function libcProblem(): string | undefined {
  try {
    libc();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function bind(): Libc {
  try {
    return declare(createRequire(import.meta.url)("koffi"));
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
    throw new HarnessError(`koffi does not load (${reason}): run npm ci, on Linux with glibc`);
  }
}

/**
 * The part of koffi that is used, in words of our own: its types are not there
 * where it is not installed. What a function gives is said by `Libc`, where it is
 * put: `never` fits everywhere.
 */
interface Koffi {
  readonly load: (path: null) => {
    readonly func: (definition: string) => (...words: unknown[]) => never;
  };
  readonly errno: () => number;
  readonly address: (buffer: Buffer) => bigint;
  readonly view: (address: bigint, lengthBytes: number) => ArrayBuffer;
}

/** System calls that the C library wraps into something else, by architecture. Source: asm/unistd.h. */
const systemCallNumbers: Readonly<Record<string, Readonly<Record<SystemCall, number>>>> = {
  x64: { setresuid: 117, setresgid: 119, setgroups: 116 },
  arm64: { setresuid: 147, setresgid: 149, setgroups: 159 },
};

type SystemCall = "setresuid" | "setresgid" | "setgroups";

function numberOf(call: SystemCall): number {
  const numbers = systemCallNumbers[process.arch];
  if (numbers === undefined) throw new HarnessError(`${call}: not known on ${process.arch}`);
  return numbers[call];
}

function declare(koffi: Koffi): Libc {
  const scope = koffi.load(null);
  const syscall: Libc["syscall"] = scope.func("long syscall(long, long, long, long)");
  const setList: (number: number, count: number, list: Pointer) => number = scope.func(
    "long syscall(long, unsigned int, void *)",
  );
  return {
    errno: () => koffi.errno(),
    address: (buffer) => koffi.address(buffer),
    memory: (address, lengthBytes) => Buffer.from(koffi.view(address, lengthBytes)),
    ioctl: scope.func("int ioctl(int, unsigned long, void *)"),
    openat: scope.func("int openat(int, str, int, unsigned int)"),
    close: scope.func("int close(int)"),
    pread: scope.func("long pread(int, void *, size_t, uint64_t)"),
    pwrite: scope.func("long pwrite(int, void *, size_t, uint64_t)"),
    lseek: scope.func("int64_t lseek(int, uint64_t, int)"),
    ftruncate: scope.func("int ftruncate(int, uint64_t)"),
    fallocate: scope.func("int fallocate(int, int, uint64_t, uint64_t)"),
    posix_fadvise: scope.func("int posix_fadvise(int, int64_t, int64_t, int)"),
    fsync: scope.func("int fsync(int)"),
    syncfs: scope.func("int syncfs(int)"),
    linkat: scope.func("int linkat(int, str, int, str, int)"),
    unlinkat: scope.func("int unlinkat(int, str, int)"),
    mkdirat: scope.func("int mkdirat(int, str, unsigned int)"),
    mkfifoat: scope.func("int mkfifoat(int, str, unsigned int)"),
    mount: scope.func("int mount(str, str, str, unsigned long, str)"),
    umount2: scope.func("int umount2(str, int)"),
    swapon: scope.func("int swapon(str, int)"),
    swapoff: scope.func("int swapoff(str)"),
    statx: scope.func("int statx(int, str, int, unsigned int, void *)"),
    fstatfs: scope.func("int fstatfs(int, void *)"),
    flock: scope.func("int flock(int, int)"),
    fcntl: scope.func("int fcntl(int, int, long)"),
    prctl: scope.func("int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)"),
    poll: scope.func("int poll(void *, unsigned long, int)"),
    pipe2: scope.func("int pipe2(void *, int)"),
    fanotify_init: scope.func("int fanotify_init(unsigned int, unsigned int)"),
    fanotify_mark: scope.func("int fanotify_mark(int, unsigned int, uint64_t, int, str)"),
    syscall,
    fchmod: scope.func("int fchmod(int, unsigned int)"),
    fchmodat: scope.func("int fchmodat(int, str, unsigned int, int)"),
    fchown: scope.func("int fchown(int, unsigned int, unsigned int)"),
    setresuid: (real, effective, saved) => syscall(numberOf("setresuid"), real, effective, saved),
    setresgid: (real, effective, saved) => syscall(numberOf("setresgid"), real, effective, saved),
    setgroups: (count, groups) => setList(numberOf("setgroups"), count, groups),
    capget: scope.func("int capget(void *, void *)"),
    capset: scope.func("int capset(void *, void *)"),
    getgroups: scope.func("int getgroups(int, void *)"),
    getrlimit: scope.func("int getrlimit(int, void *)"),
    setrlimit: scope.func("int setrlimit(int, void *)"),
    pthread_sigmask: scope.func("int pthread_sigmask(int, void *, void *)"),
    sigtimedwait: scope.func("int sigtimedwait(void *, void *, void *)"),
    getpagesize: scope.func("int getpagesize()"),
    memfd_create: scope.func("int memfd_create(str, unsigned int)"),
    mmap: scope.func("intptr_t mmap(void *, size_t, int, int, int, int64_t)"),
    munmap: scope.func("int munmap(void *, size_t)"),
    mprotect: scope.func("int mprotect(void *, size_t, int)"),
  };
}
