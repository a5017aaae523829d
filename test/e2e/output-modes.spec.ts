import iconv from 'iconv-lite';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { ShopFixture } from '../support/shop-fixture.js';
import { readStrictCsv } from '../support/strict-csv.js';

const fixture = ShopFixture.forThisFile();

/** Reads the output file and replaces each output URL with its input URL. */
async function readWithInputUrls(
  id: string,
  query: string,
  delimiter?: string,
): Promise<string[][]> {
  let text = (await fixture.getBytes(`/download/${id}?${query}`)).toString();
  for (const [input, output] of await fixture.findOutputUrls(id)) {
    expect(text.replaceAll('\\/', '/')).toContain(output);
    text = text
      .replaceAll(output, input)
      .replaceAll(output.replaceAll('/', '\\/'), input.replaceAll('/', '\\/'));
  }
  return readStrictCsv(text, delimiter);
}

describe('GET /download/:id for a Shopify file with two image columns', () => {
  const HEADER = 'Handle,Title,Body (HTML),Image Src,Image Position,Variant Image,Variant SKU';
  let id: string;
  let csv: string;
  let urls: string[];

  const upload = async () => {
    urls = await Promise.all(
      ['/mug-1.jpg?v=1', '/mug-2.jpg?v=1', '/red.jpg', '/clock.jpg'].map((path) =>
        fixture.addImage(path),
      ),
    );
    const goneUrl = fixture.origin.url('/gone.jpg');
    csv = [
      HEADER,
      `mug,"Mug, blue","<p>=1+1 ""good""</p>",${urls[0]},1,${urls[2]},M-1`,
      `mug,,,${urls[1]},2,,`,
      `clock,Clock,=cmd,${goneUrl},1,${urls[3]},C-1`,
      `empty,Nothing,,,,,E-1`,
      '',
    ].join('\r\n');
    id = await fixture.uploadAndWait(csv);
  };

  it('GET /download/:id for a Shopify file with two image columns adds one output column for each image column in append mode', async () => {
    await upload();
    const [header, ...rows] = readStrictCsv(await fixture.getBytes(`/download/${id}`));
    const outputs = await fixture.findOutputUrls(id);
    expect(header).toEqual([...HEADER.split(','), 'Output Image Src', 'Output Variant Image']);
    expect(rows.map((row) => row.slice(7))).toEqual([
      [outputs.get(urls[0]), outputs.get(urls[2])],
      [outputs.get(urls[1]), ''],
      ['', outputs.get(urls[3])],
      ['', ''],
    ]);
    expect(rows[2][2]).toBe("'=cmd");
  });

  it('GET /download/:id for a Shopify file with two image columns changes only the URLs of completed images in replace mode', async () => {
    expect(await readWithInputUrls(id, 'output=replace')).toEqual(readStrictCsv(csv));
    expect((await fixture.getBytes(`/download/${id}?output=replace`)).toString()).not.toContain(
      "'=cmd",
    );
  });

  it('GET /download/:id for a Shopify file with two image columns overwrites the output columns of an uploaded output file', async () => {
    const firstOutput = await fixture.getBytes(`/download/${id}?raw=true`);
    const secondId = await fixture.uploadAndWait(firstOutput);
    expect(readStrictCsv(await fixture.getBytes(`/download/${secondId}?raw=true`))).toEqual(
      readStrictCsv(firstOutput),
    );
  });

  it('GET /download/:id for a Shopify file with two image columns lists image details column by column', async () => {
    const [header, first, , third] = readStrictCsv(
      await fixture.getBytes(`/download/${id}?detail=true`),
    );
    const statusIndex = header.indexOf('Image Status');
    expect(first[statusIndex]).toBe('completed,completed');
    expect(third.slice(statusIndex)).toEqual([
      'failed,completed',
      expect.stringMatching(/^,\d+$/),
      expect.stringMatching(/^,\d+$/),
      expect.stringMatching(/^,/),
      'http_404,',
      expect.stringMatching(/ \| $/),
    ]);
  });

  it('GET /download/:id for a Shopify file with two image columns sends Pressroom-Rows and supports HEAD and If-None-Match in every format', async () => {
    const etags = new Set<string>();
    for (const query of ['', '?output=replace', '?format=xlsx', '?output=replace&format=xlsx']) {
      const path = `/download/${id}${query}`;
      const response = await fixture.app.api.get(path);
      await response.arrayBuffer();
      const etag = response.headers.get('etag')!;
      expect(response.headers.get('pressroom-rows')).toBe('4');
      expect((await fixture.app.api.get(path, { 'If-None-Match': etag })).status).toBe(304);
      const head = await fixture.app.api.call(path, { method: 'HEAD' });
      expect(head.headers.get('content-type')).toBe(response.headers.get('content-type'));
      expect(head.headers.get('pressroom-rows')).toBe('4');
      etags.add(etag);
    }
    expect(etags.size).toBe(4);
  });

  it.each(['format=pdf', 'output=both'])(
    'GET /download/:id for a Shopify file with two image columns rejects %s',
    async (query) => {
      const { body } = await fixture.app.api.getJson(`/download/${id}?${query}`);
      expect(body).toMatchObject({ status: 400, code: 'invalid_parameter' });
    },
  );
});

describe('GET /download/:id?output=replace', () => {
  it.each([
    ['a WooCommerce list', (a: string, b: string) => `${a}, ${b}`],
    ['a JSON list', (a: string, b: string) => JSON.stringify([a, b])],
    [
      'a JSON list with escaped slashes',
      (a: string, b: string) => JSON.stringify([a, b]).replaceAll('/', '\\/'),
    ],
    [
      'a list of names with URLs in parentheses',
      (a: string, b: string) => `front.jpg (${a}),side.jpg (${b})`,
    ],
    ['a list with an empty entry', (a: string, b: string) => `${a},,${b}`],
  ])('GET /download/:id?output=replace replaces only the URLs inside %s', async (name, cell) => {
    const path = name.replaceAll(' ', '-');
    const [a, b] = [
      await fixture.addImage(`/${path}-1.jpg`),
      await fixture.addImage(`/${path}-2.jpg`),
    ];
    const quoteCell = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const csv = `ID,Type,SKU,Name,Images\n1,simple,M-1,Mug,${quoteCell(cell(a, b))}\n2,simple,M-2,Bowl,${a}\n`;
    const id = await fixture.uploadAndWait(csv);
    expect((await fixture.findOutputUrls(id)).size).toBe(2);
    expect(await readWithInputUrls(id, 'output=replace')).toEqual(readStrictCsv(csv));
  });

  it('GET /download/:id?output=replace writes a separate output for each list entry, even if entries are identical', async () => {
    const goneUrl = fixture.origin.url('/list-gone.jpg');
    const a = await fixture.addImage('/list-a.jpg');
    const csv = `SKU,Name,Image\n1,Mug,"${goneUrl}|${a}|${goneUrl}"\n`;
    const id = await fixture.uploadAndWait(csv);
    const correction = await fixture.post(`/requests/${id}/corrections`, {
      row: 1,
      position: 3,
      url: a,
    });
    expect(correction.body).toMatchObject({ corrected: 1, problems: [] });
    await fixture.app.api.waitUntilFinal(id);
    const output = (await fixture.findOutputUrls(id)).get(a);
    const readCells = async (query: string) =>
      readStrictCsv(await fixture.getBytes(`/download/${id}?${query}`))[1];
    expect((await readCells('output=replace'))[2]).toBe(`${goneUrl}|${output}|${output}`);
    expect((await readCells('output=append'))[3]).toBe(`,${output},${output}`);
  });

  it.each(['append', 'replace'])(
    'GET /download/:id?output=%s keeps the sep= line and the preamble',
    async (mode) => {
      const url = await fixture.addImage('/preamble.jpg');
      const csv = `sep=;\r\nPrice list 2026;;\r\nSKU;Name;Image\r\n1;Mug;${url}\r\n`;
      const id = await fixture.uploadAndWait(csv);
      const text = (await fixture.getBytes(`/download/${id}?output=${mode}`)).toString();
      expect(text.startsWith('sep=;\r\nPrice list 2026;;\r\nSKU;Name;Image')).toBe(true);
      expect(text.trimEnd().split('\r\n')).toHaveLength(4);
    },
  );

  it('GET /download/:id?output=replace writes no header row for a file without one', async () => {
    const url = await fixture.addImage('/headless.jpg');
    const id = await fixture.uploadAndWait(`1,Mug,${url}\n2,Bowl,${url}\n`);
    const output = (await fixture.findOutputUrls(id)).get(url);
    expect((await fixture.getBytes(`/download/${id}?output=replace`)).toString()).toBe(
      `1,Mug,${output}\n2,Bowl,${output}\n`,
    );
  });
});

describe('GET /download/:id for a file in another encoding', () => {
  it.each([
    ['win1251', 'Кружка большая, синяя; цена 990 рублей — скидка «Весна»'],
    ['shift_jis', 'マグカップ（青）北海道限定、税込価格です。ソ能表'],
    ['gbk', '蓝色咖啡杯，北京限定，价格为九十九元。陶瓷'],
  ])(
    'GET /download/:id for a file in another encoding keeps every character of %s in both modes',
    async (codec, name) => {
      const url = await fixture.addImage(`/${codec}.jpg`);
      const csv = `SKU,Name,Image\r\n1,"${name}",${url}\r\n2,"${name} 2",${url}\r\n`;
      const id = await fixture.uploadAndWait(iconv.encode(csv, codec));
      for (const mode of ['append', 'replace']) {
        const rows = await readWithInputUrls(id, `output=${mode}`);
        expect(rows.slice(1).map((row) => row.slice(0, 2))).toEqual([
          ['1', name],
          ['2', `${name} 2`],
        ]);
      }
      const bytes = await fixture.getBytes(`/download/${id}`);
      expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    },
  );
});

describe('GET /download/:id for an Excel file', () => {
  it('GET /download/:id for an Excel file returns by default an Excel file that can be uploaded again', async () => {
    const url = await fixture.addImage('/excel.jpg');
    const csv = `SKU,EAN,Image,Note\n007,4006381333931,${url},=1+1\n8,,"${url}\n${fixture.origin.url('/no.jpg')}",x\n`;
    const firstId = await fixture.uploadAndWait(csv);
    const workbook = await fixture.getBytes(
      `/download/${firstId}?format=xlsx&output=replace&raw=true`,
    );
    const id = await fixture.uploadAndWait(
      await fixture.getBytes(`/download/${firstId}?format=xlsx`),
      {},
      'Spring.xlsx',
    );

    const response = await fixture.app.api.get(`/download/${id}?output=replace`);
    expect(response.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    expect(response.headers.get('content-disposition')).toContain(
      'filename=Spring-compressed.xlsx',
    );
    const output = (await fixture.findOutputUrls(firstId)).get(url);
    const rows = await readSheet(Buffer.from(await response.arrayBuffer()));
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ['SKU', 'EAN', 'Image', 'Note'],
      ['007', '4006381333931', output, '=1+1'],
      ['8', null, `${output}\n${fixture.origin.url('/no.jpg')}`, 'x'],
    ]);
    expect((await readSheet(workbook))[1]).toEqual(['007', '4006381333931', output, '=1+1']);
    const csvRows = readStrictCsv(await fixture.getBytes(`/download/${id}?format=csv`));
    expect(csvRows[0]).toEqual(['SKU', 'EAN', 'Image', 'Note', 'Output Image Urls']);
  });
});
