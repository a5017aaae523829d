import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sendStatus } from '../../../../test/support/origin-behaviors.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { DownloadFixture } from '../../../../test/support/download-fixture.js';

const content = randomBytes(100_000);
const downloads = DownloadFixture.forThisFile();

describe('A response with a status other than 200', () => {
  const completeRange = `bytes 0-${content.length - 1}/${content.length}`;

  it.each([
    [201, {}],
    [203, {}],
    [206, { 'content-range': completeRange }],
    [206, { 'content-range': completeRange.replace(/\d+$/, '*') }],
    [206, { 'content-range': completeRange.replace(' ', '=') }],
  ])(
    'A %i response with the complete file and the headers %j is accepted',
    async (code, headers) => {
      downloads.origin.on('/a.jpg', (_request, response) => {
        response.writeHead(code, { 'content-length': content.length, ...headers }).end(content);
      });
      await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({
        bytes: content.length,
      });
    },
  );

  it.each(['bytes 0-9/100000', 'bytes 1-99999/100000', 'bytes 0-99999/100001', 'items 0-1/2', ''])(
    'A 206 response with the range "%s" is rejected',
    async (range) => {
      downloads.origin.on('/a.jpg', sendStatus(206, range ? { 'content-range': range } : {}));
      await expect(downloads.downloadPath('/a.jpg')).rejects.toMatchObject({
        code: 'http_206',
        retry: 'never',
      });
    },
  );

  it.each([
    [202, {}],
    [206, {}],
    [214, {}],
    [226, {}],
    [299, {}],
  ])('A %i response with an image is accepted', async (code, headers) => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    downloads.origin.on('/a.jpg', (_request, response) => {
      response.writeHead(code, { 'content-length': image.length, ...headers }).end(image);
    });
    await expect(downloads.downloadPath('/a.jpg')).resolves.toMatchObject({ bytes: image.length });
  });

  it('A 206 response with only part of an image is rejected', async () => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    downloads.origin.on('/a.jpg', (_request, response) => {
      const range = { 'content-range': `bytes 0-99/${image.length}` };
      response.writeHead(206, range).end(image.subarray(0, 100));
    });
    await expect(downloads.downloadPath('/a.jpg')).rejects.toMatchObject({ code: 'http_206' });
  });

  it('A response with status 404 and an image is rejected', async () => {
    const image = await photograph(64, 48).jpeg().toBuffer();
    downloads.origin.on('/a.jpg', (_request, response) => void response.writeHead(404).end(image));
    await expect(downloads.downloadPath('/a.jpg')).rejects.toMatchObject({ code: 'http_404' });
  });

  it('A download whose response has status 522 is retried later', async () => {
    downloads.origin.on('/a.jpg', sendStatus(522));
    await expect(downloads.downloadPath('/a.jpg')).rejects.toMatchObject({
      code: 'http_522',
      retry: 'later',
    });
  });
});
