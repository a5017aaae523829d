import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';
import { readZip } from '../support/zip.js';

describe('GET /download/:id/images.zip', () => {
  const scenario = Scenario.forThisFile({ origin: true });
  let id: string;
  const downloadZip = async (id: string) => {
    const response = await scenario.api.get(`/download/${id}/images.zip`);
    expect(response.status).toBe(200);
    return { response, entries: readZip(Buffer.from(await response.arrayBuffer())) };
  };
  const downloadImage = async (url: string) =>
    Buffer.from(await (await scenario.api.get(new URL(url).pathname)).arrayBuffer());

  beforeAll(async () => {
    scenario.origin.on('/gone.jpg', sendStatus(404));
    for (const [index, path] of ['/a.jpg', '/b.jpg', '/c.jpg'].entries()) {
      scenario.origin.on(
        path,
        serveFile(
          await photograph(120 + index, 80)
            .jpeg({ quality: 95 })
            .toBuffer(),
        ),
      );
    }
    const joinUrls = (...paths: string[]) =>
      `"${paths.map((path) => scenario.origin.url(path)).join(',')}"`;
    id = await scenario.api.uploadAccepted(
      [
        'S. No.,Product Name,Input Image Urls',
        `1,Lamp: "red",${joinUrls('/a.jpg', '/gone.jpg', '/b.jpg')}`.replaceAll('"red"', 'red'),
        `2,../Chaise,${joinUrls('/c.jpg')}`,
        `3,Lamp again,${joinUrls('/a.jpg')}`,
      ].join('\n'),
    );
    await scenario.api.waitUntilFinal(id);
  });

  it('GET /download/:id/images.zip contains every compressed image unchanged under a readable name', async () => {
    const { response, entries } = await downloadZip(id);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch('products-compressed.zip');
    expect(response.headers.get('pressroom-files')).toBe('4');
    expect(entries.map(({ name }) => name)).toEqual([
      '0001-Lamp-red-1.jpg',
      '0001-Lamp-red-3.jpg',
      '0002-Chaise-1.jpg',
      '0003-Lamp-again-1.jpg',
    ]);
    const { products } = await scenario.api.getStatus(id);
    const outputs = products.flatMap(({ images }) =>
      images.flatMap(({ output_url }) => output_url ?? []),
    );
    for (const [index, url] of outputs.entries()) {
      expect(entries[index].content.equals(await downloadImage(url))).toBe(true);
    }
  });

  it('GET /download/:id/images.zip requires a finished request or partial=true', async () => {
    const runningId = await storeRequest(scenario.database.url, {
      status: 'processing',
      rows: [
        {
          cells: ['1', 'A', ''],
          images: [{ url: scenario.origin.url('/z.jpg'), status: 'processing' }],
        },
      ],
    });
    const rejection = await scenario.api.getJson(`/download/${runningId}/images.zip`);
    expect(rejection).toMatchObject({ status: 409, body: { code: 'not_finished' } });
    const partialZip = await scenario.api.get(`/download/${runningId}/images.zip?partial=true`);
    expect(readZip(Buffer.from(await partialZip.arrayBuffer()))).toEqual([]);
  });

  it('GET /download/:id/images.zip contains a text entry in place of a missing file', async () => {
    const { products } = await scenario.api.getStatus(id);
    const name = new URL(products[1].images[0].output_url!).pathname.split('/').at(-1)!;
    await unlink(join(scenario.app.dataDir, 'artifacts', name.slice(0, 2), name));
    const { response, entries } = await downloadZip(id);
    expect(entries.map(({ name }) => name)).toEqual([
      '0001-Lamp-red-1.jpg',
      '0001-Lamp-red-3.jpg',
      '0002-Chaise-1.jpg.missing.txt',
      '0003-Lamp-again-1.jpg',
    ]);
    expect(response.headers.get('pressroom-files')).toBe('4');
    expect(entries[2].content.toString()).toMatch('missing');
  });

  it('GET /download/:id/images.zip returns 404 for an unknown request', async () => {
    const unknownPath = '/download/019a0000-0000-7000-8000-00000000ffff/images.zip';
    expect(await scenario.api.getJson(unknownPath)).toMatchObject({ status: 404 });
  });
});
