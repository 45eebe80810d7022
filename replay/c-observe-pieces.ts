/** Helpers in C that tell which blocks of which files are one block, by FIEMAP. */

import { piece, type Pieces } from "./c-piece.ts";

export const observePieces: Pieces = {
  extents: piece(
    ["err.h", "fcntl.h", "linux/fiemap.h", "linux/fs.h", "stdlib.h", "sys/ioctl.h", "unistd.h"],
    ["say"],
    String.raw`
struct extent {
	const char *file;
	u64 block, count;	/* of the file */
	u64 place;		/* block of the disk; 0 for none */
	const char *kind;
};

#define EXTENTS 65536

static struct extent extents[EXTENTS];
static size_t extent_count;

/* Adds the extents of a file, which is written out before. */
static void add_extents(const char *file, int fd)
{
	struct {
		struct fiemap head;
		struct fiemap_extent extent[1];
	} map = { .head = { .fm_start = 0 } };
	struct fiemap_extent *found = map.extent;
	struct extent *next;

	for (;;) {
		map.head.fm_length = ~0ULL - map.head.fm_start;
		map.head.fm_flags = FIEMAP_FLAG_SYNC;
		map.head.fm_extent_count = 1;
		if (ioctl(fd, FS_IOC_FIEMAP, &map))
			err(3, "FIEMAP of %s", file);
		if (map.head.fm_mapped_extents == 0)
			return;
		if (found->fe_flags & FIEMAP_EXTENT_ENCODED)
			errx(3, "%s is compressed", file);
		if (extent_count == EXTENTS)
			errx(3, "too many extents");
		next = &extents[extent_count++];
		next->file = file;
		next->block = found->fe_logical / BLOCK;
		next->count = (found->fe_length + BLOCK - 1) / BLOCK;
		next->place = found->fe_physical / BLOCK;
		next->kind = "data";
		if (found->fe_flags & FIEMAP_EXTENT_UNWRITTEN)
			next->kind = "prealloc";
		if (found->fe_flags & FIEMAP_EXTENT_DATA_INLINE) {
			next->kind = "inline";
			next->place = 0;
		}
		if (found->fe_flags & FIEMAP_EXTENT_LAST)
			return;
		map.head.fm_start = found->fe_logical;
		map.head.fm_start += found->fe_length;
	}
}
`,
  ),
  observe: piece(
    ["err.h", "fcntl.h", "string.h", "unistd.h"],
    ["extents", "reopen"],
    String.raw`
/* The extent before this one where its block number i came up first. */
static const struct extent *first_of(const struct extent *extent, u64 i)
{
	const struct extent *before;

	for (before = extents; before < extent; before++)
		if (extent->place && before->place &&
		    extent->place + i - before->place < before->count)
			return before;
	return NULL;
}

/* Blocks in a row that are new, or all go on from earlier ones. */
static struct run {
	u64 count;
	const char *kind, *as;
	u64 block;		/* of that file */
} run;

static void end_run(void)
{
	if (run.count)
		say("%llu %s", run.count, run.kind);
	if (run.count && run.as)
		say(" as %s+%llu", run.as, run.block);
	run.count = 0;
}

static void add_run(struct run more)
{
	if (run.count && run.kind == more.kind && run.as == more.as &&
	    (!run.as || run.block + run.count == more.block)) {
		run.count += more.count;
		return;
	}
	if (run.count) {
		end_run();
		say(", ");
	}
	run = more;
}

static void add_blocks(const struct extent *extent)
{
	const struct extent *first;
	struct run one;
	u64 i;

	for (i = 0; i < extent->count; i++) {
		first = first_of(extent, i);
		one = (struct run){ .count = 1, .kind = extent->kind };
		if (first) {
			one.as = first->file;
			one.block = first->block;
			one.block += extent->place + i - first->place;
		}
		add_run(one);
	}
}

struct look {
	const char *file;
	int fd;			/* -1: by its name */
};

#define OBSERVE(...)						\
	observe((struct look[]){ __VA_ARGS__, { NULL, -1 } })

/* Which blocks of files are data, and which of them are one block. */
static void observe(const struct look *look)
{
	struct run hole = { .kind = "hole" };
	const struct extent *extent;
	u64 end;
	int fd;

	extent_count = 0;
	for (; look->file; look++) {
		if (look->fd == -1)
			fd = open(look->file, O_RDONLY | O_NONBLOCK);
		else
			fd = reopen(look->fd);
		extent = &extents[extent_count];
		add_extents(look->file, fd);
		close(fd);
		say("%s: ", look->file);
		if (extent == &extents[extent_count])
			say("nothing");
		end = 0;
		for (; extent < &extents[extent_count]; extent++) {
			hole.count = extent->block - end;
			if (hole.count)
				add_run(hole);
			add_blocks(extent);
			end = extent->block + extent->count;
		}
		end_run();
		if (look[1].file)
			say(" ; ");
	}
}
`,
  ),
};
