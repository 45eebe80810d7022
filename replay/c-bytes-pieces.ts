/** Helpers in C that put patterns into files: by a write, around the page cache, or through a mapping. */

import { piece, type Piece, type Pieces } from "./c-piece.ts";

/** How the bytes come into the file; with `_but_one` the high bit of one byte is flipped. */
const ways = {
  write: { fill: "fd", put: "answer(pwrite(fd, bytes, length, offset))" },
  direct: { fill: "fd", put: "put_direct(fd, offset, length)" },
  store: { fill: "-1", put: "put_mapped(fd, offset, length)" },
} as const;

type Way = keyof typeof ways;

export const bytesPieces: Pieces = {
  bytes: piece(
    [],
    ["say"],
    String.raw`
/* What is written, or was read. */
static unsigned char bytes[16 << 20] __attribute__((aligned(65536)));
`,
  ),
  pattern: piece(
    [],
    ["say"],
    String.raw`
/* Patterns depend on the place within the block: 0 to 126. */
static int mixed(u64 position)
{
	unsigned int at = position % BLOCK;

	return (at * 31 + (at >> 5) * 7 + (at >> 9) * 3) % 127;
}
`,
  ),
  fill: piece(
    ["fcntl.h", "unistd.h"],
    ["bytes", "pattern"],
    String.raw`
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
`,
  ),
  "put direct": piece(
    ["errno.h", "fcntl.h", "unistd.h"],
    ["fill", "answer"],
    String.raw`
/* With O_DIRECT, for as long as the write takes. */
static void put_direct(int fd, u64 offset, u64 length)
{
	int flags = fcntl(fd, F_GETFL);
	int direct = fcntl(fd, F_SETFL, flags | O_DIRECT) == 0;
	ssize_t result = pwrite(fd, bytes, direct ? length : 0, offset);

	if (!direct && result == 0) {
		errno = EINVAL;
		result = -1;
	}
	answer(result);
	if (direct)
		fcntl(fd, F_SETFL, flags);
}
`,
  ),
  "put mapped": piece(
    ["err.h", "sys/mman.h", "unistd.h"],
    ["fill", "answer"],
    String.raw`
/* Through a shared mapping, by the kernel: it raises no SIGBUS. */
static void put_mapped(int fd, u64 offset, u64 length)
{
	u64 skip = offset % sysconf(_SC_PAGESIZE), done = 0;
	u64 mapped = length ? skip + length : 0;
	char *memory = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, offset - skip);
	int staged = memfd_create("bytes", 0);
	ssize_t count = 1;

	if (memory == MAP_FAILED) {
		answer(-1);
		close(staged);
		return;
	}
	if (pwrite(staged, bytes, length, 0) != (ssize_t)length)
		err(3, "memfd");
	while (done < length && count > 0) {
		count = pread(staged, memory + skip + done,
			      length - done, done);
		if (count > 0)
			done += count;
	}
	answer(done > 0 ? (long)done : -1);
	munmap(memory, mapped);
	close(staged);
}
`,
  ),
  write: whole("write"),
  "write but one": butOne("write"),
  direct: whole("direct"),
  "direct but one": butOne("direct"),
  store: whole("store"),
  "store but one": butOne("store"),
  scatter: piece(
    ["unistd.h"],
    ["fill", "answer"],
    String.raw`
/* Every second block, each by a write of its own. */
static void scatter(int fd, u64 offset, u64 blocks, int pattern)
{
	ssize_t result = 0, done = 0;
	u64 i;

	fill(fd, offset, BLOCK, pattern);
	for (i = 0; i < blocks && result != -1; i++) {
		result = pwrite(fd, bytes, BLOCK, offset);
		offset += 2 * BLOCK;
		if (result > 0)
			done += result;
	}
	if (result == -1 && done > 0)
		say("result %zd ", done);
	answer(result == -1 ? -1 : done);
}
`,
  ),
};

function whole(way: Way): Piece {
  const { fill, put } = ways[way];
  return piece(
    ["unistd.h"],
    needsOf(way),
    String.raw`
static void ${way}_pattern(int fd, u64 offset, u64 length, int pattern)
{
	fill(${fill}, offset, length, pattern);
	${put};
}
`,
  );
}

function butOne(way: Way): Piece {
  const { fill, put } = ways[way];
  return piece(
    ["unistd.h"],
    needsOf(way),
    String.raw`
/* The same, with the high bit of one of the bytes flipped. */
static void ${way}_but_one(int fd, u64 offset, u64 length, int pattern,
			  u64 flipped)
{
	fill(${fill}, offset, length, pattern);
	bytes[flipped] ^= 0x80;
	${put};
}
`,
  );
}

function needsOf(way: Way): readonly string[] {
  const own = { write: [], direct: ["put direct"], store: ["put mapped"] };
  return ["fill", "answer", ...own[way]];
}
