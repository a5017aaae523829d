import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Env } from '../config/env.js';
import { DiskArtifactStore } from './disk-artifact-store.js';
import { toStorageError } from '../errors/storage-errors.js';

const KEY = 'abcd'.repeat(16);
let folder: string;
let store: DiskArtifactStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-store-'));
  store = new DiskArtifactStore(Object.assign(new Env(), { DATA_DIR: folder }));
  await store.onModuleInit();
});
afterEach(() => rm(folder, { recursive: true }));

async function writeTemporaryFile(content: string): Promise<string> {
  const path = store.createTemporaryPath();
  await writeFile(path, content);
  return path;
}

describe('DiskArtifactStore', () => {
  it('DiskArtifactStore moves a temporary file to the path derived from its key', async () => {
    await store.put(await writeTemporaryFile('content'), KEY, 'jpeg');
    const path = store.getPath(KEY, 'jpeg');
    expect(path).toBe(join(folder, 'artifacts', 'ab', `${KEY}.jpg`));
    expect(await readFile(path, 'utf8')).toBe('content');
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    expect(await store.find(KEY, 'jpeg')).toEqual({ key: KEY, format: 'jpeg', bytes: 7, path });
  });

  it('DiskArtifactStore returns undefined from find() and false from has() for a missing artifact', async () => {
    expect(await store.find(KEY, 'jpeg')).toBeUndefined();
    expect(await store.has(KEY, 'jpeg')).toBe(false);
    await store.put(await writeTemporaryFile('content'), KEY, 'jpeg');
    expect(await store.has(KEY, 'jpeg')).toBe(true);
    expect(await store.has(KEY, 'png')).toBe(false);
  });

  it('DiskArtifactStore accepts the same key from simultaneous writers', async () => {
    const files = await Promise.all(Array.from({ length: 20 }, () => writeTemporaryFile('same')));
    await Promise.all(files.map((file) => store.put(file, KEY, 'webp')));
    expect(await readdir(join(folder, 'artifacts', 'ab'))).toEqual([`${KEY}.webp`]);
    expect((await store.find(KEY, 'webp'))?.bytes).toBe(4);
  });

  it('DiskArtifactStore computes the SHA-256 of a file, and returns undefined for a missing file', async () => {
    expect(await store.computeSha256(KEY, 'jpeg')).toBeUndefined();
    await store.put(await writeTemporaryFile('content'), KEY, 'jpeg');
    const expected = createHash('sha256').update('content').digest('hex');
    expect(await store.computeSha256(KEY, 'jpeg')).toBe(expected);
  });

  it('DiskArtifactStore reports that another database has claimed the folder, and leaves the claim unchanged', async () => {
    expect(await store.isClaimedByAnotherDatabase('second')).toBe(false);
    expect(await store.claimForDatabase('first')).toBe(true);
    expect(await store.isClaimedByAnotherDatabase('first')).toBe(false);
    expect(await store.isClaimedByAnotherDatabase('second')).toBe(true);
  });

  it('DiskArtifactStore reports whether the artifact folder exists', async () => {
    expect(await store.exists()).toBe(true);
    await rm(join(folder, 'artifacts'), { recursive: true });
    expect(await store.exists()).toBe(false);
  });

  it.each(['../../etc/passwd', '', 'ABCD'.repeat(16), `${KEY}/`, `../${KEY}`])(
    'DiskArtifactStore rejects the key %j',
    async (key) => {
      await expect(store.find(key, 'jpeg')).rejects.toThrow(TypeError);
      await expect(store.put(await writeTemporaryFile('x'), key, 'jpeg')).rejects.toThrow(
        TypeError,
      );
      expect(await readdir(join(folder, 'artifacts'))).toEqual([]);
    },
  );

  it('DiskArtifactStore discards temporary files and ignores missing ones', async () => {
    const path = await writeTemporaryFile('x');
    await store.discard(path, store.createTemporaryPath());
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('DiskArtifactStore deletes old temporary files at startup, and keeps recent ones', async () => {
    const oldFile = await writeTemporaryFile('old');
    const recentFile = await writeTemporaryFile('fresh');
    const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(oldFile, twoHoursAgo, twoHoursAgo);
    await store.onModuleInit();
    expect((await readdir(join(folder, 'tmp'))).map((name) => join(folder, 'tmp', name))).toEqual([
      recentFile,
    ]);
  });

  it('DiskArtifactStore throws an uncounted error when a file operation fails', async () => {
    await rm(join(folder, 'artifacts'), { recursive: true });
    await writeFile(join(folder, 'artifacts'), 'a file where the folder should be');
    await expect(store.put(await writeTemporaryFile('x'), KEY, 'jpeg')).rejects.toMatchObject({
      code: 'storage_unavailable',
      retry: 'uncounted',
    });
    await rm(join(folder, 'artifacts'));
    await mkdir(join(folder, 'artifacts'));
    await expect(store.put(await writeTemporaryFile('x'), KEY, 'jpeg')).resolves.toBeUndefined();
  });
});

const systemError = (code: string) => Object.assign(new Error(code), { code, errno: -1 });

describe('toStorageError()', () => {
  it.each([
    ['ENOSPC', 'storage_full'],
    ['EDQUOT', 'storage_full'],
    ['EIO', 'storage_unavailable'],
    ['EROFS', 'storage_unavailable'],
    ['EACCES', 'storage_unavailable'],
  ])('toStorageError() maps %s to %s with an uncounted retry', (errno, code) => {
    expect(toStorageError(systemError(errno))).toMatchObject({ code, retry: 'uncounted' });
  });

  it('toStorageError() returns other errors unchanged', () => {
    const error = new TypeError('a programming error');
    expect(toStorageError(error)).toBe(error);
  });
});
