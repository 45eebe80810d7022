// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The last, partial block of a file may be shared only where the target
 * ends with it too: else the target gets the source's zeros behind it.
 *
 * Expected is what linux-6.18/btrfs allows; MUT-01/btrfs answered the
 * last call in another way.
 *
 * 	cc -Wall -Wextra -O2 -o repro repro.c
 * 	./repro FOLDER
 *
 * Its files are in a new folder inside FOLDER. Exits with 0 when all is
 * as expected, 1 at the first answer that is not, 2 for wrong
 * arguments, 3 when it cannot tell. What it prints is a trace of
 * extent-same.
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BLOCK 4096	/* of the file system, and of patterns */

static const char *errno_name(int number)
{
#define NAME(name) case name: return #name
	switch (number) {
	NAME(EBADF);
	NAME(EINVAL);
	NAME(EIO);
	NAME(ENOSPC);
	NAME(EOPNOTSUPP);
	NAME(EPERM);
	}
	return NULL;
}

typedef unsigned long long u64;

static char got[1 << 20];	/* what the last call answered */
static size_t told;		/* bytes of it */

static void __attribute__((format(printf, 1, 2)))
say(const char *form, ...)
{
	va_list values;

	va_start(values, form);
	vsnprintf(got + told, sizeof(got) - told, form, values);
	va_end(values);
	told += strlen(got + told);
}

/* What a system call returned. */
static void answer(long result)
{
	if (result != -1)
		say("%ld", result);
	else if (errno_name(errno))
		say("errno %s", errno_name(errno));
	else
		say("errno %d", errno);
}

static char made[] = "repro-XXXXXX";	/* the folder of this run */

/* The first answer that is not as expected is the end. */
static void check(const char *expected)
{
	puts(got);
	told = 0;
	if (strcmp(got, expected) == 0)
		return;
	printf("  # expected: %s\n", expected);
	printf("  # its files are in %s\n", made);
	exit(1);
}

#define CALL(text, call, expected) do {			\
	printf("  %-43s   -> ", text);			\
	fflush(stdout);					\
	call;						\
	check(expected);				\
} while (0)

static void begin(int argc, char **argv)
{
	struct statfs about;

	if (argc != 2)
		errx(2, "usage: %s FOLDER", argv[0]);
	if (chdir(argv[1]) || statfs(".", &about))
		err(3, "%s", argv[1]);
	if (about.f_bsize != BLOCK)
		errx(3, "%s: needs blocks of %d", argv[1], BLOCK);
	if (!mkdtemp(made) || chdir(made))
		err(3, "%s", argv[1]);
	printf("trace 1   target here   block %d\n", BLOCK);
}

/* What is written, or was read. */
static unsigned char bytes[16 << 20] __attribute__((aligned(65536)));

/* Patterns depend on the place within the block: 0 to 126. */
static int mixed(u64 position)
{
	unsigned int at = position % BLOCK;

	return (at * 31 + (at >> 5) * 7 + (at >> 9) * 3) % 127;
}

/* Bytes of a pattern, 0 for zeros, as they are where they will land. */
static void fill(int fd, u64 offset, u64 length, int pattern)
{
	u64 i;

	if (fd != -1 && fcntl(fd, F_GETFL) & O_APPEND)
		offset = lseek(fd, 0, SEEK_END);
	for (i = 0; i < length; i++)
		bytes[i] = pattern == 0 ? 0 :
			1 + (pattern - 1 + mixed(offset + i)) % 127;
}

static void write_pattern(int fd, u64 offset, u64 length, int pattern)
{
	fill(fd, offset, length, pattern);
	answer(pwrite(fd, bytes, length, offset));
}

static void open_file(int *fd, const char *path, int flags)
{
	if (*fd != -1)
		close(*fd);
	*fd = open(path, flags | O_NONBLOCK | O_NOFOLLOW, 0600);
	answer(*fd == -1 ? -1 : 0);
}

/* The pattern that has this byte here; 128 more where it is flipped. */
static int tone_of(int byte, u64 position)
{
	int low = byte & 127;

	if (low > 0)
		low = 1 + (low + 126 - mixed(position)) % 127;
	return low | (byte & 128);
}

/* What was read from an offset on, as runs of one pattern. */
static void say_runs(u64 length, u64 offset)
{
	u64 start, end;
	int tone, runs = 0;

	for (start = 0; start < length; start = end) {
		tone = tone_of(bytes[start], offset + start);
		for (end = start + 1; end < length; end++)
			if (tone_of(bytes[end], offset + end) != tone)
				break;
		if (++runs == 4096)
			end = length;
		say("%s%llu ", start ? ", " : "", end - start);
		if (runs == 4096)
			say("garbled");
		else if (tone == 0)
			say("zeros");
		else
			say("pattern %d%s", tone & 127,
			    tone & 128 ? " flipped" : "");
	}
}

/* A descriptor to look into a regular file with, however it is open. */
static int reopen(int fd)
{
	struct stat about;
	char path[32];
	int look;

	if (fstat(fd, &about) || !S_ISREG(about.st_mode))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	look = open(path, O_RDONLY);
	if (look == -1)
		err(3, "%s", path);
	return look;
}

/* Size and bytes of a file. */
static void inspect(int fd, u64 offset, u64 length)
{
	int look = reopen(fd);
	ssize_t count = 0;
	u64 size;

	if (look == -1) {
		say("errno EBADF");
		return;
	}
	size = lseek(look, 0, SEEK_END);
	if (offset < size)
		count = pread(look, bytes, length, offset);
	if (count == -1)
		answer(-1);
	else
		say("size %llu%s", size, count > 0 ? ": " : "");
	if (count > 0)
		say_runs(count, offset);
	close(look);
}

#define UNTOUCHED 0x5eed5eed
#define UNTOUCHED_BYTES 0x5eed5eed5eed5eedULL

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
	size_t i, listed = 0;
	int result;

	memset(&sent, 0xa5, sizeof(sent));
	sent.range.src_offset = offset;
	sent.range.src_length = length;
	sent.range.dest_count = count;
	sent.range.reserved1 = 0;
	sent.range.reserved2 = 0;
	for (i = 0; i < count; i++) {
		sent.info[i] = targets[i];
		sent.info[i].status = UNTOUCHED;
		sent.info[i].bytes_deduped = UNTOUCHED_BYTES;
	}
	arg = sent;
	result = ioctl(fd, FIDEDUPERANGE, &arg);
	if (result)
		answer(result);
	else if (count == 0)
		say("no targets");
	for (i = 0; i < count; i++)
		if (!result || !is_untouched(&arg.info[i]))
			listed = count;
	if (result && listed)
		say(result == -1 ? " wrote " : ", ");
	for (i = 0; i < listed; i++) {
		say("%s", i ? ", " : "");
		say_entry(&arg.info[i]);
	}
	for (i = 0; i < count; i++) {
		sent.info[i].status = arg.info[i].status;
		sent.info[i].bytes_deduped = arg.info[i].bytes_deduped;
	}
	if (memcmp(&sent, &arg, sizeof(sent)))
		say(" touched argument");
}

static int s0 = -1, s1 = -1;

int main(int argc, char **argv)
{
	begin(argc, argv);
	/* the source: one block, and 100 bytes */
	CALL("open s0 rw a",
	     open_file(&s0, "a", O_RDWR | O_CREAT), "0");
	CALL("write s0 at 0 length 4196 pattern 1",
	     write_pattern(s0, 0, 4196, 1), "4196");
	/* the target: two blocks, equal as far as the source goes */
	CALL("open s1 rw b",
	     open_file(&s1, "b", O_RDWR | O_CREAT), "0");
	CALL("write s1 at 0 length 8K pattern 1",
	     write_pattern(s1, 0, 8192, 1), "8192");
	CALL("dedupe s0 at 0 length 4196 onto s1 at 0",
	     DEDUPE(s0, 0, 4196, TO(s1, 0)), "same 4196");
	CALL("inspect s1 at 0 length 8K",
	     inspect(s1, 0, 8192), "size 8192: 8192 pattern 1");
	remove("a");
	remove("b");
	if (chdir("..") == 0)
		remove(made);
	return 0;
}
