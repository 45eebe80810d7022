/*
 * The benchmark's yardstick: makes the calls of a listing (listing.ts) as fast as
 * C can, and looks at the same bytes of the files as our replayer does.
 *
 *   loop LISTING TONES   then on stdin, for each round, the folder to run in;
 *   answers on stdout: nanoseconds, or -1 where answers were not as listed
 *
 * As a shared library it serves `prepare` and `run`, in the process of who asks.
 *
 * What is read is compared with memcmp against stretches of one tone made
 * before, piece by piece, as real/ does it. Return value, errno, and status and
 * bytes_deduped of every entry are compared with those that the listing expects.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, WINDOW = 128 * 1024, LONGEST = 256 * 1024, TONES = 256 };
enum { SLOTS = 32, TARGETS = 128, GUARD = 32 };
enum { UNKNOWN = -2, NONE = -1, CLOSED = -2 };

struct target {
	int descriptor, status;
	uint32_t reserved, high;
	uint64_t offset, deduped;
};

struct piece {
	uint64_t end;
	int tone;
};

struct call {
	char kind;
	int slot, flags, error, count, tone;
	long result;
	char name[72], to[72];
	uint64_t offset, length, target_slot, target_offset;
	/* write: the byte that is flipped, -1 for none. look: the size. */
	int64_t extra;
	/* dedupe */
	unsigned reserved1, reserved2, argument, after;
	struct target *targets;
	struct piece *pieces;
};

static struct call *calls;
static size_t call_count;
static unsigned char *bands[TONES], *tones, window[LONGEST], memory[24 + TARGETS * 32 + GUARD];
static unsigned char *border;
static int own[SLOTS], looks[SLOTS], readable[SLOTS], folder, closed_fd;
static long wrong;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- the listing ---- */

static FILE *listing;

static uint64_t number(void)
{
	char word[32];
	if (fscanf(listing, "%31s", word) != 1) die("listing");
	return word[0] == '-' ? (uint64_t)strtoll(word, NULL, 10) : strtoull(word, NULL, 10);
}

static void name(char *to)
{
	if (fscanf(listing, "%71s", to) != 1) die("listing");
}

static void read_targets(struct call *c)
{
	c->reserved1 = number();
	c->reserved2 = number();
	c->argument = number();
	c->after = number();
	c->count = number();
	c->targets = calloc(c->count + 1, sizeof *c->targets);
	for (struct target *t = c->targets; t < c->targets + c->count; t++) {
		t->descriptor = number();
		t->offset = number();
		t->reserved = number();
		t->high = number();
		t->status = number();
		t->deduped = number();
	}
}

static void read_pieces(struct call *c)
{
	c->extra = number();
	c->count = number();
	c->pieces = calloc(c->count + 1, sizeof *c->pieces);
	for (struct piece *p = c->pieces; p < c->pieces + c->count; p++) {
		p->end = number();
		p->tone = number();
	}
}

static void read_call(struct call *c)
{
	c->result = number();
	c->error = number();
	switch (c->kind) {
	case 'o': c->slot = number(); c->flags = number(); name(c->name); break;
	case 'x': case 'n': c->slot = number(); break;
	case 'd': case 'f': case 'u': name(c->name); break;
	case 'h': name(c->name); name(c->to); break;
	case 'w':
		c->slot = number(); c->offset = number(); c->length = number();
		c->tone = number(); c->extra = number(); break;
	case 't': c->slot = number(); c->length = number(); break;
	case 'a':
		c->slot = number(); c->flags = number();
		c->offset = number(); c->length = number(); break;
	case 'c':
		c->slot = number(); c->offset = number(); c->length = number();
		c->target_slot = number(); c->target_offset = number(); break;
	case 'r':
		c->slot = number(); c->offset = number(); c->length = number();
		read_pieces(c); break;
	case 'l':
		c->slot = number(); c->offset = number(); c->length = number();
		read_pieces(c); break;
	case 'e':
		c->slot = number(); c->offset = number(); c->length = number();
		read_targets(c); break;
	default: errno = EINVAL; die("listing");
	}
}

static void read_listing(const char *path)
{
	size_t room = 0;
	listing = fopen(path, "r");
	if (!listing) die(path);
	for (char kind[2]; fscanf(listing, "%1s", kind) == 1; call_count++) {
		if (call_count == room) calls = realloc(calls, (room = 2 * room + 64) * sizeof *calls);
		calls[call_count] = (struct call){ .kind = kind[0] };
		read_call(&calls[call_count]);
	}
	fclose(listing);
}

static void read_tones(const char *path)
{
	FILE *file = fopen(path, "rb");
	tones = malloc(TONES * BLOCK);
	if (!file || fread(tones, BLOCK, TONES, file) != TONES) die(path);
	fclose(file);
}

/* A stretch of one tone, a block longer than the longest that is written or compared at once. */
static unsigned char *band(int tone)
{
	if (bands[tone]) return bands[tone];
	bands[tone] = malloc(LONGEST + BLOCK);
	for (size_t at = 0; at < LONGEST + BLOCK; at += BLOCK)
		memcpy(bands[tone] + at, tones + tone * BLOCK, BLOCK);
	return bands[tone];
}

/* ---- the calls ---- */

static long opened(const struct call *c)
{
	if (looks[c->slot] >= 0 && looks[c->slot] != own[c->slot]) close(looks[c->slot]);
	if (own[c->slot] >= 0) close(own[c->slot]);
	looks[c->slot] = UNKNOWN;
	own[c->slot] = openat(folder, c->name, c->flags, 0600);
	readable[c->slot] = (c->flags & O_ACCMODE) != O_WRONLY && !(c->flags & O_PATH);
	return own[c->slot] < 0 ? -1 : 0;
}

static long closed(const struct call *c)
{
	int fd = own[c->slot];
	if (looks[c->slot] >= 0 && looks[c->slot] != fd) close(looks[c->slot]);
	looks[c->slot] = UNKNOWN;
	own[c->slot] = NONE;
	return close(fd);
}

static long written(const struct call *c)
{
	unsigned char *bytes = band(c->tone) + (c->offset & (BLOCK - 1));
	long result;
	if (c->extra >= 0) bytes[c->extra] ^= 128;
	result = pwrite(own[c->slot], bytes, c->length, c->offset);
	if (c->extra >= 0) bytes[c->extra] ^= 128;
	return result;
}

static long nocow(int fd)
{
	int flags;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0) return -1;
	flags |= FS_NOCOW_FL;
	return ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

static long cloned(const struct call *c)
{
	struct file_clone_range range = {
		.src_fd = own[c->slot], .src_offset = c->offset,
		.src_length = c->length, .dest_offset = c->target_offset,
	};
	return ioctl(own[c->target_slot], FICLONERANGE, &range);
}

static int fd_of(int descriptor)
{
	return descriptor >= 0 ? own[descriptor] : descriptor == CLOSED ? closed_fd : -1;
}

static size_t encode(const struct call *c)
{
	struct file_dedupe_range *range = (void *)memory;
	range->src_offset = c->offset;
	range->src_length = c->length;
	range->dest_count = c->count;
	range->reserved1 = c->reserved1;
	range->reserved2 = c->reserved2;
	for (int i = 0; i < c->count; i++) {
		const struct target *t = &c->targets[i];
		int fd = fd_of(t->descriptor);
		range->info[i] = (struct file_dedupe_range_info){
			.dest_fd = (int64_t)((((uint64_t)((fd < 0 ? ~0u : 0u) ^ t->high)) << 32) | (uint32_t)fd),
			.dest_offset = t->offset, .bytes_deduped = 0x5eed5eed5eed5eed,
			.status = 0x5eed5eed, .reserved = t->reserved,
		};
	}
	return 24 + 32 * (size_t)c->count + GUARD;
}

static void check_entries(const struct call *c)
{
	const struct file_dedupe_range *range = (void *)memory;
	for (int i = 0; i < c->count; i++)
		if (range->info[i].status != c->targets[i].status ||
		    range->info[i].bytes_deduped != c->targets[i].deduped) wrong++;
}

/* The times of the source and of each target, before the call and after it. */
static struct statx before_call[SLOTS];

static void watch(int slot, unsigned *watched)
{
	if (slot < 0 || own[slot] < 0 || (*watched & 1u << slot)) return;
	if (statx(own[slot], "", AT_EMPTY_PATH, STATX_BASIC_STATS, &before_call[slot]) == 0) *watched |= 1u << slot;
}

static unsigned watch_all(const struct call *c)
{
	unsigned watched = 0;
	watch(c->slot, &watched);
	for (int i = 0; i < c->count; i++) watch(c->targets[i].descriptor, &watched);
	return watched;
}

static int same_time(struct statx_timestamp a, struct statx_timestamp b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static void check_times(unsigned watched)
{
	for (int slot = 0; slot < SLOTS; slot++) {
		struct statx now, *was = &before_call[slot];
		if (!(watched & 1u << slot)) continue;
		if (statx(own[slot], "", AT_EMPTY_PATH, STATX_BASIC_STATS, &now) < 0 ||
		    !same_time(now.stx_atime, was->stx_atime) || !same_time(now.stx_mtime, was->stx_mtime) ||
		    !same_time(now.stx_ctime, was->stx_ctime)) wrong++;
	}
}

/* Where the argument lies: 0 as it is, 1 null, 2 crossing, 3 read-only, 4 unmapped. */
static long deduped(const struct call *c)
{
	unsigned watched = watch_all(c);
	size_t used = encode(c), before = c->after < used ? c->after : used;
	unsigned char *place = border - before;
	int access[] = { 0, 0, PROT_READ | PROT_WRITE, PROT_READ, PROT_NONE };
	long result;
	int failure;
	if (c->argument == 0) {
		result = ioctl(own[c->slot], FIDEDUPERANGE, memory);
		failure = errno;
	} else if (c->argument == 1) {
		result = ioctl(own[c->slot], FIDEDUPERANGE, NULL);
		failure = errno;
	} else {
		memcpy(place, memory, used);
		if (c->argument > 2) mprotect(border, 2 * BLOCK, access[c->argument]);
		result = ioctl(own[c->slot], FIDEDUPERANGE, place);
		failure = errno;
		mprotect(border, 2 * BLOCK, PROT_READ | PROT_WRITE);
		memcpy(memory, place, used);
	}
	check_entries(c);
	check_times(watched);
	errno = failure;
	return result;
}

/* ---- the looks ---- */

static int look_fd(int slot)
{
	struct statx status;
	char path[40];
	if (looks[slot] != UNKNOWN) return looks[slot];
	if (own[slot] < 0) return NONE;
	if (statx(own[slot], "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) < 0 || !S_ISREG(status.stx_mode))
		return looks[slot] = NONE;
	if (readable[slot]) return looks[slot] = own[slot];
	snprintf(path, sizeof path, "/proc/self/fd/%d", own[slot]);
	return looks[slot] = openat(AT_FDCWD, path, O_CLOEXEC);
}

/* Whether `window` holds the pieces from `start` on; the first piece that counts moves on. */
static int same(const struct piece **piece, uint64_t start, uint64_t end)
{
	for (uint64_t at = start; at < end;) {
		uint64_t until = (*piece)->end < end ? (*piece)->end : end;
		if (memcmp(window + (at - start), band((*piece)->tone) + (at & (BLOCK - 1)), until - at)) return 0;
		if ((*piece)->end <= end) ++*piece;
		at = until;
	}
	return 1;
}

/* Bytes [start, end) of a file, by windows. The pieces begin with the one that holds `start`. */
static int holds(int fd, const struct piece *pieces, uint64_t start, uint64_t end)
{
	for (uint64_t at = start; at < end; at += WINDOW) {
		uint64_t until = end - at < WINDOW ? end : at + WINDOW;
		if (pread(fd, window, until - at, at) != (long)(until - at)) return 0;
		if (!same(&pieces, at, until)) return 0;
	}
	return 1;
}

/* A range that ends at the end of file is asked for one byte more, which tells that it ends there. */
static void look(const struct call *c)
{
	const struct piece *piece = c->pieces;
	uint64_t end = c->offset + c->length;
	int fd = look_fd(c->slot);
	if (end == (uint64_t)c->extra && c->length > 0 && c->length < WINDOW) {
		if (pread(fd, window, c->length + 1, c->offset) != (long)c->length || !same(&piece, c->offset, end)) wrong++;
	} else if (lseek(fd, 0, SEEK_END) != c->extra || !holds(fd, piece, c->offset, end)) wrong++;
}

static long read_range(const struct call *c)
{
	long result = pread(own[c->slot], window, c->length, c->offset);
	const struct piece *piece = c->pieces;
	if (result > 0 && !same(&piece, c->offset, c->offset + result)) wrong++;
	return result;
}

/* ---- rounds ---- */

static long make(const struct call *c)
{
	switch (c->kind) {
	case 'o': return opened(c);
	case 'x': return closed(c);
	case 'n': return nocow(own[c->slot]);
	case 'd': return mkdirat(folder, c->name, 0700);
	case 'f': return mkfifoat(folder, c->name, 0600);
	case 'h': return linkat(folder, c->name, folder, c->to, 0);
	case 'u': return unlinkat(folder, c->name, 0);
	case 'w': return written(c);
	case 't': return ftruncate(own[c->slot], c->length);
	case 'a': return fallocate(own[c->slot], c->flags, c->offset, c->length);
	case 'c': return cloned(c);
	case 'r': return read_range(c);
	default: return deduped(c);
	}
}

static void make_all(void)
{
	for (size_t i = 0; i < call_count; i++) {
		const struct call *c = &calls[i];
		if (c->kind == 'l') {
			look(c);
			continue;
		}
		long result = make(c);
		if (result != c->result || (result < 0 && errno != c->error)) {
			if (!wrong) fprintf(stderr, "loop: listing line %zu: %ld, errno %d\n", i + 1, result, errno);
			wrong++;
		}
	}
}

/* What there is before the first round. */
void prepare(const char *listing_path, const char *tones_path)
{
	read_listing(listing_path);
	read_tones(tones_path);
	border = mmap(NULL, 4 * BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (border == MAP_FAILED) die("mmap");
	border += 2 * BLOCK;
	closed_fd = fcntl(0, F_DUPFD_CLOEXEC, 1000);
	close(closed_fd);
}

/* Makes all calls and looks in a folder; nanoseconds, or -1 where answers were not as listed. */
double run(const char *path)
{
	struct timespec start, end;
	folder = open(path, O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) die(path);
	for (int slot = 0; slot < SLOTS; slot++) own[slot] = NONE, looks[slot] = UNKNOWN;
	wrong = 0;
	clock_gettime(CLOCK_MONOTONIC, &start);
	make_all();
	clock_gettime(CLOCK_MONOTONIC, &end);
	for (int slot = 0; slot < SLOTS; slot++) {
		if (looks[slot] >= 0 && looks[slot] != own[slot]) close(looks[slot]);
		if (own[slot] >= 0) close(own[slot]);
	}
	close(folder);
	return wrong ? -1 : (end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec);
}

int main(int count, char **arguments)
{
	char path[4096];
	if (count != 3) return 2;
	prepare(arguments[1], arguments[2]);
	while (fgets(path, sizeof path, stdin)) {
		path[strcspn(path, "\n")] = 0;
		printf("%.0f\n", run(path));
		fflush(stdout);
	}
	return 0;
}
