import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../test/support/catalog.js';
import { joinLines } from '../../../test/support/product-file-suite.js';
import type { CatalogOptions } from './catalog-options.js';
import { CatalogReader } from './catalog-reader.js';
import { CatalogRejectedError } from './problems.js';
import { openProductFile } from './product-file.js';

const CDN = 'https://cdn.example.com';

async function catchRejection(file: string | Buffer, options: CatalogOptions = {}) {
  const error: unknown = await readCatalog(file, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CatalogRejectedError);
  return error as CatalogRejectedError;
}

describe('CatalogReader', () => {
  it.each<[code: string, file: string | Buffer, options?: CatalogOptions]>([
    ['csv_empty', ''],
    ['csv_empty', '\n \n\t\n'],
    ['csv_without_rows', 'SKU,Image\n'],
    ['column_missing', 'Our products\n\n'],
    ['column_missing', 'SKU,Name\n1,Jar\n'],
    ['column_missing', `SKU,Image\n1,${CDN}/a.jpg\n`, { delimiter: ';' }],
    ['no_usable_image', 'SKU,Image\n1,\n2,N/A\n'],
    ['no_usable_image', 'SKU,Image\n1,mug.jpg\n'],
    ['column_unknown', `SKU,Image\n1,${CDN}/a.jpg\n`, { imageColumns: ['Foto'] }],
    ['header_row_not_found', `SKU,Image\n1,${CDN}/a.jpg\n`, { headerRow: 30 }],
    ['quote_unclosed', `SKU,Image,Text\n1,${CDN}/a.jpg,"never\n2,${CDN}/b.jpg,x\n`],
    ['nul_byte', `SKU,Image\n1,${CDN}/a.jpg\n2,\0`],
    ['too_many_columns', `${'a,'.repeat(5000)}Image\n`],
    ['record_too_long', `SKU,Image,Text\n1,${CDN}/a.jpg,"${'x'.repeat(3_000_000)}"\n`],
    ['csv_rows_invalid', `SKU,Image\n1,${CDN}/a.jpg\n2,mug\n`, { strict: true }],
  ])(
    'CatalogReader throws the error %s and states that nothing was stored',
    async (code, file, options) => {
      const error = await catchRejection(file, options);
      expect(error).toMatchObject({ code, status: 400 });
      expect(error.message).toMatch(/^Nothing was stored\. /);
    },
  );

  it('CatalogReader reports the line of an invalid byte, quote or record', async () => {
    expect(
      (await catchRejection(`SKU,Image\n1,${CDN}/a.jpg\n2,\0`)).problems.reported[0].line,
    ).toBe(3);
    const rejection = await catchRejection(
      `SKU,Image,Text\n1,${CDN}/a.jpg,"never\n2,${CDN}/b.jpg,x\n`,
    );
    expect(rejection.message).toContain('(Line 2.)');
  });

  it('CatalogReader counts all problems and lists the first 100', async () => {
    const rows = Array.from({ length: 4999 }, (_, i) => `${i},mug-${i}`);
    const { reader } = await readCatalog(joinLines('SKU,Image', ...rows, `x,${CDN}/a.jpg`));
    expect(reader.problems.count).toBe(4999);
    expect(reader.problems.reported).toHaveLength(100);
    expect(reader.faultyImageCount).toBe(4999);
  });

  it('CatalogReader accepts 1,000 images per row and reports the rest as a problem', async () => {
    const urls = Array.from({ length: 20_000 }, (_, i) => `${CDN}/${i}.jpg`).join(' ');
    const catalog = await readCatalog(`SKU,Image\nA,"${urls}"\n`);
    expect(catalog.urls[0]).toHaveLength(1000);
    expect(catalog.problems).toEqual(['1: row_has_too_many_images']);
  });

  it('CatalogReader reads 4,096 columns', async () => {
    const header = Array.from({ length: 4096 }, (_, i) => (i === 7 ? 'Image' : `c${i}`)).join(',');
    const row = Array.from({ length: 4096 }, (_, i) => (i === 7 ? `${CDN}/a.jpg` : 'x')).join(',');
    expect((await readCatalog(`${header}\n${row}\n`)).urls).toEqual([[`${CDN}/a.jpg`]]);
  });

  it('CatalogReader reads an errors file from an earlier request and ignores its error columns', async () => {
    const file = joinLines(
      'SKU,Image Src,Error Row,Error Column,Error Code,Error Message',
      `A,${CDN}/fixed.jpg,3,http_404,"Not found at ${CDN}/a.jpg."`,
    );
    const { description, urls } = await readCatalog(file);
    expect(description.imageColumns).toEqual([1]);
    expect(urls).toEqual([[`${CDN}/fixed.jpg`]]);
  });

  it('CatalogReader reads the input column of a Pressroom output file, not its output column', async () => {
    const file = joinLines(
      'SKU,Image,Output Image Urls',
      `A,${CDN}/a.jpg,https://out.example.com/a.webp`,
    );
    const { description, urls } = await readCatalog(file);
    expect(description.imageColumns).toEqual([1]);
    expect(urls).toEqual([[`${CDN}/a.jpg`]]);
  });

  it('CatalogReader returns the same rows whether the bytes arrive one at a time or all at once', async () => {
    const file = Buffer.from(
      joinLines(
        'SKU,Name,Image',
        `A,"\u6642\u8a08 ""x""\r\ny",${CDN}/a.jpg`,
        `B,\u{1f600},${CDN}/b.jpg`,
      ),
    );
    const catalog = await readCatalog(file);
    async function* yieldSingleBytes() {
      for (const byte of file) yield Buffer.from([byte]);
    }
    const rows = [];
    for await (const batch of new CatalogReader(openProductFile(yieldSingleBytes())).read())
      rows.push(...batch);
    expect(rows).toEqual(catalog.rows);
  });
});
