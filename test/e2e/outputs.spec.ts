import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusImage } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { HeldResponses } from '../support/held-responses.js';
import { serveFile, neverRespond, sendStatus } from '../support/origin-behaviors.js';
import { query } from '../support/embedded-servers-fixture.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';
import { readStrictCsv } from '../support/strict-csv.js';
import { type WebhookEndpoint } from '../support/webhook-receiver.js';
import { readZip } from '../support/zip.js';

const OUTPUTS = [
  { name: 'w240', format: 'webp', width: 240 },
  { name: 'w480', format: 'webp', width: 480 },
  { name: 'w1600', format: 'webp', width: 1600 },
  { name: 'fallback', format: 'jpeg', width: 480, quality: 70 },
];
const NAMES = OUTPUTS.map(({ name }) => name);
const HEADER = 'S. No.,Product Name,Input Image Urls';

interface ImageOutput {
  name: string;
  output_url: string;
  format: string;
  width: number;
  height: number;
  bytes: number;
}
type ImageWithOutputs = StatusImage & { outputs: ImageOutput[] };

const dataDir = mkdtempSync(join(tmpdir(), 'pressroom-outputs-'));
const scenario = Scenario.forThisFile({
  origin: true,
  receiver: true,
  dataDir,
  env: { IMAGE_ATTEMPTS: '1' },
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const FIELDS = { outputs: JSON.stringify(OUTPUTS) };
const buildCsv = (...cells: string[]) =>
  [HEADER, ...cells.map((cell, i) => `${i + 1},SKU${i + 1},"${cell}"`)].join('\n');
const createPhoto = (width: number, height: number) =>
  photograph(width, height).jpeg({ quality: 92 }).toBuffer();
const imagesOf = (body: { products: { images: StatusImage[] }[] }) =>
  body.products.flatMap(({ images }) => images as ImageWithOutputs[]);
const sumBytesByOutput = (images: ImageWithOutputs[]) =>
  NAMES.map((name) =>
    images
      .flatMap(({ outputs }) => outputs)
      .reduce((sum, output) => sum + (output.name === name ? output.bytes : 0), 0),
  );
const fetchImage = async (url: string) => {
  const response = await scenario.api.get(new URL(url).pathname);
  return { status: response.status, content: Buffer.from(await response.arrayBuffer()) };
};

describe('An upload with three WebP widths and a JPEG fallback', () => {
  let id: string;
  let hook: WebhookEndpoint;
  let images: ImageWithOutputs[];
  const getOriginUrl = (path: string) => scenario.origin.url(path);

  beforeAll(async () => {
    scenario.origin
      .on('/large.jpg', serveFile(await createPhoto(900, 600)))
      .on('/small.jpg', serveFile(await createPhoto(300, 200)))
      .on('/gone.jpg', sendStatus(404));
    hook = scenario.receiver.addEndpoint();
    const csv = buildCsv(
      `${getOriginUrl('/large.jpg')},${getOriginUrl('/gone.jpg')}`,
      getOriginUrl('/small.jpg'),
      getOriginUrl('/large.jpg'),
    );
    const fields = { ...FIELDS, srcset: 'true', webhook_url: hook.url };
    id = await scenario.api.uploadAccepted(csv, fields);
    images = imagesOf(await scenario.api.waitUntilFinal(id));
  });

  it('An upload with several outputs downloads each image once and lists all its outputs in the status', async () => {
    expect(scenario.origin.countRequests('/large.jpg')).toBe(1);
    expect(images.map((image) => image.status)).toEqual([
      'completed',
      'failed',
      'completed',
      'completed',
    ]);
    expect(images[1].outputs).toEqual([]);
    const [large, , small, duplicate] = images;
    expect(large.outputs.map(({ name, format, width }) => [name, format, width])).toEqual([
      ['w240', 'webp', 240],
      ['w480', 'webp', 480],
      ['w1600', 'webp', 900],
      ['fallback', 'jpeg', 480],
    ]);
    expect(small.outputs.map(({ width, height }) => [width, height])).toEqual([
      [240, 160],
      [300, 200],
      [300, 200],
      [300, 200],
    ]);
    expect(duplicate.outputs).toEqual(large.outputs);
    expect(large.output_url).toBe(large.outputs[0].output_url);
    for (const { output_url, format, width, height, bytes } of large.outputs) {
      const { content } = await fetchImage(output_url);
      expect(content).toHaveLength(bytes);
      expect(await sharp(content).metadata()).toMatchObject({ format, width, height });
    }
  });

  it('An upload with several outputs reports the bytes of each output in the status, the statistics and the webhook', async () => {
    const [firstBytes, ...otherBytes] = sumBytesByOutput(images);
    const expected = NAMES.map((name, i) => ({ name, bytes_out: [firstBytes, ...otherBytes][i] }));
    const { body } = await scenario.api.getJson<{ outputs: unknown; progress: unknown }>(
      `/status/${id}?limit=0`,
    );
    expect(body).toMatchObject({ outputs: expected, progress: { bytes_out: firstBytes } });
    expect(body.outputs).toMatchObject([
      { options: { format: 'webp', max_width: 240, quality: 50 } },
      {},
      {},
      { options: { format: 'jpeg', max_width: 480, quality: 70 } },
    ]);
    const statistics = await scenario.api.getJson(`/requests/${id}/statistics`);
    expect(statistics.body).toMatchObject({ outputs: expected });
    await eventually(() => hook.calls.length > 0);
    expect(JSON.parse(hook.calls[0].body)).toMatchObject({
      data: { completed: 3, failed: 1, bytes_out: firstBytes, outputs: expected },
    });
  });

  it('An upload with several outputs adds a column for each output and one for srcset', async () => {
    const [header, first, second, third] = readStrictCsv(
      Buffer.from(await scenario.api.getText(`/download/${id}`)),
    );
    expect(header).toEqual([
      ...HEADER.split(','),
      ...NAMES.map((name) => `Output ${name}`),
      'Output srcset',
    ]);
    const [large, , small] = images;
    const getUrls = (image: ImageWithOutputs) => image.outputs.map(({ output_url }) => output_url);
    expect(first.slice(3, 7)).toEqual(getUrls(large).map((url) => `${url},`));
    expect(second.slice(3, 7)).toEqual(getUrls(small));
    const [w240, w480, w1600] = getUrls(large);
    expect(third.slice(3)).toEqual([
      ...getUrls(large),
      `${w240} 240w, ${w480} 480w, ${w1600} 900w`,
    ]);
    expect(second[7]).toBe(`${getUrls(small)[0]} 240w, ${getUrls(small)[1]} 300w`);
  });

  it('An upload with several outputs lists the bytes of each output with detail=true', async () => {
    const [header, ...rows] = readStrictCsv(
      Buffer.from(await scenario.api.getText(`/download/${id}?detail=true`)),
    );
    const getCell = (row: number, name: string) => rows[row][header.indexOf(name)];
    const [large, , small] = images;
    expect(header.slice(8)).toEqual([
      'Image Status',
      'Bytes In',
      ...NAMES.flatMap((name) => [`Bytes Out ${name}`, `Saved Percent ${name}`]),
      'Error Code',
      'Error Message',
    ]);
    for (const [i, name] of NAMES.entries()) {
      expect(getCell(0, `Bytes Out ${name}`)).toBe(`${large.outputs[i].bytes},`);
      expect(getCell(1, `Bytes Out ${name}`)).toBe(`${small.outputs[i].bytes}`);
      const savedPercent = (1 - small.outputs[i].bytes / small.bytes_in!) * 100;
      expect(Number(getCell(1, `Saved Percent ${name}`))).toBeCloseTo(savedPercent, 0);
    }
    expect(getCell(0, 'Error Code')).toBe(',http_404');
  });

  it('An upload with several outputs replaces the input URLs with URLs of the first output', async () => {
    const [header, first, second] = readStrictCsv(
      Buffer.from(await scenario.api.getText(`/download/${id}?output=replace`)),
    );
    expect(header).toEqual(HEADER.split(','));
    expect(first[2]).toBe(`${images[0].output_url},${getOriginUrl('/gone.jpg')}`);
    expect(second[2]).toBe(images[2].output_url);
  });

  it('An upload with several outputs returns a ZIP with one file per output, named after the output', async () => {
    const response = await scenario.api.get(`/download/${id}/images.zip`);
    expect(response.headers.get('pressroom-files')).toBe('12');
    const entries = readZip(Buffer.from(await response.arrayBuffer()));
    expect(entries.map(({ name }) => name)).toEqual(
      ['0001-SKU1-1', '0002-SKU2-1', '0003-SKU3-1'].flatMap((name) => [
        `${name}-w240.webp`,
        `${name}-w480.webp`,
        `${name}-w1600.webp`,
        `${name}-fallback.jpg`,
      ]),
    );
    const [{ output_url }] = images[0].outputs.slice(1);
    expect(entries[1].content).toEqual((await fetchImage(output_url)).content);
  });

  it('A retry of a failed image adds its outputs to the existing ones', async () => {
    scenario.origin.on('/gone.jpg', serveFile(await createPhoto(500, 400)));
    await scenario.api.call(`/requests/${id}/retry`, { method: 'POST' });
    const retriedStatus = await scenario.api.waitUntilFinal(id);
    expect(retriedStatus.progress).toMatchObject({ completed: 4, failed: 0 });
    const retriedImages = imagesOf(retriedStatus);
    expect(retriedImages[1].outputs).toHaveLength(4);
    expect(
      (retriedStatus as unknown as { outputs: { bytes_out: number }[] }).outputs,
    ).toMatchObject(sumBytesByOutput(retriedImages).map((bytes_out) => ({ bytes_out })));
    expect(scenario.origin.countRequests('/large.jpg')).toBe(1);
  });

  it('An upload that shares some outputs with an earlier one compresses only the others', async () => {
    const outputs = [OUTPUTS[1], { name: 'png', format: 'png', width: 20 }];
    const countArtifacts = async () => {
      const rows = await query(scenario.database.url, 'SELECT 1 FROM artifacts');
      return rows.length;
    };
    const countBefore = await countArtifacts();
    const otherId = await scenario.api.uploadAccepted(buildCsv(getOriginUrl('/large.jpg')), {
      outputs: JSON.stringify(outputs),
    });
    const [image] = imagesOf(await scenario.api.waitUntilFinal(otherId));
    expect(image.outputs.map(({ format }) => format)).toEqual(['webp', 'png']);
    expect(image.outputs[0].output_url).toBe(images[0].outputs[1].output_url);
    expect(await countArtifacts()).toBe(countBefore + 1);
  });

  it('Deleting a request removes its output rows', async () => {
    const countOutputRows = () =>
      query(scenario.database.url, `SELECT 1 FROM image_outputs WHERE request_id = '${id}'`);
    expect(await countOutputRows()).toHaveLength(9);
    await scenario.api.call(`/requests/${id}`, { method: 'DELETE' });
    await eventually(async () => (await countOutputRows()).length === 0);
    const counters = `SELECT 1 FROM request_outputs WHERE request_id = '${id}'`;
    expect(await query(scenario.database.url, counters)).toEqual([]);
  });
});

describe('Outputs', () => {
  it('A canceled request keeps the outputs of its completed images', async () => {
    scenario.origin
      .on('/one.jpg', serveFile(await createPhoto(320, 200)))
      .on('/held.jpg', neverRespond());
    const urls = [scenario.origin.url('/one.jpg'), scenario.origin.url('/held.jpg')];
    const id = await scenario.api.uploadAccepted(buildCsv(...urls), FIELDS);
    await eventually(async () => (await scenario.api.getStatus(id)).progress.completed === 1);
    await scenario.api.call(`/requests/${id}/cancel`, { method: 'POST' });
    const body = await scenario.api.waitUntilFinal(id);
    const images = imagesOf(body);
    expect(images.map(({ outputs }) => outputs.length)).toEqual([4, 0]);
    expect(body).toMatchObject({
      status: 'cancelled',
      outputs: sumBytesByOutput(images.slice(0, 1)).map((bytes_out) => ({ bytes_out })),
    });
    const [, first] = readStrictCsv(Buffer.from(await scenario.api.getText(`/download/${id}`)));
    expect(first.slice(3).filter((cell) => cell !== '')).toHaveLength(4);
  });

  it.each([
    [
      'ten outputs of 16,384 pixels',
      Array.from({ length: 10 }, (_, i) => ({ name: `o${i}`, width: 16_384 })),
      'outputs',
    ],
    ['an output name that is a path', [{ name: '../../etc' }], 'outputs[0].name'],
    [
      'an invalid width in the third output',
      [{ name: 'a' }, { name: 'b' }, { name: 'c', width: 0 }],
      'outputs[2].width',
    ],
    ['an unknown member', [{ name: 'a', script: 1 }], 'outputs[0]'],
    ['a thousand outputs', Array.from({ length: 1000 }, () => ({})), 'outputs'],
  ])('POST /upload rejects %s', async (_, outputs, field) => {
    const { status, body } = await scenario.api.upload(buildCsv('https://shop.example/1.jpg'), {
      outputs: JSON.stringify(outputs),
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_parameter', errors: [{ field }] });
  });

  it('Outputs that are identical to a large source are all stored', async () => {
    const source = await photograph(1500, 1000).webp({ quality: 60 }).toBuffer();
    expect(source.length).toBeGreaterThan(128 * 1024);
    scenario.origin.on('/kept.webp', serveFile(source));
    const outputs = ['a', 'b', 'c'].map((name, i) => ({ name, quality: 98 + i }));
    const id = await scenario.api.uploadAccepted(buildCsv(scenario.origin.url('/kept.webp')), {
      outputs: JSON.stringify([...outputs, { name: 'small', width: 100 }]),
    });
    const [image] = imagesOf(await scenario.api.waitUntilFinal(id));
    expect(image.kept_original).toBe(true);
    const contents = await Promise.all(
      image.outputs.map(async ({ output_url }) => (await fetchImage(output_url)).content.length),
    );
    expect(contents).toEqual(image.outputs.map(({ bytes }) => bytes));
    expect(new Set(image.outputs.map(({ output_url }) => output_url)).size).toBe(4);
    expect(new Set(contents.slice(0, 3))).toEqual(new Set([image.bytes_in]));
  });

  it('A request with several outputs neither loses nor double-counts outputs after kill -9', async () => {
    const IMAGE_COUNT = 60;
    const responses = new HeldResponses();
    const photos = await Promise.all(
      Array.from({ length: IMAGE_COUNT }, (_, n) => createPhoto(60 + n, 50)),
    );
    const urls = photos.map((content, n) => {
      scenario.origin.on(`/many/${n}.jpg`, responses.behavior(content));
      return scenario.origin.url(`/many/${n}.jpg`);
    });
    const outputs = [
      { name: 'a', format: 'webp', width: 40 },
      { name: 'b', format: 'jpeg', width: 30 },
      { name: 'c', format: 'png', width: 10 },
    ];
    // The last rows repeat the first ones.
    const csv = buildCsv(...urls, ...urls.slice(0, 10));
    responses.allowResponses(IMAGE_COUNT / 2);
    const id = await scenario.api.uploadAccepted(csv, { outputs: JSON.stringify(outputs) });
    const countCompleted = async () =>
      (await scenario.api.getStatus(id, '?limit=0')).progress.completed;
    await eventually(async () => (await countCompleted()) >= 10, { intervalMs: 5 });
    await scenario.app.kill();
    const { url } = scenario.database;
    await query(url, `UPDATE images SET lease_until = now() WHERE status = 'processing'`);
    responses.allowResponses(10 * IMAGE_COUNT);
    await scenario.restart();

    const body = await scenario.api.waitUntilFinal(id, 60_000);
    expect(body.progress).toMatchObject({ completed: IMAGE_COUNT + 10, failed: 0 });
    const images = imagesOf(body);
    expect(images.map((image) => image.outputs.length)).toEqual(images.map(() => 3));
    const sums = outputs.map(({ name }) =>
      images
        .flatMap((image) => image.outputs.filter((output) => output.name === name))
        .reduce((sum, { bytes }) => sum + bytes, 0),
    );
    expect(body).toMatchObject({ outputs: sums.map((bytes_out) => ({ bytes_out })) });
    for (const { output_url, bytes } of images[IMAGE_COUNT - 1].outputs) {
      expect((await fetchImage(output_url)).content).toHaveLength(bytes);
    }
    const rows = await query(url, `SELECT 1 FROM image_outputs WHERE request_id = '${id}'`);
    expect(rows).toHaveLength(IMAGE_COUNT * 2);
  });
});
