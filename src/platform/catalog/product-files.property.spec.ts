import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { anyProductFile, toOutputUrl } from '../../../test/support/any-product-file.js';
import { readCatalog, writeCatalog } from '../../../test/support/catalog.js';

/** More files with FUZZ_CASES=3000. */
const FILES = Number(process.env.FUZZ_CASES ?? 300);

/** An independent reader: papaparse by itself, on the text behind what precedes the header. */
function parse(text: string, preamble: string, delimiter: string, newline: string): string[][] {
  const body = text.replace(/^\uFEFF/, '').slice(preamble.length);
  const { data } = Papa.parse<string[]>(body, {
    delimiter,
    newline: newline as '\n',
    skipEmptyLines: 'greedy',
  });
  return data;
}

const isBlank = (cells: string[]): boolean => cells.every((cell) => cell.trim() === '');

describe('The output of any product file', () => {
  it(`The output of any product file contains every image and keeps every other cell in both output modes (${FILES} files)`, async () => {
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

        const replaced = await writeCatalog(
          catalog,
          { format: 'csv', mode: 'replace' },
          toOutputUrl,
        );
        expect(parse(replaced.toString(), preamble, delimiter, newline)).toEqual([
          header,
          ...rows.map((row) => row.outputCells),
        ]);

        const appended = await writeCatalog(
          catalog,
          { format: 'csv', mode: 'append', raw: true },
          toOutputUrl,
        );
        const table = parse(appended.toString(), preamble, delimiter, newline);
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
      { numRuns: FILES },
    );
  }, 600_000);
});
