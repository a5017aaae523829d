import Papa from 'papaparse';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile, sendHtmlPage, sendStatus } from '../support/origin-behaviors.js';
import { Scenario } from '../support/scenario.js';

const CODES_BY_PATH = {
  '/dead.jpg': 'http_404',
  '/page.jpg': 'html_instead_of_image',
  '/cut.jpg': 'image_truncated',
  '/drawing.svg': 'svg_not_supported',
  '/huge.png': 'image_too_many_pixels',
};

describe('A catalog with five invalid images out of 50', () => {
  // /huge.png has 30 times MAX_IMAGE_PIXELS. Up to 20 times, an image is kept without decoding.
  const scenario = Scenario.forThisFile({ origin: true, env: { MAX_IMAGE_PIXELS: '2000000' } });
  let id: string;
  const urls: string[] = [];

  beforeAll(async () => {
    const createSolidImage = (n: number) =>
      sharp({
        create: { width: 96, height: 64, channels: 3, background: { r: n * 5, g: 9, b: 9 } },
      });
    for (let n = 0; n < 45; n++) {
      scenario.origin.on(
        `/${n}.jpg`,
        serveFile(await createSolidImage(n).jpeg({ quality: 95 }).toBuffer()),
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
      .on('/huge.png', serveFile(await createSolidPng(10_000, 6_000)));
    Object.keys(CODES_BY_PATH).forEach((path, i) =>
      urls.splice(i * 11, 0, scenario.origin.url(path)),
    );
    // Five images per row: valid and invalid ones share cells.
    const rows = Array.from({ length: 10 }, (_, i) =>
      [i + 1, `SKU${i + 1}`, `"${urls.slice(i * 5, i * 5 + 5).join(',')}"`].join(','),
    );
    id = await scenario.api.uploadAccepted(
      ['S. No.,Product Name,Input Image Urls', ...rows].join('\n'),
    );
  });

  it('A catalog with five invalid images out of 50 completes 45, and reports a reason and a fix for each invalid one', async () => {
    const { status: state, progress, products } = await scenario.api.waitUntilFinal(id);
    expect({ state, ...progress }).toMatchObject({ state: 'completed', completed: 45, failed: 5 });
    const errors = products
      .flatMap(({ images }) => images)
      .filter((image) => image.error)
      .map(({ input_url, error }) => [new URL(input_url).pathname, error!.code, error!.message]);
    expect(Object.fromEntries(errors.map(([path, code]) => [path, code]))).toEqual(CODES_BY_PATH);
    for (const [, , message] of errors) expect(message).toMatch(/^[^.]+.*\. .*\.$|^.{40,}\.$/);
  });

  it('A catalog with five invalid images out of 50 produces an output CSV with empty entries for the invalid images', async () => {
    await scenario.api.waitUntilFinal(id);
    const { data } = Papa.parse<string[]>(await scenario.api.getText(`/download/${id}`), {
      skipEmptyLines: true,
    });
    const outputs = data.slice(1).flatMap((row) => row[3].split(','));
    expect(outputs).toHaveLength(50);
    const urlsWithoutOutput = urls.filter((_, i) => outputs[i] === '');
    expect(urlsWithoutOutput).toEqual(urls.filter((url) => new URL(url).pathname in CODES_BY_PATH));
  });

  it('A catalog with five invalid images out of 50 produces an errors CSV that can be uploaded to retry the invalid images', async () => {
    await scenario.api.waitUntilFinal(id);
    const errors = await scenario.api.getText(`/download/${id}/errors`);
    scenario.origin.on('/dead.jpg', sendStatus(410));
    const secondUpload = await scenario.api.upload(errors);
    expect(secondUpload.status).toBe(202);
    expect(secondUpload.body).toMatchObject({ images: 5 });
    const { status: state, products } = await scenario.api.waitUntilFinal(
      secondUpload.body.request_id,
    );
    expect(state).toBe('failed');
    const codes = products.flatMap(({ images }) => images.map(({ error }) => error?.code));
    const expected = Object.values(CODES_BY_PATH).map((code) =>
      code === 'http_404' ? 'http_410' : code,
    );
    expect(new Set(codes)).toEqual(new Set(expected));
  });
});

/** Creates a PNG of a few kilobytes with up to 60 megapixels. */
const createSolidPng = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' }, limitInputPixels: false })
    .png({ palette: true, colors: 2 })
    .toBuffer();
