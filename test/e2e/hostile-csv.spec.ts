import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { HostileFixture } from '../support/hostile-fixture.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

const bench = HostileFixture.forThisFile({ MAX_UPLOAD_BYTES: '12000000' });
const HEADER = 'S. No.,Product Name,Input Image Urls';

/** Checks that the app still processes a valid catalog. */
async function expectValidCatalog(): Promise<void> {
  expect(await bench.processUrls([bench.validUrl])).toEqual({ [bench.validUrl]: 'completed' });
}

describe('A hostile CSV', () => {
  const repeated = (text: string, bytes: number) => text.repeat(Math.ceil(bytes / text.length));
  it.each<[string, () => string | Buffer]>([
    ['ten megabytes of quotes', () => repeated('"', 1e7)],
    ['ten megabytes of quotes in a cell', () => `${HEADER}\n1,"${repeated('"', 1e7)}`],
    ['ten megabytes of commas', () => repeated(',', 1e7)],
    ['ten megabytes of commas in a row', () => `${HEADER}\n1,a,${repeated(',', 1e7)}`],
    ['ten megabytes without a line end', () => repeated('a', 1e7)],
    ['ten megabytes of half quotes', () => `${HEADER}\n${repeated('1,"a"b,"c\n', 1e7)}`],
    ['ten megabytes of NUL', () => Buffer.alloc(1e7)],
    ['a NUL in a cell', () => `${HEADER}\n1,a\0b,${bench.validUrl}\n`],
    ['a hundred thousand columns', () => `${HEADER}${repeated(',x', 200_000)}\n`],
    [
      'a cell of five megabytes',
      () => `${HEADER}\n1,"${repeated('x\n', 5e6)}",${bench.validUrl}\n`,
    ],
    [
      'a row of a hundred thousand URLs',
      () => `${HEADER}\n1,a,"${repeated(`${bench.validUrl},`, 4e6)}"`,
    ],
    [
      'UTF-16 that is cut in half',
      () => Buffer.from(`\uFEFF${HEADER}\n1,a,b`, 'utf16le').subarray(0, -1),
    ],
    ['lone surrogates', () => Buffer.from(`\uFEFF${HEADER}\n1,\uD800,x\n`, 'utf16le')],
    ['a gzip of a CSV', () => Buffer.from('H4sIAAAAAAAAA0ssTgEAoZ7CAAMAAAA=', 'base64')],
    ['only a byte order mark', () => '\uFEFF'],
  ])('A hostile CSV of %s is rejected with a reason', async (_what, csv) => {
    const { status, body } = await LivenessMonitor.during(bench.app, () =>
      bench.app.api.upload(csv()),
    );
    expect([400, 413, 415]).toContain(status);
    expect(body.code).toMatch(/^[a-z_]+$/);
    await expectValidCatalog();
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__.polluted',
    '\u202E',
  ])('A hostile CSV with a column named %s keeps that column', async (name) => {
    const csv = `${name},S. No.,Product Name,Input Image Urls\nvalue,1,${name},${bench.validUrl}\n`;
    const id = await bench.app.api.uploadAccepted(csv);
    await bench.app.api.waitUntilFinal(id);
    const { data } = Papa.parse<string[]>(
      (await bench.app.api.getText(`/download/${id}`)).trimEnd(),
    );
    expect(data[0]).toEqual([
      name,
      'S. No.',
      'Product Name',
      'Input Image Urls',
      'Output Image Urls',
    ]);
    expect(data[1].slice(0, 4)).toEqual(['value', '1', name, bench.validUrl]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('A hostile CSV may have any file name, because the app never uses it as a path', async () => {
    for (const filename of [
      '../../../etc/passwd',
      '..\\..\\x.csv',
      '/etc/cron.d/x',
      'a\u0000b.csv',
      '.',
      'x'.repeat(5000),
    ]) {
      const { status, body } = await bench.app.api.upload(
        bench.buildCatalog([bench.validUrl]),
        {},
        { filename },
      );
      expect([202, 400]).toContain(status);
      if (status !== 202) continue;
      await bench.app.api.waitUntilFinal(body.request_id);
      const response = await bench.app.api.get(`/download/${body.request_id}`);
      expect(response.headers.get('content-disposition')).not.toMatch(/[/\\]|\.\./);
    }
  });
});

/** Starts of formulas in Excel, LibreOffice and Google Sheets, also after characters that they skip. */
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
const variants: [string, (formula: string) => string][] = [
  ['as it is', (formula) => formula],
  ['behind a space', (formula) => ` ${formula}`],
  ['behind a tab', (formula) => `\t${formula}`],
  ['behind a line feed', (formula) => `\n${formula}`],
  ['behind a carriage return', (formula) => `\r${formula}`],
  ['behind a no-break space', (formula) => `\u00A0${formula}`],
  ['behind a byte order mark', (formula) => `\uFEFF${formula}`],
  ['behind a zero-width space', (formula) => `\u200B${formula}`],
  ['behind a direction mark', (formula) => `\u202E${formula}`],
  ['behind a control character', (formula) => `\u0001${formula}`],
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
  ['behind a full-width space', (formula) => `\u3000${formula}`],
];
/** Returns the first character that a spreadsheet reads, independent of the pattern of the app. */
const firstSeen = (cell: string) => cell.replace(/^[\p{White_Space}\p{C}]+/u, '').at(0) ?? '';
const LIVE = new Set('=+-@＝＋－＠﹦﹢﹣﹫');

describe('A formula', () => {
  it.each(variants)('A formula %s is escaped in the output CSV', async (_how, disguise) => {
    const cells = payloads.map(disguise);
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const rows = cells.map((cell) =>
      [quoted(cell), quoted(cell), bench.validUrl, quoted(cell)].join(','),
    );
    const header = ['S. No.', 'Product Name', 'Input Image Urls', disguise('=1+2')].map(quoted);
    const id = await bench.app.api.uploadAccepted([header.join(','), ...rows].join('\r\n'));
    await bench.app.api.waitUntilFinal(id);
    for (const query of ['', '?detail=true']) {
      const { data } = Papa.parse<string[]>(
        await bench.app.api.getText(`/download/${id}${query}`),
        {
          delimiter: ',',
        },
      );
      const live = data.flat().filter((cell) => LIVE.has(firstSeen(cell)));
      expect(live).toEqual([]);
      expect(data).toHaveLength(payloads.length + 2);
    }
    const raw = Papa.parse<string[]>(
      (await bench.app.api.getText(`/download/${id}?raw=true`)).trimEnd(),
    );
    expect(raw.data.slice(1).map((row) => row[1])).toEqual(cells);
  });
});
