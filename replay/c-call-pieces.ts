/** Helpers in C of calls other than FIDEDUPERANGE. */

import { piece, type Pieces } from "./c-piece.ts";

export const callPieces: Pieces = {
  unistd: piece(["unistd.h"], ["answer"]),
  stat: piece(["sys/stat.h"], ["answer"]),
  falloc: piece(["fcntl.h", "linux/falloc.h"], ["answer"]),
  syncfs: piece(
    ["err.h", "fcntl.h", "unistd.h"],
    ["answer"],
    String.raw`
static void sync_here(void)
{
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	if (fd == -1)
		err(3, "the folder");
	answer(syncfs(fd));
	close(fd);
}
`,
  ),
  open: piece(
    ["fcntl.h", "unistd.h"],
    ["answer"],
    String.raw`
static void open_file(int *fd, const char *path, int flags)
{
	if (*fd != -1)
		close(*fd);
	*fd = open(path, flags | O_NONBLOCK | O_NOFOLLOW, 0600);
	answer(*fd == -1 ? -1 : 0);
}
`,
  ),
  close: piece(
    ["unistd.h"],
    ["answer"],
    String.raw`
static void close_file(int *fd)
{
	answer(close(*fd));
	*fd = -1;
}
`,
  ),
  subvolume: piece(
    ["fcntl.h", "linux/btrfs.h", "string.h", "sys/ioctl.h", "unistd.h"],
    ["answer"],
    String.raw`
/* An ioctl of btrfs on the folder that a path lies in. */
static void subvolume(unsigned long request, const char *path,
		      int source, u64 flags)
{
	struct btrfs_ioctl_vol_args_v2 arg = { .fd = source };
	const char *slash = strrchr(path, '/');
	char parent[256] = ".";
	int fd;

	arg.flags = flags;
	if (slash) {
		memset(parent, 0, sizeof(parent));
		memcpy(parent, path, slash - path);
	}
	strcpy(arg.name, slash ? slash + 1 : path);
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	answer(fd == -1 ? -1 : ioctl(fd, request, &arg));
	if (fd != -1)
		close(fd);
}
`,
  ),
  snapshot: piece(
    [],
    ["subvolume"],
    String.raw`
static void snapshot(const char *path, const char *to, u64 flags)
{
	int source = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);

	if (source == -1) {
		answer(-1);
		return;
	}
	subvolume(BTRFS_IOC_SNAP_CREATE_V2, to, source, flags);
	close(source);
}
`,
  ),
  flags: piece(
    ["linux/fs.h", "sys/ioctl.h"],
    ["answer"],
    String.raw`
/* What chattr does. */
static int change_flags(int fd, int set, int clear)
{
	int flags;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return -1;
	flags = (flags | set) & ~clear;
	return ioctl(fd, FS_IOC_SETFLAGS, &flags);
}
`,
  ),
  unlock: piece(
    ["fcntl.h", "unistd.h"],
    ["flags"],
    String.raw`
static void remove_locked(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);

	change_flags(fd, 0, FS_IMMUTABLE_FL | FS_APPEND_FL);
	close(fd);
	remove(path);
}
`,
  ),
  "is file": piece(
    ["errno.h", "sys/stat.h"],
    ["answer"],
    String.raw`
/* Rights change on regular files alone. */
static int is_file(int fd)
{
	struct stat about;

	if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
		return 1;
	errno = EBADF;
	return 0;
}
`,
  ),
  mode: piece(
    [],
    ["is file"],
    String.raw`
static void say_mode(int fd)
{
	struct stat about;

	if (!is_file(fd))
		answer(-1);
	else if (fstat(fd, &about) == 0)
		say("%03o", about.st_mode & 07777);
}
`,
  ),
  clone: piece(
    ["linux/fs.h", "string.h", "sys/ioctl.h"],
    ["answer"],
    String.raw`
/* FICLONERANGE; a length of 0 is up to the end of the source. */
static void clone_range(int fd, u64 offset, u64 length, int to, u64 at)
{
	struct file_clone_range sent = { fd, offset, length, at };
	struct file_clone_range arg = sent;

	answer(ioctl(to, FICLONERANGE, &arg));
	if (memcmp(&sent, &arg, sizeof(sent)))
		say(" touched argument");
}
`,
  ),
};
