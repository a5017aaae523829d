import Papa from 'papaparse';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile, sendHtmlPage, sendStatus } from '../support/origin-behaviors.js';
import { Scenario } from '../support/scenario.js';

const BAD = {
  '/dead.jpg': 'http_404',
  '/page.jpg': 'html_instead_of_image',
  '/cut.jpg': 'image_truncated',
  '/drawing.svg': 'svg_not_supported',
  '/huge.png': 'image_too_many_pixels',
};

describe('A catalog of 50 images, five of them invalid,', () => {
  // 30 times MAX_IMAGE_PIXELS: an image with up to 20 times as many is kept without decoding.
  const scenario = Scenario.forThisFile({ origin: true, env: { MAX_IMAGE_PIXELS: '2000000' } });
  let id: string;
  const urls: string[] = [];

  beforeAll(async () => {
    const solidImage = (n: number) =>
      sharp({
        create: { width: 96, height: 64, channels: 3, background: { r: n * 5, g: 9, b: 9 } },
      });
    for (let n = 0; n < 45; n++) {
      scenario.origin.on(
        `/${n}.jpg`,
        serveFile(await solidImage(n).jpeg({ quality: 95 }).toBuffer()),
      );
      urls.push(scenario.origin.url(`/${n}.jpg`));
    }
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
    const photo = await sharp({
      create: { width: 400, height: 300, channels: 3, background: '#888', noise },
    })
      .jpeg()
      .toBuffer();
    scenario.origin
      .on('/page.jpg', sendHtmlPage())
      .on('/cut.jpg', serveFile(photo.subarray(0, photo.length / 2)))
      .on('/drawing.svg', serveFile(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')))
      .on('/huge.png', serveFile(await solidPng(10_000, 6_000)));
    Object.keys(BAD).forEach((path, i) => urls.splice(i * 11, 0, scenario.origin.url(path)));
    // Five images per row: valid and invalid ones share cells.
    const rows = Array.from({ length: 10 }, (_, i) =>
      [i + 1, `SKU${i + 1}`, `"${urls.slice(i * 5, i * 5 + 5).join(',')}"`].join(','),
    );
    id = await scenario.api.uploadAccepted(
      ['S. No.,Product Name,Input Image Urls', ...rows].join('\n'),
    );
  });

  it('A catalog of 50 images, five of them invalid, completes 45 and reports a reason and a fix for each of the five', async () => {
    const { status: state, progress, products } = await scenario.api.waitUntilFinal(id);
    expect({ state, ...progress }).toMatchObject({ state: 'completed', completed: 45, failed: 5 });
    const errors = products
      .flatMap(({ images }) => images)
      .filter((image) => image.error)
      .map(({ input_url, error }) => [new URL(input_url).pathname, error!.code, error!.message]);
    expect(Object.fromEntries(errors.map(([path, code]) => [path, code]))).toEqual(BAD);
    for (const [, , message] of errors) expect(message).toMatch(/^[^.]+.*\. .*\.$|^.{40,}\.$/);
  });

  it('A catalog of 50 images, five of them invalid, produces an output CSV with empty entries for the five', async () => {
    await scenario.api.waitUntilFinal(id);
    const { data } = Papa.parse<string[]>(await scenario.api.getText(`/download/${id}`), {
      skipEmptyLines: true,
    });
    const outputs = data.slice(1).flatMap((row) => row[3].split(','));
    expect(outputs).toHaveLength(50);
    const empty = urls.filter((_, i) => outputs[i] === '');
    expect(empty).toEqual(urls.filter((url) => new URL(url).pathname in BAD));
  });

  it('A catalog of 50 images, five of them invalid, produces an errors CSV whose upload creates a request for those five', async () => {
    await scenario.api.waitUntilFinal(id);
    const errors = await scenario.api.getText(`/download/${id}/errors`);
    scenario.origin.on('/dead.jpg', sendStatus(410));
    const again = await scenario.api.upload(errors);
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ images: 5 });
    const { status: state, products } = await scenario.api.waitUntilFinal(again.body.request_id);
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
