import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { anyProductFile, toOutputUrl } from '../../../test/support/any-product-file.js';
import { readCatalog, writeCatalog } from '../../../test/support/catalog.js';

/** Set FUZZ_CASES=3000 to test more files. */
const FILE_COUNT = Number(process.env.FUZZ_CASES ?? 300);

/** Parses the text after the preamble with papaparse alone, independently of the reader under test. */
function parseTable(
  text: string,
  preamble: string,
  delimiter: string,
  newline: string,
): string[][] {
  const body = text.replace(/^\uFEFF/, '').slice(preamble.length);
  const { data } = Papa.parse<string[]>(body, {
    delimiter,
    newline: newline as '\n',
    skipEmptyLines: 'greedy',
  });
  return data;
}

const isBlank = (cells: string[]): boolean => cells.every((cell) => cell.trim() === '');

describe('writeCatalog()', () => {
  it(`writeCatalog() writes every image and keeps every other cell in both output modes (${FILE_COUNT} files)`, async () => {
    await fc.assert(
      fc.asyncProperty(anyProductFile, async (file) => {
        const { delimiter, newline, preamble, header } = file;
        const rows = file.rows.filter(({ cells }) => !isBlank(cells));
        const catalog = await readCatalog(file.bytes);

        expect(catalog.urls).toEqual(rows.map(({ urls }) => urls));
        expect(catalog.problems).toEqual([]);
        expect(catalog.description.header).toEqual(header);
        expect(catalog.description.layout).toMatchObject({ delimiter, newline });
        expect(catalog.rows.map(({ cells }) => cells)).toEqual(rows.map(({ cells }) => cells));

        const replacedFile = await writeCatalog(
          catalog,
          { format: 'csv', mode: 'replace' },
          toOutputUrl,
        );
        expect(parseTable(replacedFile.toString(), preamble, delimiter, newline)).toEqual([
          header,
          ...rows.map((row) => row.outputCells),
        ]);

        const appendedFile = await writeCatalog(
          catalog,
          { format: 'csv', mode: 'append', raw: true },
          toOutputUrl,
        );
        const table = parseTable(appendedFile.toString(), preamble, delimiter, newline);
        expect(table.map((cells) => cells.slice(0, header.length))).toEqual([
          header,
          ...rows.map(({ cells }) => cells),
        ]);
        const outputs = table.slice(1).map((cells) =>
          cells
            .slice(header.length)
            .flatMap((cell) => cell.split(','))
            .filter(Boolean),
        );
        expect(outputs).toEqual(rows.map(({ urls }) => urls.map(toOutputUrl)));
      }),
      { numRuns: FILE_COUNT },
    );
  }, 600_000);
});
