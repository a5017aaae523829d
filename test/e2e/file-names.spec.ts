import { beforeAll, describe, expect, it } from 'vitest';
import type { StatusImage } from '../support/api-client.js';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';
import { readStrictCsv } from '../support/strict-csv.js';
import { readZip } from '../support/zip.js';

const scenario = Scenario.forThisFile({
  origin: true,
  env: { IMAGE_ATTEMPTS: '1', IMAGE_URL_TTL: '3600' },
});

const HEADER = 'SKU,Title,Image Src';
const buildCsv = (...rows: [sku: string, ...images: string[]][]) =>
  [HEADER, ...rows.map(([sku, ...images]) => `"${sku}",Mug,"${images.map(urlOf).join(',')}"`)].join(
    '\n',
  );
const urlOf = (name: string) => scenario.origin.url(`/${name}.jpg`);
const createPhoto = (width: number) => photograph(width, 100).jpeg({ quality: 92 }).toBuffer();

type NamedImage = StatusImage & { outputs: { output_url: string }[] };
const imagesOf = (body: { products: { images: StatusImage[] }[] }) =>
  body.products.flatMap(({ images }) => images as NamedImage[]);

/** Returns the decoded file name of a named image URL, or '' without a URL. */
const fileNameOf = (url: string | null) =>
  url === null || url === '' ? '' : decodeURIComponent(new URL(url).pathname.split('/')[3]);
const fileNamesOf = (urls: string) => urls.split(',').map(fileNameOf);
const pathOf = (url: string) => url.slice(new URL(url).origin.length);

async function downloadRows(id: string, query = ''): Promise<string[][]> {
  return readStrictCsv(Buffer.from(await scenario.api.getText(`/download/${id}${query}`)));
}

async function downloadZipEntries(id: string) {
  const response = await scenario.api.get(`/download/${id}/images.zip`);
  return readZip(Buffer.from(await response.arrayBuffer()));
}

beforeAll(async () => {
  scenario.origin
    .on('/a.jpg', serveFile(await createPhoto(140)))
    .on('/b.jpg', serveFile(await createPhoto(150)))
    .on('/gone.jpg', sendStatus(404));
});

describe('An upload with filename_template', () => {
  const fields = { filename_template: '{sku}-{position}.{ext}' };
  const names = [
    ['M-1-1.jpg', 'M-1-2.jpg'],
    ['m-1-1-2.jpg'],
    ['etc-passwd-1.jpg', 'etc-passwd-2.jpg'],
    ['マグ-1.jpg'],
  ];
  const csv = () =>
    buildCsv(
      ['M/1', 'a', 'gone'],
      ['m 1\u202e', 'a'],
      ['../../etc/passwd', 'b', 'a'],
      ['マグ🙂', 'a'],
    );
  let id: string;
  let images: NamedImage[];

  beforeAll(async () => {
    id = await scenario.api.uploadAccepted(csv(), fields);
    images = imagesOf(await scenario.api.waitUntilFinal(id));
  });

  it('An upload with filename_template names images after their rows and makes identical names unique', async () => {
    const completedNames = names.map((row) => row.filter((name) => name !== 'M-1-2.jpg'));
    const fileNames = images.map(({ output_url }) => fileNameOf(output_url));
    expect(fileNames).toEqual(names.flat().map((name) => (name === 'M-1-2.jpg' ? '' : name)));
    const { body } = await scenario.api.getJson(`/status/${id}?limit=0`);
    expect(body).toMatchObject(fields);
    expect((await downloadZipEntries(id)).map(({ name }) => name)).toEqual(completedNames.flat());
  });

  it('A named image URL contains the file name, and is rejected with another name or without its signature', async () => {
    const [first] = images;
    const path = pathOf(first.output_url!);
    const response = await scenario.api.get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('inline; filename=M-1-1.jpg');
    expect(await response.arrayBuffer()).toHaveProperty('byteLength', first.bytes_out);
    const lastResponse = await scenario.api.get(pathOf(images.at(-1)!.output_url!));
    expect(lastResponse.headers.get('content-disposition')).toContain(
      `filename*=UTF-8''${encodeURIComponent('マグ-1.jpg')}`,
    );
    const getStatus = async (tamperedPath: string) => (await scenario.api.get(tamperedPath)).status;
    expect(await getStatus(path.replace('M-1-1.jpg', 'M-1-2.jpg'))).toBe(403);
    expect(await getStatus(path.split('?')[0])).toBe(403);
  });

  it('A named image URL appears in each row of the output file in append and replace mode', async () => {
    const appendedRows = await downloadRows(id);
    expect(appendedRows[0]).toEqual([...HEADER.split(','), 'Output Image Urls']);
    expect(appendedRows.slice(1).map((row) => fileNamesOf(row[3]))).toEqual(
      names.map((row) => row.map((name) => (name === 'M-1-2.jpg' ? '' : name))),
    );
    expect(appendedRows[1][3].split(',')[0]).toBe(images[0].output_url);
    const [, first, second] = await downloadRows(id, '?output=replace');
    expect(first[2].split(',')).toEqual([images[0].output_url, urlOf('gone')]);
    expect(second[2]).toBe(images[2].output_url);
  });

  it('File names stay the same after a retry, a correction and another upload of the same file', async () => {
    const readFileNames = async (request: string) => {
      const body = await scenario.api.waitUntilFinal(request);
      return imagesOf(body).map(({ output_url }) => fileNameOf(output_url));
    };
    const secondId = await scenario.api.uploadAccepted(csv(), fields);
    await scenario.api.waitUntilFinal(secondId);
    const correction = await scenario.api.call(`/requests/${secondId}/corrections`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ row: 1, position: 2, url: urlOf('b') }),
    });
    expect(correction.ok).toBe(true);
    expect(await readFileNames(secondId)).toEqual(names.flat());

    scenario.origin.on('/gone.jpg', serveFile(await createPhoto(160)));
    await scenario.api.call(`/requests/${id}/retry`, { method: 'POST' });
    expect(await readFileNames(id)).toEqual(names.flat());
    expect((await downloadZipEntries(id)).map(({ name }) => name)).toEqual(names.flat());
  });

  it('Deleting a request keeps files that another request uses under different names', async () => {
    const otherId = await scenario.api.uploadAccepted(buildCsv(['cup', 'a']), fields);
    const [image] = imagesOf(await scenario.api.waitUntilFinal(otherId));
    expect(fileNameOf(image.output_url)).toBe('cup-1.jpg');
    await scenario.api.call(`/requests/${id}`, { method: 'DELETE' });
    expect((await scenario.api.get(pathOf(image.output_url!))).status).toBe(200);
  });
});

describe('An upload with filename_template and several outputs', () => {
  it('An upload with filename_template names several outputs by output, width and format', async () => {
    const outputs = [
      { name: 'large', format: 'webp' },
      { name: 'small', format: 'jpeg', width: 50 },
    ];
    const id = await scenario.api.uploadAccepted(buildCsv(['mug', 'a'], ['mug', 'b']), {
      filename_template: '{sku}-{width}x{height}',
      outputs: JSON.stringify(outputs),
      srcset: 'true',
    });
    const images = imagesOf(await scenario.api.waitUntilFinal(id));
    const expected = [
      ['mug-140x100-large.webp', 'mug-50x36-small.jpg'],
      ['mug-150x100-2-large.webp', 'mug-50x33-2-small.jpg'],
    ];
    const urls = images.map((image) => image.outputs.map(({ output_url }) => output_url));
    expect(urls.map((row) => row.map(fileNameOf))).toEqual(expected);
    expect(images[0].output_url).toBe(urls[0][0]);
    const [, first] = await downloadRows(id);
    expect(first.slice(3)).toEqual([...urls[0], `${urls[0][0]} 140w`]);
    const entries = await downloadZipEntries(id);
    expect(entries.map(({ name }) => name)).toEqual(expected.flat());
    const small = await scenario.api.get(pathOf(urls[0][1]));
    expect(Buffer.from(await small.arrayBuffer())).toEqual(entries[1].content);
  });
});

describe('POST /upload with filename_template', () => {
  it.each([
    ['a path', '../{sku}', /"\." at position 1 /],
    ['a line break', '{sku}\r\n', /U\+000D at position 6 /],
    ['an unknown field', '{row}-{__proto__}', /\{__proto__\} \(position 7\).*\{Image Src\}/],
    ['a fixed extension', '{sku}.jpg', /position 6 /],
    ['300 characters', `{sku}${'a'.repeat(295)}`, /300 characters/],
  ])('POST /upload rejects %s in filename_template', async (_, filename_template, message) => {
    for (const dry_run of ['false', 'true']) {
      const { status: httpStatus, body } = await scenario.api.upload(buildCsv(['mug', 'a']), {
        filename_template,
        dry_run,
      });
      expect(httpStatus).toBe(400);
      expect(body).toMatchObject({
        code: 'invalid_parameter',
        errors: [{ field: 'filename_template', message: expect.stringMatching(message) as string }],
      });
    }
  });

  it('POST /upload rejects filename_template with audit_only, because an audit creates no files', async () => {
    const { status: httpStatus, body } = await scenario.api.upload(buildCsv(['mug', 'a']), {
      filename_template: '{sku}',
      preset: 'google',
      audit_only: 'true',
    });
    expect(httpStatus).toBe(400);
    expect(body).toMatchObject({ errors: [{ field: 'filename_template' }] });
  });
});
