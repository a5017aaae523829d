import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCatalog, cellsOf, hasMark, written } from '../../../test/support/any-catalog.js';
import { chunks, readCatalog } from '../../../test/support/read-catalog.js';

it('reads back, cell by cell, any catalog written in any dialect', async () => {
  await fc.assert(
    fc.asyncProperty(anyCatalog, async (given) => {
      const { delimiter, newline, encoding } = given;
      const expected = cellsOf(given);
      const { reader, rows } = await readCatalog(chunks(written(given), given.chunkSize));
      expect(rows.map(({ cells }) => cells)).toEqual(expected);
      expect(rows.map(({ urls }) => urls)).toEqual(given.rows.map(({ urls }) => urls));
      expect(rows.map(({ row }) => row)).toEqual(expected.map((_, i) => i + 1));
      expect(reader.dialect).toEqual({ delimiter, newline, encoding, bom: hasMark(given) });
    }),
    { numRuns: 500 },
  );
});

it('reads Windows-1252 that is not UTF-8, in pieces of any size', async () => {
  const letters = 'äöüß€‚„“”•–—™šœžŸéèñ'.split('');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...letters), { minLength: 1 }),
      fc.nat(500),
      async (name, padding) => {
        const text = `Nr;Name;Images\n1;${'x'.repeat(padding)};https://a.example/1.jpg\n2;- ${name.join(' ')};https://a.example/2.jpg\n`;
        const bytes = Buffer.from(text.split('').map(windows1252));
        const { reader, rows } = await readCatalog(chunks(bytes));
        expect(rows[1].productName).toBe(`- ${name.join(' ')}`);
        expect(reader.dialect.encoding).toBe('windows-1252');
      },
    ),
  );
});

/** From the code page itself, not from the code under test. */
function windows1252(char: string): number {
  const HIGH: Record<string, number> = {
    '€': 0x80,
    '‚': 0x82,
    '„': 0x84,
    '“': 0x93,
    '”': 0x94,
    '•': 0x95,
    '–': 0x96,
    '—': 0x97,
    '™': 0x99,
    š: 0x9a,
    œ: 0x9c,
    ž: 0x9e,
    Ÿ: 0x9f,
  };
  return HIGH[char] ?? char.charCodeAt(0);
}
