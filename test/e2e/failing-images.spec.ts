import Papa from 'papaparse';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { file, htmlPage, status } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { createRedis } from '../support/redis.js';

const BAD = {
  '/dead.jpg': 'http_404',
  '/page.jpg': 'html_instead_of_image',
  '/cut.jpg': 'image_truncated',
  '/drawing.svg': 'svg_not_supported',
  '/huge.png': 'image_too_many_pixels',
};

describe('a catalog of 50 images of which five are bad', () => {
  let database: TestDatabase;
  let origin: OriginServer;
  let app: TestApp;
  let id: string;
  const urls: string[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    origin = await OriginServer.start();
    const picture = (n: number) =>
      sharp({
        create: { width: 96, height: 64, channels: 3, background: { r: n * 5, g: 9, b: 9 } },
      });
    for (let n = 0; n < 45; n++) {
      origin.on(`/${n}.jpg`, file(await picture(n).jpeg({ quality: 95 }).toBuffer()));
      urls.push(origin.url(`/${n}.jpg`));
    }
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
    const photo = await sharp({
      create: { width: 400, height: 300, channels: 3, background: '#888', noise },
    })
      .jpeg()
      .toBuffer();
    origin
      .on('/page.jpg', htmlPage())
      .on('/cut.jpg', file(photo.subarray(0, photo.length / 2)))
      .on('/drawing.svg', file(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')))
      .on('/huge.png', file(await solidPng(10_000, 6_000)));
    Object.keys(BAD).forEach((path, i) => urls.splice(i * 11, 0, origin.url(path)));

    app = await startApp({
      databaseUrl: database.url,
      redisUrl: (await createRedis()).url,
      // Up to 20 times as many pixels, the original would be kept.
      env: { OUTBOUND_ALLOW: origin.allow, MAX_IMAGE_PIXELS: '2000000' },
    });
    // Five images a row, so that good and bad share cells.
    const rows = Array.from({ length: 10 }, (_, i) =>
      [i + 1, `SKU${i + 1}`, `"${urls.slice(i * 5, i * 5 + 5).join(',')}"`].join(','),
    );
    id = await app.api.accepted(['S. No.,Product Name,Input Image Urls', ...rows].join('\n'));
  });
  afterAll(async () => {
    await app.stop();
    await origin.close();
    await database.drop();
  });

  it('completes 45, and says of each of the five what is wrong and what to do', async () => {
    const { status: state, progress, products } = await app.api.untilFinal(id);
    expect({ state, ...progress }).toMatchObject({ state: 'completed', completed: 45, failed: 5 });
    const errors = products
      .flatMap(({ images }) => images)
      .filter((image) => image.error)
      .map(({ input_url, error }) => [new URL(input_url).pathname, error!.code, error!.message]);
    expect(Object.fromEntries(errors.map(([path, code]) => [path, code]))).toEqual(BAD);
    for (const [, , message] of errors) expect(message).toMatch(/^[^.]+.*\. .*\.$|^.{40,}\.$/);
  });

  it('leaves the places of the five empty in the output CSV', async () => {
    await app.api.untilFinal(id);
    const { data } = Papa.parse<string[]>(await app.api.text(`/download/${id}`), {
      skipEmptyLines: true,
    });
    const outputs = data.slice(1).flatMap((row) => row[3].split(','));
    expect(outputs).toHaveLength(50);
    const empty = urls.filter((_, i) => outputs[i] === '');
    expect(empty).toEqual(urls.filter((url) => new URL(url).pathname in BAD));
  });

  it('gives an errors CSV that, uploaded again as it is, is a request of those five', async () => {
    await app.api.untilFinal(id);
    const errors = await app.api.text(`/download/${id}/errors`);
    origin.on('/dead.jpg', status(410));
    const again = await app.api.upload(errors);
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ images: 5 });
    const { status: state, products } = await app.api.untilFinal(again.body.request_id);
    expect(state).toBe('failed');
    const codes = products.flatMap(({ images }) => images.map(({ error }) => error?.code));
    const expected = Object.values(BAD).map((code) => (code === 'http_404' ? 'http_410' : code));
    expect(new Set(codes)).toEqual(new Set(expected));
  });
});

/** 60 megapixels in a few kilobytes. */
const solidPng = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' }, limitInputPixels: false })
    .png({ palette: true, colors: 2 })
    .toBuffer();
