/*
 * A kernel that lies: loaded by LD_PRELOAD, it stands before ioctl(2) and forges
 * the answers to FIDEDUPERANGE as the variable FORGE says, and those about the
 * disk as forge-disk.c does. Everything without FORGE goes to the kernel as it is.
 *
 *   differs      every entry of a call that succeeds differs
 *   same         every entry is the same, and the kernel is not asked
 *   bytes        an entry that was shared says one byte more than was asked for
 *   flip         a byte in the middle of a shared target is changed
 *   errno        a call that fails with EINVAL says EPERM
 *   write-back   a call that fails says that its entries are the same
 *   less         the last block of a shared range is not shared
 *   last         the last of three or more targets is not shared
 *   offset       where a block further on is the same, that one is shared
 *   times        a shared target has another mtime
 *   hole         a target keeps blocks of its own under a hole of the source
 *   sleep        a call does not come back: the 300th of each process
 */

#define _GNU_SOURCE
#include "forge-disk.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* Copies between an argument and here; an argument that cannot be reached is an error, not a crash. */
static int peek(void *to, const void *argument, size_t size)
{
	struct iovec here = { to, size }, there = { (void *)argument, size };
	return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)size;
}

static int poke(void *argument, const void *from, size_t size)
{
	struct iovec here = { (void *)from, size }, there = { argument, size };
	return process_vm_writev(getpid(), &here, 1, &there, 1, 0) == (ssize_t)size;
}

static struct file_dedupe_range_info *entry(struct file_dedupe_range *argument, int index)
{
	return (void *)((char *)argument + sizeof *argument + index * sizeof(struct file_dedupe_range_info));
}

static void answer(struct file_dedupe_range_info *at, int32_t status, uint64_t bytes)
{
	poke(&at->status, &status, sizeof status);
	poke(&at->bytes_deduped, &bytes, sizeof bytes);
}

static void answer_all(struct file_dedupe_range *argument, int32_t status, int says_length)
{
	struct file_dedupe_range head;
	if (!peek(&head, argument, sizeof head)) return;
	for (int index = 0; index < head.dest_count; index++)
		answer(entry(argument, index), status, says_length ? head.src_length : 0);
}

/* What is done to an entry that was shared: the place of it in the argument, and what it says. */
typedef void change(int source, struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says,
		    const struct file_dedupe_range *head);

static void say_more(int source, struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says,
		     const struct file_dedupe_range *head)
{
	(void)source, (void)head;
	answer(at, says->status, says->bytes_deduped + 1);
}

static void touch(int source, struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says,
		  const struct file_dedupe_range *head)
{
	struct timespec times[2] = { { 0, UTIME_OMIT }, { 1, 0 } };
	(void)source, (void)at, (void)head;
	futimens((int)says->dest_fd, times);
}

enum { block = 4096 };

/* A descriptor for reading and writing, whatever the target was opened for. */
static int opened(const struct file_dedupe_range_info *says)
{
	char path[40];
	snprintf(path, sizeof path, "/proc/self/fd/%d", (int)says->dest_fd);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* Gives a target a block of its own, with the bytes that are there. */
static void rewrite(int fd, off_t start)
{
	char bytes[block];
	ssize_t got = pread(fd, bytes, block, start);
	if (got > 0 && pwrite(fd, bytes, got, start) != got) return;
}

static void unshare_last(int source, struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says,
			 const struct file_dedupe_range *head)
{
	int fd = opened(says);
	(void)source, (void)at, (void)head;
	if (fd < 0) return;
	if (says->bytes_deduped >= block)
		rewrite(fd, (says->dest_offset + says->bytes_deduped - block) / block * block);
	close(fd);
}

static void keep_under_holes(int source, struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says,
			     const struct file_dedupe_range *head)
{
	int fd = opened(says);
	(void)at;
	if (fd < 0) return;
	for (uint64_t done = 0; done + block <= says->bytes_deduped && done < 1 << 20; done += block) {
		off_t start = head->src_offset + done;
		if (lseek(source, start, SEEK_HOLE) == start) rewrite(fd, says->dest_offset + done);
	}
	close(fd);
}

/* Changes the byte in the middle. */
static void flip(int source, struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says,
		 const struct file_dedupe_range *head)
{
	off_t middle = says->dest_offset + says->bytes_deduped / 2;
	unsigned char byte;
	int fd = opened(says);
	(void)source, (void)at, (void)head;
	if (fd < 0) return;
	if (pread(fd, &byte, 1, middle) == 1) {
		byte ^= 1;
		if (pwrite(fd, &byte, 1, middle) != 1) byte = 0;
	}
	close(fd);
}

static void each_shared(int source, struct file_dedupe_range *argument, change *done)
{
	struct file_dedupe_range head;
	if (!peek(&head, argument, sizeof head)) return;
	for (int index = 0; index < head.dest_count; index++) {
		struct file_dedupe_range_info says;
		if (!peek(&says, entry(argument, index), sizeof says)) return;
		if (says.status == FILE_DEDUPE_RANGE_SAME && says.bytes_deduped > 0)
			done(source, entry(argument, index), &says, &head);
	}
}

typedef int real(int, unsigned long, ...);

/* All targets but the last, which says what the one before it does. */
static int but_last(real *next, int fd, struct file_dedupe_range *argument)
{
	struct file_dedupe_range head;
	struct file_dedupe_range_info says;
	uint16_t fewer;
	int result;
	if (!peek(&head, argument, sizeof head) || head.dest_count < 3) return next(fd, FIDEDUPERANGE, argument);
	fewer = head.dest_count - 1;
	poke(&argument->dest_count, &fewer, sizeof fewer);
	result = next(fd, FIDEDUPERANGE, argument);
	poke(&argument->dest_count, &head.dest_count, sizeof fewer);
	if (result == 0 && peek(&says, entry(argument, fewer - 1), sizeof says))
		answer(entry(argument, fewer), says.status, says.bytes_deduped);
	return result;
}

/* Shares what lies a block further on, where all of it is the same; then as it should be. */
static int further_on(real *next, int fd, struct file_dedupe_range *argument)
{
	struct file_dedupe_range head;
	uint64_t further;
	int result, same = 1;
	if (!peek(&head, argument, sizeof head)) return next(fd, FIDEDUPERANGE, argument);
	further = head.src_offset + block;
	poke(&argument->src_offset, &further, sizeof further);
	result = next(fd, FIDEDUPERANGE, argument);
	poke(&argument->src_offset, &head.src_offset, sizeof further);
	for (int index = 0; result == 0 && index < head.dest_count; index++) {
		struct file_dedupe_range_info says;
		if (!peek(&says, entry(argument, index), sizeof says) || says.status) same = 0;
	}
	return result == 0 && same ? 0 : next(fd, FIDEDUPERANGE, argument);
}

static int forged_dedupe(real *next, int fd, struct file_dedupe_range *argument, const char *forgery)
{
	static int calls;
	const unsigned long request = FIDEDUPERANGE;
	int result, failure;
	if (!strcmp(forgery, "same")) {
		answer_all(argument, FILE_DEDUPE_RANGE_SAME, 1);
		return 0;
	}
	if (!strcmp(forgery, "sleep") && ++calls == 300) sleep(600);
	if (!strcmp(forgery, "last")) return but_last(next, fd, argument);
	if (!strcmp(forgery, "offset")) return further_on(next, fd, argument);
	result = next(fd, request, argument);
	failure = errno;
	if (result == 0 && !strcmp(forgery, "differs")) answer_all(argument, FILE_DEDUPE_RANGE_DIFFERS, 0);
	if (result == 0 && !strcmp(forgery, "bytes")) each_shared(fd, argument, say_more);
	if (result == 0 && !strcmp(forgery, "flip")) each_shared(fd, argument, flip);
	if (result == 0 && !strcmp(forgery, "times")) each_shared(fd, argument, touch);
	if (result == 0 && !strcmp(forgery, "less")) each_shared(fd, argument, unshare_last);
	if (result == 0 && !strcmp(forgery, "hole")) each_shared(fd, argument, keep_under_holes);
	if (result < 0 && !strcmp(forgery, "write-back")) answer_all(argument, FILE_DEDUPE_RANGE_SAME, 0);
	if (result < 0 && failure == EINVAL && !strcmp(forgery, "errno")) failure = EPERM;
	errno = failure;
	return result;
}

static int forged(int fd, unsigned long request, void *argument, const char *forgery)
{
	real *next = dlsym(RTLD_NEXT, "ioctl");
	int result;
	if (request == FIDEDUPERANGE && forgery) return forged_dedupe(next, fd, argument, forgery);
	result = next(fd, request, argument);
	if (result >= 0 && forgery) forge_disk(request, argument, forgery);
	return result;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list rest;
	void *argument;
	va_start(rest, request);
	argument = va_arg(rest, void *);
	va_end(rest);
	return forged(fd, request, argument, getenv("FORGE"));
}
