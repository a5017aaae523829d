import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { PRODUCT_FILE_UPLOADS } from '../support/product-file-uploads.js';
import { Scenario } from '../support/scenario.js';
import { buildWorkbook, textRow } from '../support/xlsx-workbook.js';

/** Response fields that these tests read. */
interface ProductFileResponse {
  format: string;
  platform: string;
  sheet: string | null;
  sheets: string[];
  columns: { images: string[]; input_image_urls: string };
  header: { name: string; role: string | null; samples: string[]; contains_urls: boolean }[];
  problems: { count: number; by_code: Record<string, number> };
  warnings: { code: string }[];
  estimate: Record<string, number | null> | null;
}

describe('POST /upload with a product file', () => {
  const scenario = Scenario.forThisFile({ origin: true, env: { IMAGE_RETRY_SECONDS: '0' } });
  let photo: Buffer;

  beforeAll(async () => {
    photo = await sharp({
      create: { width: 300, height: 200, channels: 3, background: { r: 200, g: 90, b: 20 } },
    })
      .jpeg({ quality: 100 })
      .toBuffer();
    for (const path of PRODUCT_FILE_UPLOADS.flatMap(({ paths }) => paths.flat())) {
      scenario.origin.on(path, serveFile(photo));
    }
  });

  const urlOf = (path: string) => scenario.origin.url(path);
  const upload = async (bytes: Buffer | string, fields: Record<string, string> = {}) => {
    const { status, body } = await scenario.api.upload(bytes, fields);
    return {
      status,
      body: body as unknown as ProductFileResponse & { request_id: string; code: string },
    };
  };

  it.each(PRODUCT_FILE_UPLOADS)('POST /upload accepts $name', async (testCase) => {
    const countBefore = scenario.origin.requests.length;
    const fields = testCase.fields?.(urlOf) ?? {};
    const { status, body } = await upload(testCase.file(urlOf), fields);
    expect(body).toMatchObject({ platform: testCase.platform });
    expect(status).toBe(202);
    const warnings = body.warnings.map(({ code }) => code);
    expect(warnings).toEqual(expect.arrayContaining(testCase.warnings ?? []));

    const { imageErrors = {} } = testCase;
    const initialStatus = await scenario.api.getStatus(body.request_id);
    expect(initialStatus.progress.failed).toBe(Object.keys(imageErrors).length);

    const { products, progress } = await scenario.api.waitUntilFinal(body.request_id);
    expect(products.map(({ product_name }) => product_name)).toEqual(testCase.productNames);
    const completed = products.map(({ images }) =>
      images.filter((image) => image.status === 'completed').map(({ input_url }) => input_url),
    );
    expect(completed).toEqual(testCase.paths.map((paths) => paths.map(urlOf)));
    const failed = products.flatMap(({ row, images }) =>
      images.flatMap(({ error }) => (error ? [[String(row), error.code]] : [])),
    );
    expect(failed).toEqual(Object.entries(imageErrors));
    expect(progress).toMatchObject({ completed: testCase.paths.flat().length });
    const requestedPaths = new Set(
      scenario.origin.requests.slice(countBefore).map(({ path }) => path),
    );
    expect(requestedPaths).toEqual(new Set(testCase.paths.flat()));
  });

  it('POST /upload accepts an Excel file and returns its sheet names', async () => {
    const rows = textRow(1, ['SKU', 'Name', 'Image']) + textRow(2, ['1', 'Pot', urlOf('/pot.jpg')]);
    const notes = { name: 'Read me', rows: textRow(1, ['Fill in the next sheet.']) };
    const bytes = await buildWorkbook({ sheets: [notes, { name: 'Products', rows }] });
    const { body } = await upload(bytes);
    expect(body).toMatchObject({
      format: 'xlsx',
      sheet: 'Products',
      sheets: ['Read me', 'Products'],
      delimiter: null,
      header_row: 1,
    });
    expect((await scenario.api.waitUntilFinal(body.request_id)).progress.completed).toBe(1);
  });

  it('POST /upload reads only the columns that the options name', async () => {
    const csv = `Code,Label,Photo A,Photo B\nX1,Pot,${urlOf('/pot.jpg')},${urlOf('/cup.jpg')}\n`;
    const fields = { image_columns: '["Photo B"]', name_column: 'Code', serial_column: 'Label' };
    const { body } = await upload(csv, { ...fields, dry_run: 'true', estimate: 'false' });
    expect(body.columns).toEqual({
      serial_number: 'Label',
      product_name: 'Code',
      images: ['Photo B'],
      input_image_urls: 'Photo B',
    });
    expect(body.estimate).toBeNull();
  });

  it('POST /upload uses the header row, delimiter and encoding from the options', async () => {
    const csv = `Image|Name\nx|y\nImage|Name\n${urlOf('/pot.jpg')}|caf\u00e9\n`;
    const fields = { header_row: '3', delimiter: '|', encoding: 'latin1' };
    const { body } = await upload(Buffer.from(csv, 'latin1'), fields);
    expect(body).toMatchObject({
      header_row: 3,
      delimiter: '|',
      encoding: 'windows-1252',
      products: 1,
    });
    const { products } = await scenario.api.waitUntilFinal(body.request_id);
    expect(products[0].product_name).toBe('café');
  });

  it('POST /upload returns every column with its role and samples in a dry run', async () => {
    const { body } = await upload(PRODUCT_FILE_UPLOADS[0].file(urlOf), {
      dry_run: 'true',
      estimate: 'false',
    });
    const roles = body.header.map(({ name, role, contains_urls }) => [name, role, contains_urls]);
    expect(roles).toEqual([
      ['Handle', 'serial_number', false],
      ['Title', 'product_name', false],
      ['Body (HTML)', null, false],
      ['Vendor', null, false],
      ['Variant SKU', null, false],
      ['Variant Price', null, false],
      ['Image Src', 'image', true],
      ['Image Position', null, false],
      ['Variant Image', 'image', true],
    ]);
    expect(body.header[0].samples).toEqual(['tea-pot', 'cup']);
    expect(body.header[4].samples).toEqual(['TP-1', 'TP-2', 'TP-3']);
  });

  it('POST /upload lists the columns if a dry run finds no image column', async () => {
    const csv = 'SKU,Name,Note\nA-1,Cup,small\nA-2,Pot,large\n';
    const { status, body } = await upload(csv, { dry_run: 'true', estimate: 'false' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'column_missing' });
    expect(body.header).toEqual([
      { name: 'SKU', role: 'serial_number', samples: ['A-1', 'A-2'], contains_urls: false },
      { name: 'Name', role: 'product_name', samples: ['Cup', 'Pot'], contains_urls: false },
      { name: 'Note', role: null, samples: ['small', 'large'], contains_urls: false },
    ]);
    expect((await upload(csv)).body.header).toBeUndefined();
  });

  it.each([
    ['accepted', 'A-0,Cup,https://shop.example.com/cup.jpg'],
    ['rejected', 'A-0,Cup,'],
  ])(
    'POST /upload with Accept: text/csv returns all problems of a file that would be %s',
    async (_label, firstRow) => {
      const rows = Array.from({ length: 250 }, (_, i) => `A-${i + 1},Pot,=pot-${i + 1}.jpg`);
      const csv = ['SKU,Name,Image', firstRow, ...rows].join('\n');
      const form = new FormData();
      form.append('dry_run', 'true');
      form.append('file', new Blob([csv]), 'pots.csv');
      const response = await scenario.api.call('/upload', {
        method: 'POST',
        body: form,
        headers: { accept: 'text/csv' },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      const lines = (await response.text()).trimEnd().split('\r\n');
      expect(lines).toHaveLength(251);
      expect(lines[250]).toMatch(/^251,252,Image,url_relative,.*,'=pot-250\.jpg$/);
    },
  );

  it('POST /upload estimates bytes, time and dead links from a sample of the images', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},Item,${urlOf(`/estimate/${i}.jpg`)}`);
    for (let i = 0; i < 40; i++) {
      scenario.origin.on(`/estimate/${i}.jpg`, i % 2 === 0 ? serveFile(photo) : sendStatus(404));
    }
    const countBefore = scenario.origin.requests.length;
    const { status, body } = await upload(['SKU,Name,Image', ...rows].join('\n'), {
      dry_run: 'true',
    });
    expect(status).toBe(200);
    const requestedPaths = scenario.origin.requests
      .slice(countBefore)
      .filter(({ path }) => path.startsWith('/estimate'));
    expect(requestedPaths.length).toBeLessThanOrEqual(12);
    const estimate = body.estimate!;
    expect(estimate.images_sampled).toBeGreaterThan(0);
    expect(estimate.dead_links).toBeLessThanOrEqual(estimate.images_sampled!);
    // The random sample contains both images and dead links.
    const reachableCount = estimate.images_sampled! - estimate.dead_links!;
    const bytesIn = Math.round((photo.length * 40 * reachableCount) / estimate.images_sampled!);
    expect(estimate.bytes_in ?? 0).toBe(bytesIn);
  });

  it('POST /upload checks a product file even if the image server never responds', async () => {
    scenario.origin.on('/mute.jpg', () => undefined);
    const csv = `SKU,Name,Image\n1,A,${urlOf('/mute.jpg')}\n`;
    const { status, body } = await upload(csv, { dry_run: 'true' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ products: 1, estimate: null });
  });
});
