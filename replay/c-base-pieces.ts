/** What every exported C file has: a folder of its own, a call, and what it answered. */

import { piece, type Pieces } from "./c-piece.ts";

export const basePieces: Pieces = {
  say: piece(
    ["stdarg.h", "stdio.h"],
    [],
    String.raw`
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
`,
  ),
  answer: piece(
    ["errno.h"],
    ["say"],
    String.raw`
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
`,
  ),
  made: piece(
    [],
    [],
    String.raw`
static char made[] = "repro-XXXXXX";	/* the folder of this run */
`,
  ),
  check: piece(
    ["stdio.h", "stdlib.h", "string.h"],
    ["say", "made"],
    String.raw`
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
`,
  ),
  "check any": piece(
    ["stdio.h", "stdlib.h", "string.h"],
    ["say", "made"],
    String.raw`
#define OR "\n"

static const char *line_behind(const char *line)
{
	line += strcspn(line, OR);
	return *line ? line + 1 : line;
}

/*
 * The first answer that is not one of those expected is the end. The
 * calls go on from the one that stands first.
 */
static void check(const char *expected)
{
	const char *line = expected;
	size_t length = strlen(got);

	puts(got);
	told = 0;
	while (*line && (strcspn(line, OR) != length ||
			 strncmp(line, got, length)))
		line = line_behind(line);
	if (line == expected)
		return;
	if (*line) {
		puts("  # allowed; what follows needs another answer");
		exit(3);
	}
	for (line = expected; *line; line = line_behind(line))
		printf("  # expected: %.*s\n",
		       (int)strcspn(line, OR), line);
	printf("  # its files are in %s\n", made);
	exit(1);
}
`,
  ),
  call: piece(
    ["stdio.h"],
    [],
    String.raw`
#define CALL(text, call, expected) do {			\
	printf("  %-43s   -> ", text);			\
	fflush(stdout);					\
	call;						\
	check(expected);				\
} while (0)
`,
  ),
  as: piece(
    ["err.h", "grp.h", "linux/capability.h", "sys/stat.h", "sys/syscall.h", "unistd.h"],
    ["say", "call"],
    String.raw`
static uid_t user;		/* whose calls the next ones are */
static unsigned int capabilities;	/* of root's, that it has */

static void as(uid_t id, unsigned int mask)
{
	user = id;
	capabilities = mask;
	say("0");
}

/* Root's way to the user; back again root has all that it had. */
static void become(uid_t id)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (user == 0)
		return;
	if (id == 0 && (seteuid(0) || setegid(0)))
		err(3, "root");
	if (id == 0)
		return;
	if (setgroups(0, NULL) || setegid(id) || seteuid(id) ||
	    syscall(SYS_capget, &header, data))
		err(3, "user %d", id);
	data[0].effective = capabilities;
	data[1].effective = 0;
	if (syscall(SYS_capset, &header, data))
		err(3, "user %d", id);
}

/* A call of the user; what stands in a CALL alone is root's. */
#define BY_USER(call) (become(user), call, become(0))
`,
  ),
  limit: piece(
    ["err.h", "signal.h", "string.h", "sys/resource.h"],
    ["say", "call"],
    String.raw`
static rlim_t limit = RLIM_INFINITY;	/* of the calls UNDER_LIMIT */
static volatile sig_atomic_t raised;

static void on_signal(int number)
{
	(void)number;
	raised = 1;
}

static void set_limit(rlim_t bytes)
{
	limit = bytes;
	signal(SIGXFSZ, on_signal);
	say("0");
}

static void limit_files(rlim_t bytes)
{
	struct rlimit own;

	if (getrlimit(RLIMIT_FSIZE, &own))
		err(3, "getrlimit");
	own.rlim_cur = bytes;
	if (setrlimit(RLIMIT_FSIZE, &own))
		err(3, "setrlimit");
}

/* A signal is told before what the call answered. */
static void end_limit(void)
{
	static const char text[] = "SIGXFSZ; ";
	size_t length = strlen(text);

	limit_files(RLIM_INFINITY);
	if (!raised)
		return;
	raised = 0;
	memmove(got + length, got, told + 1);
	memcpy(got, text, length);
	told += length;
}

#define UNDER_LIMIT(call) (limit_files(limit), call, end_limit())
`,
  ),
  begin: piece(
    ["err.h", "stdio.h", "stdlib.h", "sys/vfs.h", "unistd.h"],
    ["made"],
    String.raw`
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
`,
  ),
  mounts: piece(
    ["err.h", "linux/fs.h", "sched.h", "stdio.h", "sys/stat.h", "sys/syscall.h", "unistd.h"],
    [],
    String.raw`
static long mount_at(const char *from, const char *path,
		     const char *type, long flags)
{
	return syscall(SYS_mount, from, path, type, flags, NULL);
}

/* A mount for this program alone; without a type, of its folder. */
static void mount_on(const char *path, const char *type, long flags)
{
	static int own;

	if (!own++ && (unshare(CLONE_NEWNS) ||
		       mount_at(NULL, "/", NULL, MS_REC | MS_PRIVATE)))
		err(3, "mounts of its own, which need root");
	if (mkdir(path, 0700) ||
	    mount_at(".", path, type, type ? 0 : MS_BIND) ||
	    (flags && mount_at(NULL, path, NULL,
			       MS_BIND | MS_REMOUNT | flags)))
		err(3, "%s", path);
}

static void unmount(const char *path)
{
	syscall(SYS_umount2, path, 2 /* MNT_DETACH */);
	remove(path);
}
`,
  ),
};
