import { readFileSync } from 'node:fs';
import { ZipFile } from 'yazl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../support/rows.js';
import { Scenario } from '../support/scenario.js';
import { streamUpload } from '../support/stream-upload.js';
import { buildWorkbook, textRow } from '../support/xlsx-workbook.js';

const BYTES_PER_MB = 1024 * 1024;
/** Exceeds the peak of an upload (docs/performance.md) but not the unpacked size of any file. */
const MAX_GROWTH_MB = 250;

function* repeatChunk(chunk: Buffer, times: number): Generator<Buffer> {
  for (let i = 0; i < times; i++) yield chunk;
}

/** Creates a small workbook whose sheet unpacks to 500 MB. */
async function createZipBomb(): Promise<Buffer> {
  const workbook = await buildWorkbook({ sheets: [{ name: 'Products', rows: '' }] });
  expect(workbook.length).toBeLessThan(BYTES_PER_MB);
  const zip = new ZipFile();
  const parts: Record<string, string> = {
    '_rels/.rels':
      '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
    'xl/workbook.xml':
      '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Products" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
  };
  for (const [path, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(text), path);
  const start = Buffer.from(
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>',
  );
  zip.addBuffer(
    Buffer.concat([start, Buffer.alloc(500 * BYTES_PER_MB, 'a')]),
    'xl/worksheets/sheet1.xml',
  );
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const createEntityBomb = (): Buffer => {
  const levels = Array.from(
    { length: 12 },
    (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
  );
  return Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "bomb">${levels.join('')}]><rss><channel><item><title>&e12;</title></item></channel></rss>`,
  );
};

describe('POST /upload with a hostile product file', () => {
  const scenario = Scenario.forThisFile({
    env: { MAX_UPLOAD_BYTES: String(300 * BYTES_PER_MB), WEBHOOK_URL: '' },
  });
  let rows: TestRows;

  beforeAll(async () => {
    rows = await TestRows.openExisting(scenario.database);
    const csv = 'SKU,Name,Image\n1,A,http://127.0.0.1:9/a.jpg\n';
    await scenario.api.upload(csv, { dry_run: 'true', estimate: 'false' });
  });
  afterAll(async () => {
    await rows.disconnect();
  });

  /** Reads the app's current (VmRSS) or peak (VmHWM) resident memory. */
  const readMemoryMb = (field: 'VmRSS' | 'VmHWM') => {
    const text = readFileSync(`/proc/${scenario.app.pid}/status`, 'utf8');
    return (
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(field))!
          .replaceAll(/\D/g, ''),
      ) / 1024
    );
  };
  const countStoredRows = async () => {
    const [counts] = await rows.dataSource.query<object[]>(
      `SELECT (SELECT count(*) FROM processing_requests) AS requests,
              (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM images) AS images`,
    );
    return counts;
  };

  it.each([
    [
      'one row of 200 MB',
      () => repeatChunk(Buffer.alloc(BYTES_PER_MB, 'a,'), 200),
      400,
      'record_too_long',
    ],
    [
      'one quoted cell of 200 MB',
      () => [Buffer.from('SKU,Image\n1,"'), ...repeatChunk(Buffer.alloc(BYTES_PER_MB, 'x\n'), 200)],
      400,
      'record_too_long',
    ],
    [
      'an Excel file that unpacks to 500 MB',
      async () => [await createZipBomb()],
      413,
      'xlsx_too_large',
    ],
    ['XML with nested entities', () => [createEntityBomb()], 400, 'xml_doctype'],
    [
      'an image',
      () => [Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
      415,
      'not_a_product_file',
    ],
  ] as [string, () => Iterable<Buffer> | Promise<Iterable<Buffer>>, number, string][])(
    'POST /upload with a hostile product file rejects %s, stores nothing and uses little memory',
    { timeout: 120_000 },
    async (_, createFile, expectedStatus, code) => {
      const [before, file] = [await countStoredRows(), await createFile()];
      const idleMb = readMemoryMb('VmRSS');
      const { status, body } = await streamUpload(scenario.app.url, file);
      expect(body).toMatchObject({ code, detail: expect.stringContaining('Nothing was stored.') });
      expect(status).toBe(expectedStatus);
      expect(await countStoredRows()).toEqual(before);
      expect(readMemoryMb('VmHWM') - idleMb).toBeLessThan(MAX_GROWTH_MB);
    },
  );

  it(
    'POST /upload with a hostile product file reads the products of an Excel file with 1,000 sheets',
    { timeout: 120_000 },
    async () => {
      const image = 'http://127.0.0.1:9/a.jpg';
      const products = textRow(1, ['SKU', 'Name', 'Image']) + textRow(2, ['1', 'A', image]);
      const sheets = Array.from({ length: 1000 }, (_, i) => ({
        name: `Sheet ${i + 1}`,
        rows: i === 0 ? products : textRow(1, ['x']),
      }));
      const idleMb = readMemoryMb('VmRSS');
      const { status, body } = await streamUpload(scenario.app.url, [
        await buildWorkbook({ sheets }),
      ]);
      expect(body).toMatchObject({ sheet: 'Sheet 1', products: 1 });
      expect(status).toBe(202);
      expect(readMemoryMb('VmHWM') - idleMb).toBeLessThan(MAX_GROWTH_MB);
    },
  );
});
