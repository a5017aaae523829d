import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { ImageFormat } from '../../src/platform/compression/inspect/image-format.js';
import type { ArtifactStore } from '../../src/platform/storage/artifact-store.js';

const newKey = () => randomBytes(32).toString('hex');
/** Exceeds the size of one part of a multipart upload. */
const LARGE_BYTES = 9 * 1024 * 1024;

/** Defines the tests of every storage. Call it in a `describe` that opens the store before each test. */
export function itStoresArtifacts(storeOf: () => ArtifactStore): void {
  const put = async (key: string, content: Buffer | string, format: ImageFormat = 'jpeg') => {
    const path = storeOf().createTemporaryPath();
    await writeFile(path, content);
    await storeOf().put(path, key, format);
    return path;
  };
  const contentOf = async (key: string, range?: { start: number; end: number }) => {
    const found = await storeOf().read(key, 'jpeg', range);
    return found && { bytes: found.bytes, text: (await buffer(found.content)).toString() };
  };
  const listed = async () => {
    const all = [];
    for await (const artifacts of storeOf().list()) all.push(...artifacts);
    return all;
  };

  it('put() moves the temporary file and find() returns its size', async () => {
    const key = newKey();
    const path = await put(key, 'content');
    expect(await storeOf().find(key, 'jpeg')).toMatchObject({ key, format: 'jpeg', bytes: 7 });
    expect(await storeOf().has(key, 'png')).toBe(false);
    // discard() accepts a file that is already moved.
    await storeOf().discard(path);
  });

  it('find(), read(), findStorageTime() and computeSha256() return undefined for a missing file', async () => {
    const key = newKey();
    const store = storeOf();
    expect(await store.find(key, 'jpeg')).toBeUndefined();
    expect(await store.read(key, 'jpeg')).toBeUndefined();
    expect(await store.findStorageTime(key, 'jpeg')).toBeUndefined();
    expect(await store.computeSha256(key, 'jpeg')).toBeUndefined();
  });

  it('read() returns the content or a range of it, with the total size', async () => {
    const key = newKey();
    await put(key, '0123456789');
    expect(await contentOf(key)).toEqual({ bytes: 10, text: '0123456789' });
    expect(await contentOf(key, { start: 2, end: 4 })).toEqual({ bytes: 10, text: '234' });
    expect(await contentOf(key, { start: 9, end: 9 })).toEqual({ bytes: 10, text: '9' });
  });

  it('A file larger than one upload part is read back unchanged', async () => {
    const key = newKey();
    const content = randomBytes(LARGE_BYTES);
    await put(key, content);
    const found = await storeOf().read(key, 'jpeg');
    expect(found?.bytes).toBe(LARGE_BYTES);
    expect((await buffer(found!.content)).equals(content)).toBe(true);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await storeOf().computeSha256(key, 'jpeg')).toBe(sha256);
  });

  it('read() can be aborted before the end of a file', async () => {
    const key = newKey();
    await put(key, randomBytes(LARGE_BYTES));
    const found = await storeOf().read(key, 'jpeg');
    for await (const chunk of found!.content) {
      expect(chunk).toBeInstanceOf(Buffer);
      break;
    }
    expect(found!.content.destroyed).toBe(true);
  });

  it('put() accepts the same key from twenty simultaneous callers', async () => {
    const key = newKey();
    await Promise.all(Array.from({ length: 20 }, () => put(key, 'same')));
    expect(await contentOf(key)).toEqual({ bytes: 4, text: 'same' });
  });

  it('remove() removes a file and accepts a missing one', async () => {
    const key = newKey();
    await put(key, 'content');
    await storeOf().remove(key, 'jpeg');
    await storeOf().remove(key, 'jpeg');
    expect(await storeOf().has(key, 'jpeg')).toBe(false);
  });

  it('removeAll() removes several files and accepts missing ones', async () => {
    const keys = Array.from({ length: 5 }, newKey);
    const [kept, ...removed] = keys;
    await Promise.all(keys.map((key) => put(key, 'content')));
    const artifacts = [...removed, newKey()].map((key) => ({ key, format: 'jpeg' as const }));
    await storeOf().removeAll(artifacts);
    await storeOf().removeAll(artifacts);
    expect(await listed()).toEqual([{ key: kept, format: 'jpeg' }]);
  });

  it('list() yields every file exactly once', async () => {
    const keys = Array.from({ length: 30 }, newKey);
    await Promise.all(keys.map((key) => put(key, 'content', 'webp')));
    await storeOf().claimForDatabase('a database');
    const found = await listed();
    expect(found.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(found.every(({ format }) => format === 'webp')).toBe(true);
  });

  it('findStorageTime() returns the time of put()', async () => {
    const key = newKey();
    await put(key, 'content');
    const storedAt = await storeOf().findStorageTime(key, 'jpeg');
    expect(Math.abs(storedAt!.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('claimForDatabase() returns true only for the first database', async () => {
    const store = storeOf();
    expect(await store.isClaimedByAnotherDatabase('second')).toBe(false);
    expect(await store.claimForDatabase('first')).toBe(true);
    expect(await store.claimForDatabase('second')).toBe(false);
    expect(await store.isClaimedByAnotherDatabase('first')).toBe(false);
    expect(await store.isClaimedByAnotherDatabase('second')).toBe(true);
  });

  it('probe(), checkAccess() and exists() resolve and leave no file behind', async () => {
    await storeOf().probe();
    await storeOf().checkAccess();
    expect(await storeOf().exists()).toBe(true);
    expect(await listed()).toEqual([]);
  });

  it.each(['../../etc/passwd', '', 'ABCD'.repeat(16), `${'ab'.repeat(32)}/`])(
    'find(), read(), put() and remove() reject the key %j',
    async (key) => {
      const store = storeOf();
      await expect(store.find(key, 'jpeg')).rejects.toThrow(TypeError);
      await expect(store.read(key, 'jpeg')).rejects.toThrow(TypeError);
      await expect(put(key, 'x')).rejects.toThrow(TypeError);
      await expect(store.remove(key, 'jpeg')).rejects.toThrow(TypeError);
    },
  );
}
