import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Behavior } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const OLD_DATE = 'Sun, 01 Feb 2015 12:00:00 GMT';

describe('An image whose URL was downloaded before', () => {
  const scenario = Scenario.forThisFile({ origin: true });
  let path: string;
  let imageNumber = 0;
  beforeEach(() => {
    path = `/${++imageNumber}.jpg`;
  });

  /** Uploads a catalog with this image. Returns the image and the headers of its downloads. */
  async function upload(fields: Record<string, string> = {}) {
    const countBefore = scenario.origin.countRequests(path);
    const csv = `S. No.,Product Name,Input Image Urls\n1,SKU1,${scenario.origin.url(path)}\n`;
    const { status, products } = await scenario.api.waitUntilFinal(
      await scenario.api.uploadAccepted(csv, fields),
    );
    expect(status).toBe('completed');
    const downloads = scenario.origin.requests
      .filter((request) => request.path === path)
      .slice(countBefore);
    return { image: products[0].images[0], sentHeaders: downloads.map(({ headers }) => headers) };
  }

  /** Serves an image with validators. Returns 304 if they match. */
  const serveWithValidators =
    (bytes: Buffer, validators: Record<string, string>): Behavior =>
    (request, response) => {
      const { 'if-none-match': etag, 'if-modified-since': modifiedSince } = request.headers;
      const isUnchanged = etag
        ? etag === validators.etag
        : modifiedSince && modifiedSince === validators['last-modified'];
      if (isUnchanged) response.writeHead(304, validators).end();
      else response.writeHead(200, { 'content-length': bytes.length, ...validators }).end(bytes);
    };
  const createPhoto = (width: number) => photograph(width, 60).jpeg({ quality: 95 }).toBuffer();

  it.each([
    ['an entity tag', { etag: '"v1"' }, { 'if-none-match': '"v1"' }],
    ['a date', { 'last-modified': OLD_DATE }, { 'if-modified-since': OLD_DATE }],
  ])(
    'An image whose URL was downloaded before is requested with %s and completed without downloading the body',
    async (_, validators, conditionalHeaders) => {
      const bytes = await createPhoto(80 + imageNumber);
      scenario.origin.on(path, serveWithValidators(bytes, validators));
      const first = await upload();
      expect(first.sentHeaders).toEqual([expect.not.objectContaining(conditionalHeaders)]);
      const second = await upload();
      expect(second.sentHeaders).toEqual([expect.objectContaining(conditionalHeaders)]);
      expect(second.image).toEqual(first.image);
      expect(second.image).toMatchObject({ status: 'completed', bytes_in: bytes.length });
    },
  );

  it('An image whose URL was downloaded before is downloaded and compressed again if it has changed', async () => {
    scenario.origin.on(path, serveWithValidators(await createPhoto(90), { etag: '"v1"' }));
    const first = await upload();
    scenario.origin.on(path, serveWithValidators(await createPhoto(91), { etag: '"v2"' }));
    const second = await upload();
    expect(second.image).toMatchObject({ width: 91, status: 'completed' });
    expect(second.image.output_url).not.toBe(first.image.output_url);
    const third = await upload();
    expect(third.sentHeaders).toEqual([expect.objectContaining({ 'if-none-match': '"v2"' })]);
    expect(third.image).toEqual(second.image);
  });

  it('An image whose URL was downloaded before is downloaded unconditionally if no artifact exists for its options', async () => {
    scenario.origin.on(path, serveWithValidators(await createPhoto(92), { etag: '"v1"' }));
    const outputs = new Set<string | null>();
    for (const fields of [
      {},
      { quality: '60' },
      { effort: 'fast' },
      { effort: 'small' },
      { max_width: '50' },
      { format: 'webp' },
    ]) {
      const { image, sentHeaders } = await upload(fields as Record<string, string>);
      expect(sentHeaders).toHaveLength(1);
      expect(sentHeaders[0]).not.toHaveProperty('if-none-match');
      outputs.add(image.output_url);
    }
    expect(outputs.size).toBe(6);
    const lastUpload = await upload({ quality: '60' });
    expect(lastUpload.sentHeaders[0]).toHaveProperty('if-none-match', '"v1"');
    expect(outputs).toContain(lastUpload.image.output_url);
  });

  it('An image whose URL was downloaded before is downloaded unconditionally if its artifact is missing', async () => {
    scenario.origin.on(path, serveWithValidators(await createPhoto(93), { etag: '"v1"' }));
    const { image } = await upload();
    const name = image.output_url!.split('/').at(-1)!;
    const artifact = join(scenario.app.dataDir, 'artifacts', name.slice(0, 2), name);
    await rm(artifact);
    const second = await upload();
    expect(second.sentHeaders[0]).not.toHaveProperty('if-none-match');
    expect(second.image).toEqual(image);
    expect((await fetch(second.image.output_url!)).status).toBe(200);
  });

  it('An image whose URL was downloaded before is always downloaded if the server sends no validators', async () => {
    scenario.origin.on(path, serveWithValidators(await createPhoto(94), {}));
    await upload();
    const { sentHeaders } = await upload();
    expect(sentHeaders).toHaveLength(1);
    expect(sentHeaders[0]).not.toHaveProperty('if-none-match');
    expect(sentHeaders[0]).not.toHaveProperty('if-modified-since');
  });
});
