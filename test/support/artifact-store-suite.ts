import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { ImageFormat } from '../../src/platform/compression/inspect/image-format.js';
import type { ArtifactStore } from '../../src/platform/storage/artifact-store.js';

const randomKey = () => randomBytes(32).toString('hex');
/** Larger than one part of a multipart upload. */
const LARGE_BYTES = 9 * 1024 * 1024;

/** Defines the tests that every storage must pass. Call it in a `describe` that opens the store before each test. */
export function testArtifactStore(getStore: () => ArtifactStore): void {
  const put = async (key: string, content: Buffer | string, format: ImageFormat = 'jpeg') => {
    const path = getStore().createTemporaryPath();
    await writeFile(path, content);
    await getStore().put(path, key, format);
    return path;
  };
  const readContent = async (key: string, range?: { start: number; end: number }) => {
    const artifact = await getStore().read(key, 'jpeg', range);
    return artifact && { bytes: artifact.bytes, text: (await buffer(artifact.content)).toString() };
  };
  const listArtifacts = async () => {
    const artifacts = [];
    for await (const batch of getStore().list()) artifacts.push(...batch);
    return artifacts;
  };

  it('ArtifactStore: put() moves the temporary file and find() returns its size', async () => {
    const key = randomKey();
    const path = await put(key, 'content');
    expect(await getStore().find(key, 'jpeg')).toMatchObject({ key, format: 'jpeg', bytes: 7 });
    expect(await getStore().has(key, 'png')).toBe(false);
    // discard() accepts a file that is already moved.
    await getStore().discard(path);
  });

  it('ArtifactStore: find(), read(), findStorageTime() and computeSha256() return undefined for a missing file', async () => {
    const key = randomKey();
    const store = getStore();
    expect(await store.find(key, 'jpeg')).toBeUndefined();
    expect(await store.read(key, 'jpeg')).toBeUndefined();
    expect(await store.findStorageTime(key, 'jpeg')).toBeUndefined();
    expect(await store.computeSha256(key, 'jpeg')).toBeUndefined();
  });

  it('ArtifactStore: read() returns the content or a range of it, with the total size', async () => {
    const key = randomKey();
    await put(key, '0123456789');
    expect(await readContent(key)).toEqual({ bytes: 10, text: '0123456789' });
    expect(await readContent(key, { start: 2, end: 4 })).toEqual({ bytes: 10, text: '234' });
    expect(await readContent(key, { start: 9, end: 9 })).toEqual({ bytes: 10, text: '9' });
  });

  it('ArtifactStore: put() and read() preserve a file larger than one upload part', async () => {
    const key = randomKey();
    const content = randomBytes(LARGE_BYTES);
    await put(key, content);
    const file = await getStore().read(key, 'jpeg');
    expect(file?.bytes).toBe(LARGE_BYTES);
    expect((await buffer(file!.content)).equals(content)).toBe(true);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await getStore().computeSha256(key, 'jpeg')).toBe(sha256);
  });

  it('ArtifactStore: read() returns a stream that can be destroyed before its end', async () => {
    const key = randomKey();
    await put(key, randomBytes(LARGE_BYTES));
    const file = await getStore().read(key, 'jpeg');
    for await (const chunk of file!.content) {
      expect(chunk).toBeInstanceOf(Buffer);
      break;
    }
    expect(file!.content.destroyed).toBe(true);
  });

  it('ArtifactStore: put() accepts twenty simultaneous calls with the same key', async () => {
    const key = randomKey();
    await Promise.all(Array.from({ length: 20 }, () => put(key, 'same')));
    expect(await readContent(key)).toEqual({ bytes: 4, text: 'same' });
  });

  it('ArtifactStore: remove() removes a file and accepts a missing one', async () => {
    const key = randomKey();
    await put(key, 'content');
    await getStore().remove(key, 'jpeg');
    await getStore().remove(key, 'jpeg');
    expect(await getStore().has(key, 'jpeg')).toBe(false);
  });

  it('ArtifactStore: removeAll() removes several files and accepts missing ones', async () => {
    const keys = Array.from({ length: 5 }, randomKey);
    const [keptKey, ...removedKeys] = keys;
    await Promise.all(keys.map((key) => put(key, 'content')));
    const artifacts = [...removedKeys, randomKey()].map((key) => ({
      key,
      format: 'jpeg' as const,
    }));
    await getStore().removeAll(artifacts);
    await getStore().removeAll(artifacts);
    expect(await listArtifacts()).toEqual([{ key: keptKey, format: 'jpeg' }]);
  });

  it('ArtifactStore: list() yields every file exactly once', async () => {
    const keys = Array.from({ length: 30 }, randomKey);
    await Promise.all(keys.map((key) => put(key, 'content', 'webp')));
    await getStore().claimForDatabase('a database');
    const artifacts = await listArtifacts();
    expect(artifacts.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(artifacts.every(({ format }) => format === 'webp')).toBe(true);
  });

  it('ArtifactStore: findStorageTime() returns the time of put()', async () => {
    const key = randomKey();
    await put(key, 'content');
    const storedAt = await getStore().findStorageTime(key, 'jpeg');
    expect(Math.abs(storedAt!.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('ArtifactStore: claimForDatabase() returns true only for the first database', async () => {
    const store = getStore();
    expect(await store.isClaimedByAnotherDatabase('second')).toBe(false);
    expect(await store.claimForDatabase('first')).toBe(true);
    expect(await store.claimForDatabase('second')).toBe(false);
    expect(await store.isClaimedByAnotherDatabase('first')).toBe(false);
    expect(await store.isClaimedByAnotherDatabase('second')).toBe(true);
  });

  it('ArtifactStore: probe(), checkAccess() and exists() resolve and leave no file behind', async () => {
    await getStore().probe();
    await getStore().checkAccess();
    expect(await getStore().exists()).toBe(true);
    expect(await listArtifacts()).toEqual([]);
  });

  it.each(['../../etc/passwd', '', 'ABCD'.repeat(16), `${'ab'.repeat(32)}/`])(
    'ArtifactStore: find(), read(), put() and remove() reject the key %j',
    async (key) => {
      const store = getStore();
      await expect(store.find(key, 'jpeg')).rejects.toThrow(TypeError);
      await expect(store.read(key, 'jpeg')).rejects.toThrow(TypeError);
      await expect(put(key, 'x')).rejects.toThrow(TypeError);
      await expect(store.remove(key, 'jpeg')).rejects.toThrow(TypeError);
    },
  );
}
