import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SampleImages } from './sample-images.js';

describe('SampleImages', () => {
  let folder: string;
  let samples: SampleImages;
  const getTargetPath = () => join(folder, 'target');

  beforeAll(async () => {
    folder = `${await mkdtemp(join(tmpdir(), 'pressroom-sample-'))}/`;
    await writeFile(`${folder}mug.jpg`, 'a mug');
    await writeFile(`${folder}catalog.csv`, 'not an image');
    samples = new SampleImages(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('SampleImages copies a sample image and returns the same fields as a download', async () => {
    const url = new URL('https://sample.pressroom.alt/mug.jpg');
    expect(samples.suppliesFile(url)).toBe(true);
    expect(await samples.copyFile(url, getTargetPath())).toMatchObject({
      bytes: 5,
      sha256: createHash('sha256').update('a mug').digest('hex'),
      contentType: 'image/jpeg',
      status: 200,
    });
    expect(await readFile(getTargetPath(), 'utf8')).toBe('a mug');
  });

  it.each(['/gone.jpg', '/catalog.csv', '/..%2fmug.jpg', '/a/mug.jpg', '/'])(
    'SampleImages rejects the path %j with http_404',
    async (path) => {
      const copyPromise = samples.copyFile(
        new URL(`https://sample.pressroom.alt${path}`),
        getTargetPath(),
      );
      await expect(copyPromise).rejects.toMatchObject({ code: 'http_404', retry: 'never' });
    },
  );

  it.each(['https://pressroom.alt/mug.jpg', 'https://sample.pressroom.alt.evil.example/mug.jpg'])(
    'SampleImages does not supply files for %j',
    (url) => {
      expect(samples.suppliesFile(new URL(url))).toBe(false);
    },
  );
});
