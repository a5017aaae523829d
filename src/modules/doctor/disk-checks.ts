import { randomUUID } from 'node:crypto';
import { constants, type StatsFs } from 'node:fs';
import { access, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Env } from '../../platform/config/env.js';
import { findErrno } from '../../platform/errors/storage-errors.js';
import { error, type Finding, ok, describeCause, warning } from './finding.js';

const PROBE_BYTES = 1024 * 1024;
const MIN_FREE_BYTES = 256 * 1024 * 1024;
const LOW_FREE_BYTES = 5 * 1024 ** 3;
const MIN_FREE_INODES = 1000;
const LOW_FREE_FRACTION = 0.05;

/** Types of volatile file systems. See statfs(2). */
const VOLATILE_FILE_SYSTEMS: Record<number, string> = {
  0x01021994: 'in memory (tmpfs)',
  0x794c7630: 'in a container layer (overlayfs)',
};

/** Folders in `DATA_DIR` that the app writes to. The app creates missing folders at startup. */
const WRITABLE_FOLDERS = ['', 'artifacts', 'tmp'];

/**
 * Checks the disk of `DATA_DIR`. Installations with S3 also need this disk, to store downloads until they
 * are compressed.
 */
export async function* checkDisk(env: Env): AsyncGenerator<Finding> {
  const root = resolve(env.DATA_DIR);
  const existingFolder = await findNearestFolder(root);
  if (existingFolder === root) {
    for (const folder of WRITABLE_FOLDERS) yield* checkWrite(join(root, folder));
  } else yield await checkParent(root, existingFolder);
  const stats = await statfs(existingFolder);
  yield describeSpace(existingFolder, stats);
  const inodes = describeInodes(existingFolder, stats);
  if (inodes) yield inodes;
  const kind = VOLATILE_FILE_SYSTEMS[stats.type];
  if (kind && env.STORAGE === 'disk') {
    yield warning(
      'disk.durability',
      `DATA_DIR is ${kind} and loses its content when the machine or container restarts.`,
      'Mount a volume at DATA_DIR.',
    );
  }
}

async function findNearestFolder(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  return stats || path === dirname(path) ? path : findNearestFolder(dirname(path));
}

async function checkParent(root: string, parent: string): Promise<Finding> {
  try {
    await access(parent, constants.W_OK);
    return ok('disk.writable', `${root} does not exist. The first start creates it.`);
  } catch (cause) {
    return error(
      'disk.writable',
      `${root} does not exist and cannot be created (${findErrno(cause)}).`,
      'Create the folder and make it writable for the user that runs the app.',
    );
  }
}

/** Writes a file as large as most images, because a nearly full disk may still accept a small file. */
async function* checkWrite(folder: string): AsyncGenerator<Finding> {
  const path = join(folder, `.doctor-${randomUUID()}`);
  try {
    await writeFile(path, Buffer.alloc(PROBE_BYTES), { flush: true });
    yield ok('disk.writable', `${folder} is writable.`);
  } catch (cause) {
    if (findErrno(cause) !== 'ENOENT') yield createNotWritableFinding(folder, cause);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

function createNotWritableFinding(folder: string, cause: unknown): Finding {
  const code = findErrno(cause) ?? describeCause(cause);
  const fixes: Record<string, string> = {
    ENOSPC: 'Free space, or enlarge the disk.',
    EDQUOT: 'Raise the quota of the user, or free space.',
    EROFS: 'Mount the file system with write access.',
    ENOTDIR: 'Remove the file at this path, or correct DATA_DIR.',
  };
  return error(
    'disk.writable',
    `Files cannot be stored in ${folder} (${code}).`,
    fixes[code] ?? 'Make the folder writable for the user that runs the app (chown).',
  );
}

const formatGigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

export function describeSpace(folder: string, { bavail, blocks, bsize }: StatsFs): Finding {
  const check = 'disk.space';
  const [free, total] = [bavail * bsize, blocks * bsize];
  const message = `${formatGigabytes(free)} of ${formatGigabytes(total)} are free on the disk of ${folder}.`;
  const fix = 'Enlarge the disk, free space, or set RETENTION_DAYS.';
  if (free < MIN_FREE_BYTES) return error(check, message, fix);
  return free < LOW_FREE_BYTES && free < LOW_FREE_FRACTION * total
    ? warning(check, message, fix)
    : ok(check, message);
}

/** Returns undefined for file systems without an inode limit. */
export function describeInodes(folder: string, { ffree, files }: StatsFs): Finding | undefined {
  if (files === 0) return undefined;
  const check = 'disk.inodes';
  const message = `${ffree} of ${files} inodes are free on the disk of ${folder}.`;
  const fix =
    'Each image needs an inode. Recreate the file system with more inodes (mkfs.ext4 -N).';
  if (ffree < MIN_FREE_INODES) return error(check, message, fix);
  return ffree < LOW_FREE_FRACTION * files ? warning(check, message, fix) : ok(check, message);
}
