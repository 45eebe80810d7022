/** FIDEDUPERANGE in C: the argument written by hand, and all of it looked at afterwards. */

import { untouched } from "../model/index.ts";
import { piece, type Pieces } from "./c-piece.ts";

const entries = String.raw`	for (i = 0; i < listed; i++) {
		say("%s", i ? ", " : "");
		say_entry(&arg.info[i]);
	}
`;

/** Equal entries in a row are told once, with their number. */
const manyEntries = String.raw`	for (i = 0; i < listed; i += times) {
		for (times = 1; i + times < listed; times++)
			if (!alike(arg.info + i, arg.info + i + times))
				break;
		say("%s", i ? ", " : "");
		say_entry(&arg.info[i]);
		if (times > 1)
			say(" x%zu", times);
	}
`;

const alike = String.raw`
static int alike(const struct file_dedupe_range_info *a,
		    const struct file_dedupe_range_info *b)
{
	return a->status == b->status &&
	       a->bytes_deduped == b->bytes_deduped;
}
`;

const odd = String.raw`
/*
 * What is odd about the next FIDEDUPERANGE: fields that must be 0, and
 * an argument that lies nowhere, or over the border of two pages, of
 * which the second may be read-only or unmapped.
 */
static struct {
	int reserved1, reserved2;
	enum { WHOLE, NOWHERE, CROSSING, READ_ONLY, UNMAPPED } argument;
	size_t after;		/* bytes before the border */
} odd;

#define ODD(...) odd = (__typeof__(odd)){ __VA_ARGS__ }

static int odd_ioctl(int fd, void *arg, size_t length)
{
	size_t half = 2 * sysconf(_SC_PAGESIZE);
	int result, error, access = PROT_READ | PROT_WRITE;
	char *memory, *start;

	if (odd.argument == WHOLE)
		return ioctl(fd, FIDEDUPERANGE, arg);
	if (odd.argument == NOWHERE)
		return ioctl(fd, FIDEDUPERANGE, NULL);
	memory = mmap(NULL, 2 * half, access,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		err(3, "mmap");
	start = memory + half;
	start -= odd.after < length ? odd.after : length;
	memcpy(start, arg, length);
	if (odd.argument == READ_ONLY)
		access = PROT_READ;
	if (odd.argument == UNMAPPED)
		access = PROT_NONE;
	if (mprotect(memory + half, half, access))
		err(3, "mprotect");
	result = ioctl(fd, FIDEDUPERANGE, start);
	error = errno;
	if (mprotect(memory + half, half, PROT_READ | PROT_WRITE))
		err(3, "mprotect");
	memcpy(arg, start, length);
	munmap(memory, 2 * half);
	errno = error;
	return result;
}
`;

const entry = String.raw`
#define UNTOUCHED ${hex(BigInt(untouched.status))}
#define UNTOUCHED_BYTES ${hex(untouched.deduped)}ULL

static int is_untouched(const struct file_dedupe_range_info *info)
{
	return info->status == UNTOUCHED &&
	       info->bytes_deduped == UNTOUCHED_BYTES;
}

static void say_entry(const struct file_dedupe_range_info *info)
{
	if (is_untouched(info))
		say("untouched");
	else if (info->status == FILE_DEDUPE_RANGE_SAME)
		say("same");
	else if (info->status == FILE_DEDUPE_RANGE_DIFFERS)
		say("differs");
	else if (info->status < 0 && errno_name(-info->status))
		say("status %s", errno_name(-info->status));
	else
		say("status %d", info->status);
	if (info->status == FILE_DEDUPE_RANGE_SAME)
		say(" %llu", (u64)info->bytes_deduped);
	else if (info->bytes_deduped && !is_untouched(info))
		say(" bytes %llu", (u64)info->bytes_deduped);
}
`;

function dedupe(used: ReadonlySet<string>): string {
  const isOdd = used.has("odd");
  const isMany = used.has("many");
  return String.raw`${entry}${isMany ? alike : ""}
#define TO(fd, offset, ...)					\
	{ .dest_fd = fd, .dest_offset = offset, ##__VA_ARGS__ }
#define TARGETS(...) (struct file_dedupe_range_info[]){ __VA_ARGS__ }
#define DEDUPE(fd, offset, length, ...)				\
	dedupe(fd, offset, length,				\
	       sizeof(TARGETS(__VA_ARGS__)) / 32, TARGETS(__VA_ARGS__))

/* FIDEDUPERANGE, and what its entries say then, also if it failed. */
static void dedupe(int fd, u64 offset, u64 length, size_t count,
		   const struct file_dedupe_range_info *targets)
{
	static struct {
		struct file_dedupe_range range;
		struct file_dedupe_range_info info[128];
		char guard[32];
	} sent, arg;
	size_t i, ${isMany ? "times, " : ""}listed = 0;
	int result;

	memset(&sent, 0xa5, sizeof(sent));
	sent.range.src_offset = offset;
	sent.range.src_length = length;
	sent.range.dest_count = count;
	sent.range.reserved1 = ${isOdd ? "odd.reserved1" : "0"};
	sent.range.reserved2 = ${isOdd ? "odd.reserved2" : "0"};
	for (i = 0; i < count; i++) {
		sent.info[i] = targets[i];
		sent.info[i].status = UNTOUCHED;
		sent.info[i].bytes_deduped = UNTOUCHED_BYTES;
	}
	arg = sent;
	result = ${isOdd ? "odd_ioctl(fd, &arg, 24 + 32 * count + 32)" : "ioctl(fd, FIDEDUPERANGE, &arg)"};
${isOdd ? "\tODD(.argument = WHOLE);\n" : ""}	if (result)
		answer(result);
	else if (count == 0)
		say("no targets");
	for (i = 0; i < count; i++)
		if (!result || !is_untouched(&arg.info[i]))
			listed = count;
	if (result && listed)
		say(result == -1 ? " wrote " : ", ");
${isMany ? manyEntries : entries}	for (i = 0; i < count; i++) {
		sent.info[i].status = arg.info[i].status;
		sent.info[i].bytes_deduped = arg.info[i].bytes_deduped;
	}
	if (memcmp(&sent, &arg, sizeof(sent)))
		say(" touched argument");
}
`;
}

const whileFull = String.raw`
/*
 * Makes a call while a file without a name has every block of the file
 * system that can be had.
 */
#define WHILE_FULL(call) do {				\
	int filler = fill_disk();			\
	call;						\
	give_back(filler);				\
} while (0)

static void give_back(int fd)
{
	if (ftruncate(fd, 0) || syncfs(fd) || close(fd))
		err(3, "the blocks come not back");
}

static int fill_disk(void)
{
	int failed, fd = open(".", O_TMPFILE | O_RDWR, 0600);
	off_t at = 0, length;
	struct statfs fs;

	if (fd == -1 || syncfs(fd) || fstatfs(fd, &fs))
		err(3, "nothing can be filled");
	if (fs.f_blocks > (4ULL << 30) / fs.f_bsize)
		errx(3, "more than 4 GiB are not filled: take a small "
			"file system of its own");
	length = (off_t)fs.f_bavail * fs.f_bsize;
	if (length < BLOCK)
		length = BLOCK;
	for (;;) {
		failed = fallocate(fd, 0, at, length);
		if (failed && errno != ENOSPC)
			err(3, "nothing is reserved");
		if (failed && length == BLOCK)
			return fd;
		at += length;
		if (failed)
			length = (length / BLOCK + 1) / 2 * BLOCK;
	}
}
`;

const headers = ["linux/fs.h", "string.h", "sys/ioctl.h"];

/** `odd` and `many` change how a dedupe looks: for a program that has such a request. */
export const dedupePieces: Pieces = {
  closed: piece(
    ["err.h", "fcntl.h", "unistd.h"],
    [],
    String.raw`
/* A descriptor that was open once. */
static int closed(void)
{
	int fd = fcntl(1, F_DUPFD_CLOEXEC, 1000);

	if (fd == -1)
		err(3, "no descriptor above 1000");
	close(fd);
	return fd;
}
`,
  ),
  many: piece([], []),
  "while full": piece(["err.h", "errno.h", "fcntl.h", "sys/vfs.h", "unistd.h"], [], whileFull),
  odd: piece(["err.h", "errno.h", "sys/mman.h", "unistd.h", ...headers], [], odd),
  dedupe: { headers, needs: ["answer"], code: dedupe },
};

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
