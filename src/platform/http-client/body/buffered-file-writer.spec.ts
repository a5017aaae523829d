import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BufferedFileWriter } from './buffered-file-writer.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pressroom-writer-'));
  path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

const splitIntoChunks = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );

describe('BufferedFileWriter', () => {
  it.each([
    ['an empty file', 0, 1],
    ['a small file in small chunks', 1000, 7],
    ['a file of exactly one buffer', 512 * 1024, 1024],
    ['a large file', 3_000_000, 65_536],
    ['one large chunk', 2_000_000, 2_000_000],
  ])('BufferedFileWriter writes %s unchanged', async (_, length, size) => {
    const bytes = randomBytes(length);
    await pipeline(Readable.from(splitIntoChunks(bytes, size)), new BufferedFileWriter(path));
    // `toEqual()` would be slow, because it compares each byte.
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it('BufferedFileWriter creates no file for a stream that fails early', async () => {
    const failingStream = Readable.from(
      (function* () {
        yield Buffer.from('partial');
        throw new Error('broken');
      })(),
    );
    await expect(pipeline(failingStream, new BufferedFileWriter(path))).rejects.toThrow('broken');
    expect(existsSync(path)).toBe(false);
  });

  it('BufferedFileWriter fails with the file system error if the file cannot be opened', async () => {
    const file = new BufferedFileWriter(join(folder, 'missing', 'file'));
    await expect(pipeline(Readable.from([Buffer.from('x')]), file)).rejects.toMatchObject({
      code: 'ENOENT',
      syscall: 'open',
    });
  });
});
