import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { HostileInputFixture } from '../support/hostile-input-fixture.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

const fixture = HostileInputFixture.forThisFile({ MAX_UPLOAD_BYTES: '12000000' });
const HEADER = 'S. No.,Product Name,Input Image Urls';

/** Checks that the app still processes a valid catalog. */
async function expectAppProcessesCatalog(): Promise<void> {
  expect(await fixture.processUrls([fixture.validUrl])).toEqual({
    [fixture.validUrl]: 'completed',
  });
}

describe('A hostile CSV', () => {
  const repeatToLength = (text: string, bytes: number) =>
    text.repeat(Math.ceil(bytes / text.length));
  it.each<[string, () => string | Buffer]>([
    ['ten megabytes of quotes', () => repeatToLength('"', 1e7)],
    ['ten megabytes of quotes in a cell', () => `${HEADER}\n1,"${repeatToLength('"', 1e7)}`],
    ['ten megabytes of commas', () => repeatToLength(',', 1e7)],
    ['ten megabytes of commas in a row', () => `${HEADER}\n1,a,${repeatToLength(',', 1e7)}`],
    ['ten megabytes without a line break', () => repeatToLength('a', 1e7)],
    [
      'ten megabytes of unbalanced quotes',
      () => `${HEADER}\n${repeatToLength('1,"a"b,"c\n', 1e7)}`,
    ],
    ['ten megabytes of NUL bytes', () => Buffer.alloc(1e7)],
    ['a NUL byte in a cell', () => `${HEADER}\n1,a\0b,${fixture.validUrl}\n`],
    ['a hundred thousand columns', () => `${HEADER}${repeatToLength(',x', 200_000)}\n`],
    [
      'a cell of five megabytes',
      () => `${HEADER}\n1,"${repeatToLength('x\n', 5e6)}",${fixture.validUrl}\n`,
    ],
    [
      'a row of a hundred thousand URLs',
      () => `${HEADER}\n1,a,"${repeatToLength(`${fixture.validUrl},`, 4e6)}"`,
    ],
    ['truncated UTF-16', () => Buffer.from(`\uFEFF${HEADER}\n1,a,b`, 'utf16le').subarray(0, -1)],
    ['lone surrogates', () => Buffer.from(`\uFEFF${HEADER}\n1,\uD800,x\n`, 'utf16le')],
    ['a gzip-compressed CSV', () => Buffer.from('H4sIAAAAAAAAA0ssTgEAoZ7CAAMAAAA=', 'base64')],
    ['only a byte order mark', () => '\uFEFF'],
  ])('A hostile CSV is rejected with a reason: %s', async (_label, csv) => {
    const { status, body } = await LivenessMonitor.during(fixture.app, () =>
      fixture.app.api.upload(csv()),
    );
    expect([400, 413, 415]).toContain(status);
    expect(body.code).toMatch(/^[a-z_]+$/);
    await expectAppProcessesCatalog();
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__.polluted',
    '\u202E',
  ])('A column named %j is kept in the output CSV', async (name) => {
    const csv = `${name},S. No.,Product Name,Input Image Urls\nvalue,1,${name},${fixture.validUrl}\n`;
    const id = await fixture.app.api.uploadAccepted(csv);
    await fixture.app.api.waitUntilFinal(id);
    const { data } = Papa.parse<string[]>(
      (await fixture.app.api.getText(`/download/${id}`)).trimEnd(),
    );
    expect(data[0]).toEqual([
      name,
      'S. No.',
      'Product Name',
      'Input Image Urls',
      'Output Image Urls',
    ]);
    expect(data[1].slice(0, 4)).toEqual(['value', '1', name, fixture.validUrl]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('A hostile CSV file name is rejected, or sent back without path characters', async () => {
    for (const filename of [
      '../../../etc/passwd',
      '..\\..\\x.csv',
      '/etc/cron.d/x',
      'a\u0000b.csv',
      '.',
      'x'.repeat(5000),
    ]) {
      const { status, body } = await fixture.app.api.upload(
        fixture.buildCatalog([fixture.validUrl]),
        {},
        { filename },
      );
      expect([202, 400]).toContain(status);
      if (status !== 202) continue;
      await fixture.app.api.waitUntilFinal(body.request_id);
      const response = await fixture.app.api.get(`/download/${body.request_id}`);
      expect(response.headers.get('content-disposition')).not.toMatch(/[/\\]|\.\./);
    }
  });
});

/** Formulas for Excel, LibreOffice and Google Sheets. */
const payloads = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1)',
  '=cmd|"/c calc"!A1',
  '=HYPERLINK("http://x","y")',
  '=1+1\nx',
  '-2+3+cmd|" /C calc"!D2',
];
/** Disguises with characters that spreadsheets skip or normalize. */
const variants: [string, (formula: string) => string][] = [
  ['without a prefix', (formula) => formula],
  ['after a space', (formula) => ` ${formula}`],
  ['after a tab', (formula) => `\t${formula}`],
  ['after a line feed', (formula) => `\n${formula}`],
  ['after a carriage return', (formula) => `\r${formula}`],
  ['after a no-break space', (formula) => `\u00A0${formula}`],
  ['after a byte order mark', (formula) => `\uFEFF${formula}`],
  ['after a zero-width space', (formula) => `\u200B${formula}`],
  ['after a direction mark', (formula) => `\u202E${formula}`],
  ['after a control character', (formula) => `\u0001${formula}`],
  [
    'with a full-width sign',
    (formula) =>
      formula.replace(/^[=+\-@]/, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  ],
  [
    'with a small sign',
    (formula) =>
      formula.replace(
        /^[=+\-@]/,
        (sign) => ({ '=': '﹦', '+': '﹢', '-': '﹣', '@': '﹫' })[sign]!,
      ),
  ],
  ['after a full-width space', (formula) => `\u3000${formula}`],
];
/** Returns the first character that a spreadsheet reads, without using the app's pattern. */
const getFirstVisibleCharacter = (cell: string) =>
  cell.replace(/^[\p{White_Space}\p{C}]+/u, '').at(0) ?? '';
const FORMULA_SIGNS = new Set('=+-@＝＋－＠﹦﹢﹣﹫');

describe('A formula', () => {
  it.each(variants)('A formula %s is escaped in the output CSV', async (_label, disguise) => {
    const cells = payloads.map(disguise);
    const quoteCell = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const rows = cells.map((cell) =>
      [quoteCell(cell), quoteCell(cell), fixture.validUrl, quoteCell(cell)].join(','),
    );
    const header = ['S. No.', 'Product Name', 'Input Image Urls', disguise('=1+2')].map(quoteCell);
    const id = await fixture.app.api.uploadAccepted([header.join(','), ...rows].join('\r\n'));
    await fixture.app.api.waitUntilFinal(id);
    for (const query of ['', '?detail=true']) {
      const { data } = Papa.parse<string[]>(
        await fixture.app.api.getText(`/download/${id}${query}`),
        {
          delimiter: ',',
        },
      );
      const unescapedCells = data
        .flat()
        .filter((cell) => FORMULA_SIGNS.has(getFirstVisibleCharacter(cell)));
      expect(unescapedCells).toEqual([]);
      expect(data).toHaveLength(payloads.length + 2);
    }
    const rawCsv = Papa.parse<string[]>(
      (await fixture.app.api.getText(`/download/${id}?raw=true`)).trimEnd(),
    );
    expect(rawCsv.data.slice(1).map((row) => row[1])).toEqual(cells);
  });
});
