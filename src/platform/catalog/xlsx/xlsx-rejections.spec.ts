import { describe, expect, it } from 'vitest';
import {
  HEADER,
  IMAGE_URL,
  productSheet,
  TEMPLATE_SHEETS,
  WorkbookReader,
} from '../../../../test/support/workbook-reader.js';
import { buildWorkbook, textRow, buildZip } from '../../../../test/support/xlsx-workbook.js';

const workbooks = WorkbookReader.forThisFile();

describe('XlsxSource', () => {
  it.each([
    ['a Word document', { 'word/document.xml': '<a/>' }],
    ['.ods', { mimetype: 'x', 'content.xml': '<a/>' }],
    ['.xlsb', { 'xl/workbook.bin': 'x' }],
    ['a ZIP archive', { 'photos/1.jpg': 'x' }],
  ])(
    'XlsxSource rejects a ZIP file that is not an Excel file and names its type (%s)',
    async (name, parts) => {
      const error = await workbooks.readRejected(await buildZip(parts));
      expect(error).toMatchObject({ code: 'not_a_product_file', status: 415 });
      expect(error.message).toContain(name);
    },
  );

  it('XlsxSource rejects a truncated Excel file as damaged', async () => {
    const file = await buildWorkbook({ sheets: TEMPLATE_SHEETS });
    expect(await workbooks.readRejected(file.subarray(0, file.length - 60))).toMatchObject({
      code: 'xlsx_damaged',
    });
  });

  it('XlsxSource rejects an Excel file with corrupt compressed data as damaged', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet(HEADER + textRow(2, ['1', 'x', IMAGE_URL]))],
    });
    const dataStart = file.indexOf('xl/worksheets/sheet1.xml') + 'xl/worksheets/sheet1.xml'.length;
    file.fill(0xff, dataStart, dataStart + 20);
    expect(await workbooks.readRejected(file)).toMatchObject({ code: 'xlsx_damaged' });
  });

  it('XlsxSource rejects an Excel file as damaged if its XML is invalid or defines entities', async () => {
    const invalidXml = await buildWorkbook({ sheets: [productSheet('<row><c></row>')] });
    expect(await workbooks.readRejected(invalidXml)).toMatchObject({ code: 'xlsx_damaged' });
    const xmlWithEntities = await buildWorkbook({
      sheets: [productSheet(HEADER)],
      parts: {
        'xl/sharedStrings.xml': '<!DOCTYPE a [<!ENTITY x "y">]><sst><si><t>&x;</t></si></sst>',
      },
    });
    expect(await workbooks.readRejected(xmlWithEntities)).toMatchObject({ code: 'xlsx_damaged' });
  });

  it('XlsxSource rejects an Excel file without a sheet as damaged', async () => {
    expect(await workbooks.readRejected(await buildWorkbook({ sheets: [] }))).toMatchObject({
      code: 'xlsx_damaged',
    });
  });

  it('XlsxSource rejects an Excel file that exceeds the maximum file size', async () => {
    const file = await buildWorkbook({ sheets: TEMPLATE_SHEETS });
    const error = await workbooks.readRejected(file, {}, { maxXlsxBytes: 1000 });
    expect(error).toMatchObject({ code: 'xlsx_too_large', status: 413 });
  });

  it('XlsxSource rejects an Excel file by its unpacked size before unpacking it', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet(HEADER + textRow(2, ['1', 'x', IMAGE_URL]))],
      sharedStrings: `<si><t>${' '.repeat(3_000_000)}</t></si>`,
    });
    expect(file.length).toBeLessThan(10_000);
    const error = await workbooks.readRejected(file, {}, { maxUnpackedBytes: 1_000_000 });
    expect(error).toMatchObject({ code: 'xlsx_too_large', status: 413 });
  });

  it('XlsxSource rejects an Excel file that contains a ZIP bomb as too large', async () => {
    const rows = ' '.repeat(80_000_000);
    const file = await buildWorkbook({ sheets: [productSheet(HEADER + rows)] });
    expect(file.length).toBeLessThan(100_000);
    expect(await workbooks.readRejected(file)).toMatchObject({
      code: 'xlsx_too_large',
      status: 413,
    });
  });

  it.each([
    ['deeply nested elements', { rows: '<a>'.repeat(300_000) }],
    [
      'a string that consists of many runs',
      { sharedStrings: `<si>${'<r><t>some text</t></r>'.repeat(40_000)}</si>` },
    ],
    [
      'very long links',
      {
        links: Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [`r${i}`, `x${i}`.repeat(400_000)]),
        ),
      },
    ],
  ])(
    'XlsxSource rejects an Excel file with %s as too large',
    async (
      _description,
      {
        rows,
        sharedStrings,
        links,
      }: { rows?: string; sharedStrings?: string; links?: Record<string, string> },
    ) => {
      const content = HEADER + textRow(2, ['1', 'x', IMAGE_URL]) + (rows ?? '');
      const file = await buildWorkbook({
        sheets: [{ name: 'Products', rows: content, links }],
        sharedStrings,
      });
      expect(await workbooks.readRejected(file)).toMatchObject({ code: 'xlsx_too_large' });
    },
  );

  it('XlsxSource rejects an Excel file as too large if a cell contains 9,000,000 characters', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet(`<row><c t="inlineStr"><is><t>${'x'.repeat(9_000_000)}`)],
    });
    expect(await workbooks.readRejected(file)).toMatchObject({ code: 'xlsx_too_large' });
  });

  it('XlsxSource rejects an Excel file with too many columns in a row', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet('<row><c r="XFD1"><v>1</v></c></row>')],
    });
    expect(await workbooks.readRejected(file)).toMatchObject({ code: 'too_many_columns' });
  });
});
