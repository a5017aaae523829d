import { describe, expect, it } from 'vitest';
import { ExportFixture, createGoneImage } from '../support/export-fixture.js';

const fixture = ExportFixture.forThisFile();

describe('GET /download/:id/errors', () => {
  it('GET /download/:id/errors returns only rows with failed images and their failed URLs', async () => {
    const response = await fixture.app.api.get(`/download/${fixture.requestId}/errors`);
    expect(response.headers.get('content-disposition')).toContain('-errors.csv');
    expect(await response.text()).toBe(
      [
        'S. No.,Image Urls,Name,Note,Error Row,Error Column,Error Code,Error Message',
        `007,https://x.example/b.jpg,Lamp,'=1+1,1,Image Urls,http_404,"No such image, or / it moved."`,
        '007,https://x.example/gone.jpg,"Chair, ""red""\nand big",-5,2,Image Urls,http_404,"No such image, or / it moved."',
        '',
      ].join('\n'),
    );
  });

  it('GET /download/:id/errors returns a file that can be uploaded to process only the failed images', async () => {
    const otherId = await fixture.storeRequest({
      header: ['S. No.', 'Product Name', 'Input Image Urls', '', ''],
      dialect: { delimiter: ';', newline: '\r\n', bom: true },
      rows: [
        {
          cells: ['1', 'Lamp', 'https://x.example/a,1.jpg,https://x.example/2.jpg', '', ''],
          images: [
            createGoneImage('https://x.example/a,1.jpg'),
            createGoneImage('https://x.example/2.jpg'),
          ],
        },
        {
          cells: ['2', 'Chair', 'https://x.example/3.jpg', '', ''],
          images: [{ url: 'https://x.example/3.jpg' }],
        },
        {
          cells: ['3', 'Table', 'https://x.example/4.jpg', '', ''],
          images: [createGoneImage('https://x.example/4.jpg')],
        },
      ],
    });
    const csv = await fixture.app.api.getText(`/download/${otherId}/errors`);
    const { status, body } = await fixture.app.api.upload(csv, { dry_run: 'true' });
    expect(body).toMatchObject({ products: 2, images: 3 });
    expect(status).toBe(200);
    expect(
      (body.preview as { input_urls: string[] }[]).map(({ input_urls }) => input_urls),
    ).toEqual([
      ['https://x.example/a,1.jpg', 'https://x.example/2.jpg'],
      ['https://x.example/4.jpg'],
    ]);
  });

  it('GET /download/:id/errors replaces the error columns of an uploaded errors file', async () => {
    const otherId = await fixture.storeRequest({
      header: ['S. No.', 'Product Name', 'Input Image Urls', 'Error Code', 'Error Message'],
      rows: [
        {
          cells: ['1', 'Lamp', 'https://a/1', 'timed_out', 'Too slow.'],
          images: [createGoneImage('https://a/1')],
        },
      ],
    });
    expect(await fixture.readRecords(`/download/${otherId}/errors`)).toEqual([
      [
        'S. No.',
        'Product Name',
        'Input Image Urls',
        'Error Row',
        'Error Column',
        'Error Code',
        'Error Message',
      ],
      [
        '1',
        'Lamp',
        'https://a/1',
        '1',
        'Input Image Urls',
        'http_404',
        'No such image, or / it moved.',
      ],
    ]);
  });

  it('GET /download/:id/errors returns only a header if no image failed', async () => {
    const otherId = await fixture.storeRequest({
      rows: [{ cells: ['1', 'Lamp', 'https://a/1'], images: [{ url: 'https://a/1' }] }],
    });
    expect(await fixture.app.api.getText(`/download/${otherId}/errors`)).toBe(
      'S. No.,Product Name,Input Image Urls,Error Row,Error Column,Error Code,Error Message\n',
    );
  });
});
