/**
 * What an XFS says of itself.
 *
 * Source: struct xfs_fsop_geom_v1 and XFS_FSOP_GEOM_FLAGS_REFLINK,
 * fs/xfs/libxfs/xfs_fs.h (Linux 6.18).
 */

import type { Libc } from "./libc.ts";

/** _IOR('X', 100, struct xfs_fsop_geom_v1), which is 112 bytes. */
const XFS_IOC_FSGEOMETRY_V1 = 0x8070_5864;
const geometryBytes = 112;
const flagsAt = 92;
const XFS_FSOP_GEOM_FLAGS_REFLINK = 1 << 20;

/** Whether files of the XFS on which a descriptor lies can share blocks; undefined where it does not say. */
export function xfsReflinks(libc: Libc, fd: number): boolean | undefined {
  const geometry = Buffer.alloc(geometryBytes);
  if (libc.ioctl(fd, XFS_IOC_FSGEOMETRY_V1, geometry) !== 0) return undefined;
  return (geometry.readUInt32LE(flagsAt) & XFS_FSOP_GEOM_FLAGS_REFLINK) !== 0;
}
