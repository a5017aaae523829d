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

describe('An Excel file', () => {
  it.each([
    ['a Word document', { 'word/document.xml': '<a/>' }],
    ['.ods', { mimetype: 'x', 'content.xml': '<a/>' }],
    ['.xlsb', { 'xl/workbook.bin': 'x' }],
    ['a ZIP archive', { 'photos/1.jpg': 'x' }],
  ])(
    'A ZIP file that is not an Excel file is refused with the name of its type (%s)',
    async (name, parts) => {
      const error = await workbooks.readRejected(await buildZip(parts));
      expect(error).toMatchObject({ code: 'not_a_product_file', status: 415 });
      expect(error.message).toContain(name);
    },
  );

  it('An Excel file is refused as damaged when its end is missing', async () => {
    const file = await buildWorkbook({ sheets: TEMPLATE_SHEETS });
    expect(await workbooks.readRejected(file.subarray(0, file.length - 60))).toMatchObject({
      code: 'xlsx_damaged',
    });
  });

  it('An Excel file is refused as damaged when its compressed data is broken', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet(HEADER + textRow(2, ['1', 'x', IMAGE_URL]))],
    });
    const at = file.indexOf('xl/worksheets/sheet1.xml') + 'xl/worksheets/sheet1.xml'.length;
    file.fill(0xff, at, at + 20);
    expect(await workbooks.readRejected(file)).toMatchObject({ code: 'xlsx_damaged' });
  });

  it('An Excel file is refused as damaged when its XML is broken or defines entities', async () => {
    const broken = await buildWorkbook({ sheets: [productSheet('<row><c></row>')] });
    expect(await workbooks.readRejected(broken)).toMatchObject({ code: 'xlsx_damaged' });
    const entities = await buildWorkbook({
      sheets: [productSheet(HEADER)],
      parts: {
        'xl/sharedStrings.xml': '<!DOCTYPE a [<!ENTITY x "y">]><sst><si><t>&x;</t></si></sst>',
      },
    });
    expect(await workbooks.readRejected(entities)).toMatchObject({ code: 'xlsx_damaged' });
  });

  it('An Excel file is refused as damaged when it has no sheet', async () => {
    expect(await workbooks.readRejected(await buildWorkbook({ sheets: [] }))).toMatchObject({
      code: 'xlsx_damaged',
    });
  });

  it('An Excel file is refused when it has too many bytes', async () => {
    const file = await buildWorkbook({ sheets: TEMPLATE_SHEETS });
    const error = await workbooks.readRejected(file, {}, { maxXlsxBytes: 1000 });
    expect(error).toMatchObject({ code: 'xlsx_too_large', status: 413 });
  });

  it('An Excel file is refused for its unpacked size before it is unpacked', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet(HEADER + textRow(2, ['1', 'x', IMAGE_URL]))],
      sharedStrings: `<si><t>${' '.repeat(3_000_000)}</t></si>`,
    });
    expect(file.length).toBeLessThan(10_000);
    const error = await workbooks.readRejected(file, {}, { maxUnpackedBytes: 1_000_000 });
    expect(error).toMatchObject({ code: 'xlsx_too_large', status: 413 });
  });

  it('An Excel file is refused as too large when a part is a ZIP bomb', async () => {
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
    ['a string of many runs', { shared: `<si>${'<r><t>some text</t></r>'.repeat(40_000)}</si>` }],
    [
      'very long links',
      {
        links: Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [`r${i}`, `x${i}`.repeat(400_000)]),
        ),
      },
    ],
  ])(
    'An Excel file is refused as too large for %s',
    async (
      _description,
      { rows, shared, links }: { rows?: string; shared?: string; links?: Record<string, string> },
    ) => {
      const content = HEADER + textRow(2, ['1', 'x', IMAGE_URL]) + (rows ?? '');
      const file = await buildWorkbook({
        sheets: [{ name: 'Products', rows: content, links }],
        sharedStrings: shared,
      });
      expect(await workbooks.readRejected(file)).toMatchObject({ code: 'xlsx_too_large' });
    },
  );

  it('An Excel file is refused when a text never ends', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet(`<row><c t="inlineStr"><is><t>${'x'.repeat(9_000_000)}`)],
    });
    expect(await workbooks.readRejected(file)).toMatchObject({ code: 'xlsx_too_large' });
  });

  it('An Excel file is refused when a row has too many columns', async () => {
    const file = await buildWorkbook({
      sheets: [productSheet('<row><c r="XFD1"><v>1</v></c></row>')],
    });
    expect(await workbooks.readRejected(file)).toMatchObject({ code: 'too_many_columns' });
  });
});
