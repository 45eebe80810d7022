/** Helpers in C that look into files, and tell what is there in runs of one pattern. */

import { piece, type Pieces } from "./c-piece.ts";

export const lookPieces: Pieces = {
  runs: piece(
    [],
    ["bytes", "pattern"],
    String.raw`
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
`,
  ),
  read: piece(
    ["unistd.h"],
    ["runs", "answer"],
    String.raw`
static void read_file(int fd, u64 offset, u64 length)
{
	ssize_t count = pread(fd, bytes, length, offset);

	answer(count);
	if (count > 0) {
		say(": ");
		say_runs(count, offset);
	}
}
`,
  ),
  reopen: piece(
    ["err.h", "fcntl.h", "stdio.h", "sys/stat.h"],
    [],
    String.raw`
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
`,
  ),
  inspect: piece(
    ["errno.h", "unistd.h"],
    ["runs", "reopen", "answer"],
    String.raw`
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
`,
  ),
};
