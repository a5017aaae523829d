import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  HEADER,
  IMAGE_URL,
  productSheet,
  TEMPLATE_SHEETS,
  WorkbookReader,
} from '../../../../test/support/workbook-reader.js';
import { buildWorkbook, textRow } from '../../../../test/support/xlsx-workbook.js';

const workbooks = WorkbookReader.forThisFile();

describe('XlsxSource', () => {
  it('XlsxSource reads the first sheet with images and lists all sheets', async () => {
    const { description, rows } = await workbooks.readWorkbook({ sheets: TEMPLATE_SHEETS });
    expect(description.layout).toMatchObject({
      format: 'xlsx',
      sheet: 'Products',
      sheets: ['Read me', 'Prices', 'Products', 'More'],
    });
    expect(rows).toHaveLength(1);
  });

  it('XlsxSource warns that the embedded images of a rejected workbook are not read', async () => {
    const rows = textRow(1, ['SKU', 'Name']) + textRow(2, ['A-1', 'Mug']);
    const parts = { 'xl/media/image1.png': 'PNG' };
    const rejection = await workbooks.readRejected(
      await buildWorkbook({ sheets: [productSheet(rows)], parts }),
    );
    expect(rejection.code).toBe('column_missing');
    expect(rejection.warnings.map(({ code }) => code)).toEqual(['pictures_embedded']);
    const rejectionWithoutImages = await workbooks.readRejected(
      await buildWorkbook({ sheets: [productSheet(rows)] }),
    );
    expect(rejectionWithoutImages.warnings).toEqual([]);
  });

  it('XlsxSource skips hidden sheets', async () => {
    const sheetsWithHidden = TEMPLATE_SHEETS.map((sheet) =>
      sheet.name === 'Products' ? { ...sheet, state: 'hidden' } : sheet,
    );
    expect(
      (await workbooks.readWorkbook({ sheets: sheetsWithHidden })).description.layout.sheet,
    ).toBe('More');
  });

  it('XlsxSource reads the requested sheet', async () => {
    const { rows } = await workbooks.readWorkbook({ sheets: TEMPLATE_SHEETS }, { sheet: 'more' });
    expect(rows[0].serialNumber).toBe('2');
  });

  it('XlsxSource rejects an unknown sheet name and lists the existing sheets', async () => {
    const error = await workbooks.readRejected(await buildWorkbook({ sheets: TEMPLATE_SHEETS }), {
      sheet: 'Stock',
    });
    expect(error).toMatchObject({ code: 'sheet_unknown', status: 400 });
    expect(error.message).toContain('"Read me", "Prices", "Products", "More"');
  });

  it('XlsxSource returns sheet row numbers as lines, across blank and missing rows', async () => {
    const { reader, rows, description } = await workbooks.readWorkbook({
      sheets: [
        productSheet(
          textRow(2, ['Our products']) +
            textRow(4, ['SKU', 'Name', 'Image']) +
            textRow(5, ['1', 'Mug', IMAGE_URL]) +
            '<row r="6"/>' +
            textRow(9, ['2', 'Bowl', 'bowl']),
        ),
      ],
    });
    expect(description).toMatchObject({ headerRow: 4, preamble: [[], ['Our products'], []] });
    expect(rows.map(({ row }) => row)).toEqual([1, 2]);
    expect(reader.problems.reported).toMatchObject([{ row: 2, line: 9, code: 'url_invalid' }]);
  });

  it('XlsxSource removes its temporary files', async () => {
    await workbooks.readWorkbook({ sheets: TEMPLATE_SHEETS });
    expect(await readdir(workbooks.folder)).toEqual([]);
  });

  it('XlsxSource lists all sheets of a workbook with 1,000 sheets', async () => {
    const sheets = Array.from({ length: 1000 }, (_, i) => ({
      name: `Sheet ${i}`,
      rows: HEADER + textRow(2, [String(i), 'x', i === 60 ? IMAGE_URL : '']),
    }));
    const { description } = await workbooks.readWorkbook({ sheets });
    expect(description.layout.sheet).toBe('Sheet 60');
    expect(description.layout.sheets).toHaveLength(1000);
  });
});
