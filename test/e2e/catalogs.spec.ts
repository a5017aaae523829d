import Papa from 'papaparse';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { Scenario } from '../support/scenario.js';

/** Tests the path from the upload to the output CSV for formats that occur in real catalogs. */
describe('A catalog', () => {
  const scenario = Scenario.forThisFile({ origin: true });

  beforeAll(async () => {
    for (let i = 1; i <= 12; i++) {
      const background = { r: i * 20, g: 90, b: 120 };
      const photo = sharp({ create: { width: 64, height: 48, channels: 3, background } });
      scenario.origin.on(`/${i}.jpg`, serveFile(await photo.jpeg({ quality: 95 }).toBuffer()));
      scenario.origin.on(`/size,${i}.jpg`, serveFile(await photo.jpeg({ quality: 90 }).toBuffer()));
      scenario.origin.on(
        `/${i}/front.jpg`,
        serveFile(await photo.jpeg({ quality: 85 }).toBuffer()),
      );
    }
  });

  const getImageUrl = (n: number) => scenario.origin.url(`/${n}.jpg`);

  /** Uploads a catalog, waits until the request ends, and reads the output CSV. */
  async function compressCatalog(csv: string | Buffer) {
    const id = await scenario.api.uploadAccepted(csv);
    const status = await scenario.api.waitUntilFinal(id);
    const text = await scenario.api.getText(`/download/${id}`);
    const delimiter = text.split('\n')[0].includes('\t') ? '\t' : undefined;
    const rows = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {
      skipEmptyLines: true,
      delimiter,
    }).data;
    return { id, status, text, rows };
  }

  /** Checks that each output URL of a cell serves a JPEG. Returns the widths. */
  async function fetchWidths(cell: string): Promise<number[]> {
    return Promise.all(
      cell.split(',').map(async (output) => {
        const response = await fetch(output);
        expect(response.headers.get('content-type')).toBe('image/jpeg');
        return (await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width;
      }),
    );
  }

  it('A catalog with three unquoted URLs per row and no final newline is returned with the URLs in one quoted cell', async () => {
    const csv = [
      'Serial Number,Product Name,Input Image Urls',
      `1,SKU1,${getImageUrl(1)},${getImageUrl(2)},${getImageUrl(3)}`,
      `2,SKU2,${getImageUrl(4)},${getImageUrl(5)},${getImageUrl(6)}`,
    ].join('\n');
    const { rows, status } = await compressCatalog(csv);
    expect(status.progress).toMatchObject({ total: 6, completed: 6, failed: 0, percent: 100 });
    expect(rows[0]).toEqual([
      'Serial Number',
      'Product Name',
      'Input Image Urls',
      'Output Image Urls',
    ]);
    expect(rows[1].slice(0, 3)).toEqual(['1', 'SKU1', [1, 2, 3].map(getImageUrl).join(',')]);
    expect(rows[2].slice(0, 3)).toEqual(['2', 'SKU2', [4, 5, 6].map(getImageUrl).join(',')]);
    expect(await fetchWidths(rows[1][3])).toEqual([64, 64, 64]);
    expect(new Set([...rows[1][3].split(','), ...rows[2][3].split(',')]).size).toBe(6);
  });

  it('A catalog with one URL per row keeps its rows in order', async () => {
    const csv = `S. No.,Product Name,Input Image Urls\n1,SKU1,${getImageUrl(1)}\n2,SKU2,${getImageUrl(2)}\n`;
    const { rows } = await compressCatalog(csv);
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      ['S. No.', 'Product Name'],
      ['1', 'SKU1'],
      ['2', 'SKU2'],
    ]);
    expect(await fetchWidths(rows[1][3])).toEqual([64]);
  });

  it('A catalog with several URLs in a quoted cell aligns outputs with inputs', async () => {
    const csv = `S. No.,Product Name,Input Image Urls\n1,SKU1,"${getImageUrl(1)},${getImageUrl(2)}"\n`;
    const { rows, status } = await compressCatalog(csv);
    const outputs = status.products[0].images.map(({ output_url }) => output_url);
    expect(rows[1][3].split(',')).toEqual(outputs);
  });

  it('The output of a catalog in UTF-8 with a BOM and CRLF has the same encoding and line endings', async () => {
    const { text, rows } = await compressCatalog(
      `\uFEFFS. No.,Product Name,Input Image Urls\r\n1,Käsebrett,${getImageUrl(1)}\r\n`,
    );
    expect(text).toMatch(/^\uFEFFS\. No\.,Product Name,Input Image Urls,Output Image Urls\r\n1,/);
    expect(rows[1][1]).toBe('Käsebrett');
  });

  it('A catalog in UTF-16 with tabs is read correctly', async () => {
    const csv = `\uFEFFS. No.\tProduct Name\tInput Image Urls\r\n1\tТарелка\t${getImageUrl(1)}\r\n`;
    const { rows } = await compressCatalog(Buffer.from(csv, 'utf16le'));
    expect(rows[1].slice(0, 3)).toEqual(['1', 'Тарелка', getImageUrl(1)]);
    expect(await fetchWidths(rows[1][3])).toEqual([64]);
  });

  it('A catalog in Windows-1252 with semicolons keeps its characters', async () => {
    const csv = `S. No.;Product Name;Input Image Urls\r\n1;Größe für 5 €;${getImageUrl(1)}\r\n`;
    const bytes = Buffer.from(csv.replace('€', '\u0080'), 'latin1');
    const { rows } = await compressCatalog(bytes);
    expect(rows[1][1]).toBe('Größe für 5 €');
    expect(await fetchWidths(rows[1][3])).toEqual([64]);
  });

  it('A comma inside an image URL does not split the URL', async () => {
    const urlWithComma = scenario.origin.url('/size,3.jpg');
    const csv = `S. No.,Product Name,Input Image Urls\n1,A,"${urlWithComma},${getImageUrl(1)}"\n2,B,${urlWithComma},${getImageUrl(2)}\n`;
    const { status } = await compressCatalog(csv);
    expect(status.products.map(({ images }) => images.map(({ input_url }) => input_url))).toEqual([
      [urlWithComma, getImageUrl(1)],
      [urlWithComma, getImageUrl(2)],
    ]);
    expect(status.progress.completed).toBe(4);
  });

  it('A catalog with a repeated serial number keeps both rows', async () => {
    const csv = `S. No.,Product Name,Input Image Urls\n007,A,${getImageUrl(1)}\n007,B,${getImageUrl(2)}\n`;
    const { rows } = await compressCatalog(csv);
    expect(rows.slice(1).map((row) => row.slice(0, 2))).toEqual([
      ['007', 'A'],
      ['007', 'B'],
    ]);
  });

  it('A catalog with the same URL in ten rows causes a single download', async () => {
    const countBefore = scenario.origin.countRequests('/9.jpg');
    const rows = Array.from({ length: 10 }, (_, i) => `${i + 1},SKU${i + 1},${getImageUrl(9)}`);
    const { status, rows: output } = await compressCatalog(
      ['S. No.,Product Name,Input Image Urls', ...rows].join('\n'),
    );
    expect(scenario.origin.countRequests('/9.jpg') - countBefore).toBe(1);
    expect(status.progress).toMatchObject({ total: 10, completed: 10 });
    expect(new Set(output.slice(1).map((row) => row[3])).size).toBe(1);
  });

  it('A catalog with two images named front.jpg gets two output files', async () => {
    const [a, b] = [scenario.origin.url('/1/front.jpg'), scenario.origin.url('/2/front.jpg')];
    const { rows } = await compressCatalog(
      `S. No.,Product Name,Input Image Urls\n1,A,"${a},${b}"\n`,
    );
    const [first, second] = rows[1][3].split(',');
    expect(first).not.toBe(second);
    expect(await fetchWidths(rows[1][3])).toEqual([64, 64]);
  });

  it('A catalog with extra columns before and after the images keeps the column order', async () => {
    const csv = `Shop,S. No.,Product Name,Input Image Urls,Price,\nNorth,1,A,${getImageUrl(1)},"1,50",x\n`;
    const { rows } = await compressCatalog(csv);
    expect(rows[0]).toEqual([
      'Shop',
      'S. No.',
      'Product Name',
      'Input Image Urls',
      'Price',
      '',
      'Output Image Urls',
    ]);
    expect(rows[1].slice(0, 6)).toEqual(['North', '1', 'A', getImageUrl(1), '1,50', 'x']);
    expect(await fetchWidths(rows[1][6])).toEqual([64]);
  });
});
