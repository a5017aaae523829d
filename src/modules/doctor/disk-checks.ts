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
const LOW_SHARE = 0.05;

/** Types of volatile file systems; see statfs(2). */
const VOLATILE: Record<number, string> = {
  0x01021994: 'in memory (tmpfs)',
  0x794c7630: 'in a container layer (overlayfs)',
};

/** Folders of `DATA_DIR` that the app writes to. Missing folders are created at startup. */
const FOLDERS = ['', 'artifacts', 'tmp'];

/**
 * Checks the disk of `DATA_DIR`, which S3 installations also use for downloads until they are
 * compressed.
 */
export async function* checkDisk(env: Env): AsyncGenerator<Finding> {
  const root = resolve(env.DATA_DIR);
  const existing = await findNearestFolder(root);
  if (existing === root) {
    for (const folder of FOLDERS) yield* checkWrite(join(root, folder));
  } else yield await checkParent(root, existing);
  const state = await statfs(existing);
  yield describeSpace(existing, state);
  const inodes = describeInodes(existing, state);
  if (inodes) yield inodes;
  const kind = VOLATILE[state.type];
  if (kind && env.STORAGE === 'disk') {
    yield warning(
      'disk.durability',
      `DATA_DIR is ${kind} and loses its content when the machine or container restarts.`,
      'Mount a volume at DATA_DIR.',
    );
  }
}

async function findNearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found || path === dirname(path) ? path : findNearestFolder(dirname(path));
}

async function checkParent(root: string, parent: string): Promise<Finding> {
  try {
    await access(parent, constants.W_OK);
    return ok('disk.writable', `${root} does not exist; the first start creates it.`);
  } catch (thrown) {
    return error(
      'disk.writable',
      `${root} does not exist and cannot be created (${findErrno(thrown)}).`,
      `Create the folder and make it writable for the user that runs the app.`,
    );
  }
}

/** Writes a file as large as most images. A full disk may still accept a small one. */
async function* checkWrite(folder: string): AsyncGenerator<Finding> {
  const path = join(folder, `.doctor-${randomUUID()}`);
  try {
    await writeFile(path, Buffer.alloc(PROBE_BYTES), { flush: true });
    yield ok('disk.writable', `${folder} is writable.`);
  } catch (thrown) {
    if (findErrno(thrown) !== 'ENOENT') yield notWritable(folder, thrown);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

function notWritable(folder: string, thrown: unknown): Finding {
  const code = findErrno(thrown) ?? describeCause(thrown);
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

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

export function describeSpace(folder: string, { bavail, blocks, bsize }: StatsFs): Finding {
  const check = 'disk.space';
  const [free, total] = [bavail * bsize, blocks * bsize];
  const message = `${gigabytes(free)} of ${gigabytes(total)} are free on the disk that holds ${folder}.`;
  const fix = 'Enlarge the disk, free space, or set RETENTION_DAYS.';
  if (free < MIN_FREE_BYTES) return error(check, message, fix);
  return free < LOW_FREE_BYTES && free < LOW_SHARE * total
    ? warning(check, message, fix)
    : ok(check, message);
}

/** Returns undefined for file systems without a limit of inodes. */
export function describeInodes(folder: string, { ffree, files }: StatsFs): Finding | undefined {
  if (files === 0) return undefined;
  const check = 'disk.inodes';
  const message = `${ffree} of ${files} inodes are free on the disk that holds ${folder}.`;
  const fix = 'Each image is a file. Create the file system with more inodes (mkfs.ext4 -N).';
  if (ffree < MIN_FREE_INODES) return error(check, message, fix);
  return ffree < LOW_SHARE * files ? warning(check, message, fix) : ok(check, message);
}
