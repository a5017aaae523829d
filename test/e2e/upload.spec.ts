import { describe, expect, it } from 'vitest';
import {
  readCsvFixture,
  HEADER,
  imageUrl,
  type FormPart,
  ROW,
  UploadFixture,
} from '../support/upload-fixture.js';

const uploadFixture = UploadFixture.forThisFile();

describe('POST /upload', () => {
  it('POST /upload returns 202 with the request, its counts, its columns and its links', async () => {
    const { status, headers, body } = await uploadFixture.app.api.upload(
      readCsvFixture('flask-sample-spilled'),
    );
    expect(status).toBe(202);
    const id = body.request_id;
    expect(headers.get('location')).toBe(`/status/${id}`);
    expect(body).toEqual({
      request_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string,
      status: 'pending',
      format: 'csv',
      platform: 'generic',
      platform_title: 'Product file',
      encoding: 'utf-8',
      delimiter: ',',
      header_row: 1,
      sheet: null,
      sheets: [],
      products: 2,
      distinct_products: 2,
      products_with_images: 2,
      products_without_images: 0,
      images: 6,
      problems: { count: 0, listed: [], by_code: {} },
      warnings: [],
      columns: {
        serial_number: 'Serial Number',
        product_name: 'Product Name',
        images: ['Input Image Urls'],
        input_image_urls: 'Input Image Urls',
      },
      links: {
        status: `${uploadFixture.app.url}/status/${id}`,
        download: `${uploadFixture.app.url}/download/${id}`,
        errors: `${uploadFixture.app.url}/download/${id}/errors`,
        deliveries: `${uploadFixture.app.url}/requests/${id}/deliveries`,
      },
    });
  });

  it('POST /upload stores every row and image in order, with unchanged cells', async () => {
    const csv = `Extra,S. No.,Product Name,Input Image Urls\n"a ""b"" \\ {c},\nd",007,Ü\tx,${imageUrl('1')},${imageUrl('2')}\n,007,,${imageUrl('3')}\n`;
    const id = await uploadFixture.app.api.uploadAccepted(csv);
    const products = await uploadFixture.queryRows(
      `SELECT row_number, serial_number, product_name, cells FROM products WHERE request_id = $1 ORDER BY 1`,
      id,
    );
    expect(products).toEqual([
      {
        row_number: 1,
        serial_number: '007',
        product_name: 'Ü\tx',
        cells: ['a "b" \\ {c},\nd', '007', 'Ü\tx', `${imageUrl('1')},${imageUrl('2')}`],
      },
      {
        row_number: 2,
        serial_number: '007',
        product_name: '',
        cells: ['', '007', '', imageUrl('3')],
      },
    ]);
    const images = await uploadFixture.queryRows(
      `SELECT row_number, position, input_url FROM images WHERE request_id = $1 ORDER BY id`,
      id,
    );
    expect(images).toEqual([
      { row_number: 1, position: 1, input_url: imageUrl('1') },
      { row_number: 1, position: 2, input_url: imageUrl('2') },
      { row_number: 2, position: 1, input_url: imageUrl('3') },
    ]);
  });

  it('POST /upload stores the header, the CSV dialect and the options', async () => {
    const csv = Buffer.concat([
      Buffer.from('\uFEFF'),
      Buffer.from(`Nr;Name;Images\r\n1;Käse;${imageUrl('1')}\r\n`),
    ]);
    const fields = { quality: '70', format: 'webp', max_width: '800', max_height: '' };
    const { body } = await uploadFixture.app.api.upload(csv, fields, {
      filename: 'C:\\fakepath\\Käse\u202E.csv',
    });
    const [request] = await uploadFixture.queryRows(
      `SELECT * FROM processing_requests WHERE id = $1`,
      body.request_id,
    );
    expect(request).toMatchObject({
      filename: 'Käse.csv',
      header: ['Nr', 'Name', 'Images'],
      url_column: 2,
      columns: { serial_number: 'Nr', product_name: 'Name', input_image_urls: 'Images' },
      dialect: { delimiter: ';', newline: '\r\n', encoding: 'utf-8', bom: true },
      options: { quality: 70, format: 'webp', max_width: 800 },
      base_url: uploadFixture.app.url,
      products: 1,
      images_total: 1,
    });
  });

  it('POST /upload links images with the same URL to the first of them', async () => {
    const rows = [1, 2, 1, 3, 2, 1].map((name, i) => `${i + 1},SKU,${imageUrl(String(name))}`);
    const id = await uploadFixture.app.api.uploadAccepted([HEADER, ...rows].join('\n'));
    const images = await uploadFixture.queryRows<{ id: string; same_as: string | null }>(
      `SELECT id, same_as FROM images WHERE request_id = $1 ORDER BY row_number`,
      id,
    );
    const firstPositions = images.map(({ same_as }) =>
      same_as === null ? null : images.findIndex((image) => image.id === same_as) + 1,
    );
    expect(firstPositions).toEqual([null, null, 1, null, 2, 1]);
  });

  it('POST /upload accepts options before and after the file', async () => {
    const { status, body } = await uploadFixture.postForm([
      ['quality', '70'],
      ['file', new Blob([`${HEADER}\n${ROW}\n`]), 'a.csv'],
      ['format', 'png'],
    ]);
    expect(status).toBe(202);
    const [{ options }] = await uploadFixture.queryRows<{ options: object }>(
      `SELECT options FROM processing_requests WHERE id = $1`,
      body.request_id,
    );
    expect(options).toEqual({ quality: 70, format: 'png' });
  });

  it('POST /upload creates a webhook secret if the upload has none, and returns it once', async () => {
    const fields = { webhook_url: 'https://93.184.216.34/hook' };
    const { body } = await uploadFixture.app.api.upload(`${HEADER}\n${ROW}\n`, fields);
    expect(body.webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const webhook = await uploadFixture.queryRows(
      `SELECT webhook_url, webhook_secret FROM processing_requests WHERE id = $1`,
      body.request_id,
    );
    expect(webhook).toEqual([{ ...fields, webhook_secret: body.webhook_secret }]);
  });

  it('POST /upload does not return a webhook secret that the upload contains', async () => {
    const webhook_secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const fields = { webhook_url: 'https://93.184.216.34/hook', webhook_secret };
    const { status, body } = await uploadFixture.app.api.upload(`${HEADER}\n${ROW}\n`, fields);
    expect(status).toBe(202);
    expect(body).not.toHaveProperty('webhook_secret');
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('POST /upload stores nothing if dry_run is sent %s the file', async (_, isBefore) => {
    const countsBefore = await uploadFixture.countStoredRows();
    const file: FormPart = ['file', new Blob([readCsvFixture('flask-sample-spilled')]), 'a.csv'];
    const dryRun: FormPart = ['dry_run', 'true'];
    const { status, body } = await uploadFixture.postForm(
      isBefore ? [dryRun, file] : [file, dryRun],
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ dry_run: true, products: 2, images: 6, warnings: [] });
    expect(body.preview).toMatchObject([
      { row: 1, serial_number: '1', product_name: 'SKU1' },
      { row: 2, serial_number: '2', product_name: 'SKU2' },
    ]);
    expect(await uploadFixture.countStoredRows()).toEqual(countsBefore);
  });
});
