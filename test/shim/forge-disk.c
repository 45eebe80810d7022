/*
 * A kernel that lies about the disk: what forge.c does to other answers than that
 * of FIDEDUPERANGE, as the variable FORGE says.
 *
 *   fiemap       FIEMAP says that the first extent lies a block further on
 *   shared       FIEMAP says the opposite about sharing of the first extent
 *   st-blocks    statx counts 8 more
 *   seek         lseek finds data everywhere
 *   holes        the file system says that holes have items
 *   references   LOGICAL_INO leaves out the last reference
 *   count        the extent tree counts a reference too many
 *   freed        the extent tree has an item for every extent that was freed
 *   version      the items of inodes say one version for ever
 *   flip         statx tells no times, so that a byte that forge.c changed is found by itself
 */

#define _GNU_SOURCE
#include "forge-disk.h"
#include <dlfcn.h>
#include <errno.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void forge_fiemap(struct fiemap *map, const char *forgery)
{
	struct fiemap_extent *first = map->fm_extents;
	if (map->fm_mapped_extents == 0) return;
	if (!strcmp(forgery, "fiemap")) first->fe_physical += 4096;
	if (!strcmp(forgery, "shared")) first->fe_flags ^= FIEMAP_EXTENT_SHARED;
}

/* In the extent tree, the item of an extent is its count and flags, behind a header. */
static void forge_extent(struct btrfs_ioctl_search_args_v2 *search, const char *forgery)
{
	struct btrfs_ioctl_search_header *header = (void *)search->buf;
	struct btrfs_extent_item *item = (void *)(header + 1);
	if (search->key.tree_id != BTRFS_EXTENT_TREE_OBJECTID) return;
	if (search->key.nr_items > 0 && !strcmp(forgery, "count")) item->refs++;
	if (search->key.nr_items > 0 || strcmp(forgery, "freed")) return;
	search->key.nr_items = 1;
	header->objectid = search->key.min_objectid;
	header->offset = 4096;
	header->type = BTRFS_EXTENT_ITEM_KEY;
	header->len = sizeof *item;
	item->refs = 1;
	item->flags = BTRFS_EXTENT_FLAG_DATA;
}

static void forge_inode(struct btrfs_ioctl_search_args_v2 *search, const char *forgery)
{
	struct btrfs_ioctl_search_header *header = (void *)search->buf;
	struct btrfs_inode_item *item = (void *)(header + 1);
	int is_inode = search->key.nr_items > 0 && header->type == BTRFS_INODE_ITEM_KEY;
	if (is_inode && !strcmp(forgery, "version")) item->sequence = 1;
}

static void forge_references(struct btrfs_ioctl_logical_ino_args *argument, const char *forgery)
{
	struct btrfs_data_container *list = (void *)(uintptr_t)argument->inodes;
	if (!strcmp(forgery, "references") && list->elem_cnt >= 3) list->elem_cnt -= 3;
}

static void forge_features(struct btrfs_ioctl_feature_flags *flags, const char *forgery)
{
	if (!strcmp(forgery, "holes")) flags->incompat_flags &= ~BTRFS_FEATURE_INCOMPAT_NO_HOLES;
}

void forge_disk(unsigned long request, void *argument, const char *forgery)
{
	if (request == FS_IOC_FIEMAP) forge_fiemap(argument, forgery);
	if (request == BTRFS_IOC_TREE_SEARCH_V2) forge_extent(argument, forgery);
	if (request == BTRFS_IOC_TREE_SEARCH_V2) forge_inode(argument, forgery);
	if (request == BTRFS_IOC_LOGICAL_INO_V2) forge_references(argument, forgery);
	if (request == BTRFS_IOC_GET_FEATURES) forge_features(argument, forgery);
}

static int is_forged(const char *what)
{
	const char *forgery = getenv("FORGE");
	return forgery && !strcmp(forgery, what);
}

int statx(int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict to)
{
	int (*next)(int, const char *, int, unsigned, struct statx *) = dlsym(RTLD_NEXT, "statx");
	int result = next(folder, path, flags, mask, to);
	const struct statx_timestamp never = { 0 };
	if (result == 0 && is_forged("st-blocks")) to->stx_blocks += 8;
	if (result == 0 && is_forged("flip")) to->stx_atime = to->stx_mtime = to->stx_ctime = never;
	return result;
}

off_t lseek(int fd, off_t offset, int whence)
{
	off_t (*next)(int, off_t, int) = dlsym(RTLD_NEXT, "lseek");
	struct stat status;
	if ((whence != SEEK_DATA && whence != SEEK_HOLE) || !is_forged("seek")) return next(fd, offset, whence);
	if (fstat(fd, &status) < 0) return -1;
	if (offset < status.st_size) return whence == SEEK_DATA ? offset : status.st_size;
	errno = ENXIO;
	return -1;
}
