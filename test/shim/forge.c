/*
 * A kernel that lies: loaded by LD_PRELOAD, it stands before ioctl(2) and forges
 * the answers to FIDEDUPERANGE as the variable FORGE says. Every other request,
 * and every request without FORGE, goes to the kernel as it is.
 *
 *   differs      every entry of a call that succeeds differs
 *   same         every entry is the same, and the kernel is not asked
 *   bytes        an entry that was shared says one byte more than was asked for
 *   flip         a byte in the middle of a shared target is changed
 *   errno        a call that fails with EINVAL says EPERM
 *   write-back   a call that fails says that its entries are the same
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
typedef void change(struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says);

static void say_more(struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says)
{
	answer(at, says->status, says->bytes_deduped + 1);
}

/* Changes the byte in the middle, whatever the descriptor was opened for. */
static void flip(struct file_dedupe_range_info *at, const struct file_dedupe_range_info *says)
{
	off_t middle = says->dest_offset + says->bytes_deduped / 2;
	unsigned char byte;
	char path[40];
	int fd;
	(void)at;
	snprintf(path, sizeof path, "/proc/self/fd/%d", (int)says->dest_fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) return;
	if (pread(fd, &byte, 1, middle) == 1) {
		byte ^= 1;
		if (pwrite(fd, &byte, 1, middle) != 1) abort();
	}
	close(fd);
}

static void each_shared(struct file_dedupe_range *argument, change *done)
{
	struct file_dedupe_range head;
	if (!peek(&head, argument, sizeof head)) return;
	for (int index = 0; index < head.dest_count; index++) {
		struct file_dedupe_range_info says;
		if (!peek(&says, entry(argument, index), sizeof says)) return;
		if (says.status == FILE_DEDUPE_RANGE_SAME && says.bytes_deduped > 0)
			done(entry(argument, index), &says);
	}
}

static int forged(int fd, unsigned long request, struct file_dedupe_range *argument, const char *forgery)
{
	int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
	int result, failure;
	if (request != FIDEDUPERANGE || !forgery) return next(fd, request, argument);
	if (!strcmp(forgery, "same")) {
		answer_all(argument, FILE_DEDUPE_RANGE_SAME, 1);
		return 0;
	}
	result = next(fd, request, argument);
	failure = errno;
	if (result == 0 && !strcmp(forgery, "differs")) answer_all(argument, FILE_DEDUPE_RANGE_DIFFERS, 0);
	if (result == 0 && !strcmp(forgery, "bytes")) each_shared(argument, say_more);
	if (result == 0 && !strcmp(forgery, "flip")) each_shared(argument, flip);
	if (result < 0 && !strcmp(forgery, "write-back")) answer_all(argument, FILE_DEDUPE_RANGE_SAME, 0);
	if (result < 0 && failure == EINVAL && !strcmp(forgery, "errno")) failure = EPERM;
	errno = failure;
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
