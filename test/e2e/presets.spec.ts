import { describe, expect, it } from 'vitest';
import type { StatusImage } from '../support/api-client.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';
import { readStrictCsv } from '../support/strict-csv.js';

const scenario = Scenario.forThisFile({ origin: true, receiver: true });

interface Preset {
  id: string;
  limits: Record<string, unknown>;
  outputs: Record<string, unknown>[];
  sources: { url: string }[];
}

type ImageWithOutputs = StatusImage & {
  outputs: { output_url: string; width: number; bytes: number; score: number | null }[];
};

describe('GET /presets', () => {
  it('GET /presets lists limits, outputs and sources for six marketplaces', async () => {
    const { body } = await scenario.api.getJson<{ presets: Preset[] }>('/presets');
    expect(body.presets.map(({ id }) => id)).toEqual([
      'google',
      'amazon',
      'ebay',
      'shopify',
      'meta',
      'etsy',
    ]);
    expect(body.presets[0]).toMatchObject({
      name: 'Google',
      limits: { min_width: 500, min_height: 500, max_pixels: 64_000_000, max_bytes: 16_000_000 },
      outputs: [{ name: 'google', format: 'jpeg', max_width: 2048, max_height: 2048 }],
      read_on: '2026-11-26',
      sources: [{ url: 'https://support.google.com/merchants/answer/6324350', was_read: true }],
    });
  });
});

describe('An upload with preset and outputs', () => {
  it('An upload with preset and outputs supports max_bytes, padding and automatic quality together', async () => {
    const createPhoto = (width: number, height: number) =>
      photograph(width, height).jpeg({ quality: 92 }).toBuffer();
    scenario.origin
      .on('/large.jpg', serveFile(await createPhoto(900, 700)))
      .on('/small.jpg', serveFile(await createPhoto(320, 240)));
    const csvRows = ['large', 'small'].map(
      (name) => `${name},${scenario.origin.url(`/${name}.jpg`)}`,
    );
    const square = { format: 'jpeg', width: 600, height: 600, fit: 'pad', enlarge: true };
    const id = await scenario.api.uploadAccepted(`Name,Image\n${csvRows.join('\n')}\n`, {
      preset: 'google',
      audit: 'true',
      outputs: JSON.stringify([
        { name: 'square', ...square, padding: 5 },
        { name: 'bounded', ...square, max_bytes: 30_000 },
        { name: 'auto', ...square, format: 'webp', quality: 'auto' },
      ]),
    });
    const { products } = await scenario.api.waitUntilFinal(id);
    const images = products.flatMap(({ images: [image] }) => image as ImageWithOutputs);
    expect(images.map(({ outputs }) => outputs.map(({ width }) => width))).toEqual([
      [600, 600, 600],
      [600, 600, 600],
    ]);
    for (const { outputs } of images) {
      expect(outputs[1].bytes).toBeLessThanOrEqual(30_000);
      expect(outputs[2].score).toBeGreaterThan(0);
    }
    const [header, ...rows] = readStrictCsv(
      Buffer.from(await scenario.api.getText(`/download/${id}`)),
    );
    expect(header.slice(2)).toEqual([
      'Output square',
      'Output bounded',
      'Output auto',
      'Google check',
    ]);
    expect(rows.map((row) => row[5])).toEqual([
      'pass',
      expect.stringMatching(/^The source is only 320 x 240 pixels;/),
    ]);
  });

  it('An upload with outputs overwrites the columns of an earlier output file and keeps all others', async () => {
    scenario.origin.on('/repeated.jpg', serveFile(await photograph(60, 40).jpeg().toBuffer()));
    const url = scenario.origin.url('/repeated.jpg');
    const csv = `Output a,Image,Output b note,Output srcset\nold,${url},mine,old\n`;
    const id = await scenario.api.uploadAccepted(csv, {
      outputs: JSON.stringify([{ name: 'a' }, { name: 'b', format: 'webp' }]),
      srcset: 'true',
    });
    const { products } = await scenario.api.waitUntilFinal(id);
    const [a, b] = (products[0].images[0] as ImageWithOutputs).outputs;
    const [header, row] = readStrictCsv(Buffer.from(await scenario.api.getText(`/download/${id}`)));
    expect(header).toEqual(['Output a', 'Image', 'Output b note', 'Output srcset', 'Output b']);
    expect(row).toEqual([a.output_url, url, 'mine', `${a.output_url} 60w`, b.output_url]);
  });
});
