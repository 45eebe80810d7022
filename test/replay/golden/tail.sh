#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR MIT
#
# The last, partial block of a file may be shared only where the target
# ends with it too: else the target gets the source's zeros behind it.
#
# Expected is what linux-6.18/btrfs allows; MUT-01/btrfs answered the
# last call in another way. Byte N stands for pattern N, and 0 for
# zeros.
#
# Usage: sh repro.sh FOLDER. Its files are in a new folder inside
# FOLDER. Exits with 0 when all is as expected, 1 at the first answer
# that is not, 2 for wrong arguments, 3 when it cannot tell.

export LC_ALL=C
if [ $# -ne 1 ]; then
	echo "usage: sh $0 FOLDER" >&2
	exit 2
fi
if ! command -v xfs_io > /dev/null; then
	echo "xfs_io is not found: install xfsprogs" >&2
	exit 3
fi
cd -- "$1" && made=$(mktemp -d repro-XXXXXX) && cd "$made" || exit 3
if [ "$(stat -f -c %S .)" != 4096 ]; then
	echo "$1: needs blocks of 4096" >&2
	exit 3
fi

# Runs a command; the first that does not print what is expected is the end.
try() {
	expected=$1
	shift
	printf "%s\n" "$*"
	got=$("$@" 2>&1 | sed "/ ops; /d")
	printf "  %s\n" "$got"
	[ "$got" = "$expected" ] && return
	printf "  expected: %s\n" "$expected"
	exit 1
}

# Size of a file, and its bytes from an offset on: so many of each.
look() {
	printf "size %s" "$(stat -c %s "$1")"
	tail -c "+$(($2 + 1))" "$1" | head -c "$3" | od -Ad -tu1 -w1 |
		awk '$1 == "*" { next }
			NR > 1 { printf ", %d x %s", $1 - start, byte }
			{ start = $1; byte = $2 }'
}

# the source: one block, and 100 bytes
try '' xfs_io -f -c quit a
try 'wrote 4196/4196 bytes at offset 0' xfs_io -c 'pwrite -S 1 -b 4196 0 4196' a
# the target: two blocks, equal as far as the source goes
try '' xfs_io -f -c quit b
try 'wrote 8192/8192 bytes at offset 0' xfs_io -c 'pwrite -S 1 -b 8192 0 8192' b
try 'deduped 4196/4196 bytes at offset 0' xfs_io -c 'dedupe a 0 0 4196' b
try 'size 8192, 8192 x 1' look b 0 8192

cd .. && rm -rf "$made"
