import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Behavior } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const OLD = 'Sun, 01 Feb 2015 12:00:00 GMT';

describe('An image whose URL was downloaded before', () => {
  const scenario = Scenario.forThisFile({ origin: true });
  let path: string;
  let number = 0;
  beforeEach(() => {
    path = `/${++number}.jpg`;
  });

  /** Uploads a catalog of this one image. @returns its output URL, and the calls of the origin with their answers */
  async function upload(fields: Record<string, string> = {}) {
    const before = scenario.origin.countRequests(path);
    const csv = `S. No.,Product Name,Input Image Urls\n1,SKU1,${scenario.origin.url(path)}\n`;
    const { status, products } = await scenario.api.waitUntilFinal(
      await scenario.api.uploadAccepted(csv, fields),
    );
    expect(status).toBe('completed');
    const asked = scenario.origin.requests.filter((request) => request.path === path).slice(before);
    return { image: products[0].images[0], asked: asked.map(({ headers }) => headers) };
  }

  /** An origin with entity tags and dates, which answers 304 when they match. */
  const serving =
    (bytes: Buffer, validators: Record<string, string>): Behavior =>
    (request, response) => {
      const { 'if-none-match': tag, 'if-modified-since': date } = request.headers;
      const same = tag ? tag === validators.etag : date && date === validators['last-modified'];
      if (same) response.writeHead(304, validators).end();
      else response.writeHead(200, { 'content-length': bytes.length, ...validators }).end(bytes);
    };
  const photo = (width: number) => photograph(width, 60).jpeg({ quality: 95 }).toBuffer();

  it.each([
    ['an entity tag', { etag: '"v1"' }, { 'if-none-match': '"v1"' }],
    ['a date', { 'last-modified': OLD }, { 'if-modified-since': OLD }],
  ])(
    'An image whose URL was downloaded before is requested with %s and completed without a body',
    async (_, has, asks) => {
      const bytes = await photo(80 + number);
      scenario.origin.on(path, serving(bytes, has));
      const first = await upload();
      expect(first.asked).toEqual([expect.not.objectContaining(asks)]);
      const second = await upload();
      expect(second.asked).toEqual([expect.objectContaining(asks)]);
      expect(second.image).toEqual(first.image);
      expect(second.image).toMatchObject({ status: 'completed', bytes_in: bytes.length });
    },
  );

  it('An image whose URL was downloaded before is downloaded and compressed again if it has changed', async () => {
    scenario.origin.on(path, serving(await photo(90), { etag: '"v1"' }));
    const first = await upload();
    scenario.origin.on(path, serving(await photo(91), { etag: '"v2"' }));
    const second = await upload();
    expect(second.image).toMatchObject({ width: 91, status: 'completed' });
    expect(second.image.output_url).not.toBe(first.image.output_url);
    const third = await upload();
    expect(third.asked).toEqual([expect.objectContaining({ 'if-none-match': '"v2"' })]);
    expect(third.image).toEqual(second.image);
  });

  it('An image whose URL was downloaded before is downloaded unconditionally if its options have no artifact', async () => {
    scenario.origin.on(path, serving(await photo(92), { etag: '"v1"' }));
    const outputs = new Set<string | null>();
    for (const fields of [
      {},
      { quality: '60' },
      { effort: 'fast' },
      { effort: 'small' },
      { max_width: '50' },
      { format: 'webp' },
    ]) {
      const { image, asked } = await upload(fields as Record<string, string>);
      expect(asked).toHaveLength(1);
      expect(asked[0]).not.toHaveProperty('if-none-match');
      outputs.add(image.output_url);
    }
    expect(outputs.size).toBe(6);
    const again = await upload({ quality: '60' });
    expect(again.asked[0]).toHaveProperty('if-none-match', '"v1"');
    expect(outputs).toContain(again.image.output_url);
  });

  it('An image whose URL was downloaded before is downloaded unconditionally if its artifact is missing', async () => {
    scenario.origin.on(path, serving(await photo(93), { etag: '"v1"' }));
    const { image } = await upload();
    const name = image.output_url!.split('/').at(-1)!;
    const artifact = join(scenario.app.dataDir, 'artifacts', name.slice(0, 2), name);
    await rm(artifact);
    const second = await upload();
    expect(second.asked[0]).not.toHaveProperty('if-none-match');
    expect(second.image).toEqual(image);
    expect((await fetch(second.image.output_url!)).status).toBe(200);
  });

  it('An image whose URL was downloaded before is always downloaded if the server sends no validator', async () => {
    scenario.origin.on(path, serving(await photo(94), {}));
    await upload();
    const { asked } = await upload();
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('if-none-match');
    expect(asked[0]).not.toHaveProperty('if-modified-since');
  });
});
