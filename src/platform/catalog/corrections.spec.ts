import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../test/support/catalog.js';
import { findCorrections, readCorrectedCells } from './corrections.js';
import { openProductFile } from './product-file.js';
import { ErrorsTable } from './write/errors-table.js';

const CDN = 'https://cdn.example.com';
const FILE = `SKU,Image 1,Note,Image 2\n1,"${CDN}/a.jpg,${CDN}/b.jpg",=1+1,${CDN}/c.jpg\n2,${CDN}/d.jpg,,${CDN}/e.jpg\n`;
const FAILURES = [
  { column: 1, reference: `${CDN}/a.jpg`, code: 'http_404', message: 'Not found.' },
  { column: 1, reference: `${CDN}/b.jpg`, code: 'http_404', message: 'Not found.' },
  { column: 3, reference: `${CDN}/c.jpg`, code: 'timeout', message: 'Too slow.' },
];

async function buildErrorsFile(): Promise<string[][]> {
  const { description, rows } = await readCatalog(FILE);
  const table = new ErrorsTable(description);
  return [
    table.header,
    table.renderRow({ row: 1, cells: rows[0].cells, failures: FAILURES }) as string[],
    table.renderRow({
      row: 2,
      cells: rows[1].cells,
      failures: [{ ...FAILURES[2], reference: `${CDN}/e.jpg` }],
    }) as string[],
  ];
}

async function* toByteStream(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

async function readCells(text: string) {
  const { description } = await readCatalog(FILE);
  const cells = [];
  for await (const batch of readCorrectedCells(openProductFile(toByteStream(text)), description)) {
    cells.push(...batch);
  }
  return cells;
}

describe('ErrorsTable', () => {
  it('ErrorsTable lists the failed references in each image column with their positions and reasons', async () => {
    expect(await buildErrorsFile()).toEqual([
      [
        'SKU',
        'Image 1',
        'Note',
        'Image 2',
        'Error Row',
        'Error Column',
        'Error Code',
        'Error Message',
      ],
      [
        '1',
        `${CDN}/a.jpg,${CDN}/b.jpg`,
        "'=1+1",
        `${CDN}/c.jpg`,
        '1',
        'Image 1 | Image 1 | Image 2',
        'http_404,http_404,timeout',
        'Not found. | Not found. | Too slow.',
      ],
      ['2', '', '', `${CDN}/e.jpg`, '2', 'Image 2', 'timeout', 'Too slow.'],
    ]);
  });

  it('ErrorsTable replaces the error columns of an uploaded errors file', async () => {
    const { description, rows } = await readCatalog(Papa.unparse(await buildErrorsFile()));
    const table = new ErrorsTable(description);
    expect(table.header).toEqual((await buildErrorsFile())[0]);
    expect(table.renderRow({ row: 7, cells: rows[1].cells, failures: [] }).slice(4)).toEqual([
      '7',
      '',
      '',
      '',
    ]);
  });
});

describe('readCorrectedCells()', () => {
  it('readCorrectedCells() finds the row and column of each corrected cell', async () => {
    const [header, firstRow, secondRow] = await buildErrorsFile();
    secondRow[3] = `${CDN}/new.jpg`;
    expect(await readCells(Papa.unparse([header, firstRow, secondRow]))).toEqual([
      { line: 2, row: 1, column: 1, text: `${CDN}/a.jpg,${CDN}/b.jpg` },
      { line: 2, row: 1, column: 3, text: `${CDN}/c.jpg` },
      { line: 3, row: 2, column: 3, text: `${CDN}/new.jpg` },
    ]);
  });

  it('readCorrectedCells() finds corrected cells when columns were moved or removed, or differ in case', async () => {
    const file = `error row;IMAGE 2\r\n2;${CDN}/new.jpg\r\nx;${CDN}/y.jpg\r\n`;
    expect(await readCells(file)).toEqual([
      { line: 2, row: 2, column: 3, text: `${CDN}/new.jpg` },
      { line: 3, row: null, column: 3, text: `${CDN}/y.jpg` },
    ]);
  });

  it.each([
    ['correction_row_missing', `SKU,Image 1\n1,${CDN}/a.jpg\n`],
    ['correction_row_missing', ''],
    ['correction_column_missing', `SKU,Photo,Error Row\n1,${CDN}/a.jpg,1\n`],
  ])(
    "readCorrectedCells() throws the error %s for a file that is not the request's errors file",
    async (code, file) => {
      await expect(readCells(file)).rejects.toMatchObject({ code });
    },
  );
});

describe('findCorrections()', () => {
  const file = { platform: 'generic' };
  const failedReferences = [`${CDN}/a.jpg`, 'mug.jpg'];

  it('findCorrections() returns no correction for an unchanged cell', () => {
    const corrections = findCorrections(`${CDN}/a.jpg,mug.jpg`, failedReferences, file);
    expect(corrections).toEqual({ newUrls: [], unchangedCount: 2, problems: [] });
  });

  it('findCorrections() returns the new URL of a changed entry', () => {
    expect(findCorrections(`${CDN}/a.jpg, ${CDN}/m.jpg`, failedReferences, file)).toEqual({
      newUrls: [{ failedIndex: 1, reference: 'mug.jpg', url: `${CDN}/m.jpg` }],
      unchangedCount: 1,
      problems: [],
    });
  });

  it('findCorrections() reports an entry that is still not a URL', () => {
    const { problems } = findCorrections('ftp://x.example.com/a.jpg', ['mug.jpg'], file);
    expect(problems).toMatchObject([{ code: 'url_scheme' }]);
  });

  it('findCorrections() reports a cell with a different number of images', () => {
    const { problems, newUrls } = findCorrections(`${CDN}/m.jpg`, failedReferences, file);
    expect(problems).toMatchObject([{ code: 'correction_count_differs' }]);
    expect(newUrls).toEqual([]);
  });

  it('findCorrections() recognizes a reference that the errors file escaped as a formula', () => {
    expect(findCorrections(`'=IMAGE(A2)`, ['=IMAGE(A2)'], file).unchangedCount).toBe(1);
  });
});
