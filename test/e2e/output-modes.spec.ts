import iconv from 'iconv-lite';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { ShopFixture } from '../support/shop-fixture.js';
import { readStrictCsv } from '../support/strict-csv.js';

const bench = ShopFixture.forThisFile();

/** Returns the cells of the output with each output URL replaced by its input URL. */
async function withInputUrls(id: string, query: string, delimiter?: string): Promise<string[][]> {
  let text = (await bench.getBytes(`/download/${id}?${query}`)).toString();
  for (const [input, output] of await bench.findOutputUrls(id)) {
    expect(text.replaceAll('\\/', '/')).toContain(output);
    text = text
      .replaceAll(output, input)
      .replaceAll(output.replaceAll('/', '\\/'), input.replaceAll('/', '\\/'));
  }
  return readStrictCsv(text, delimiter);
}

describe('GET /download/:id of a Shopify file with two image columns', () => {
  const HEADER = 'Handle,Title,Body (HTML),Image Src,Image Position,Variant Image,Variant SKU';
  let id: string;
  let csv: string;
  let urls: string[];

  const upload = async () => {
    urls = await Promise.all(
      ['/mug-1.jpg?v=1', '/mug-2.jpg?v=1', '/red.jpg', '/clock.jpg'].map((path) =>
        bench.addImage(path),
      ),
    );
    const gone = bench.origin.url('/gone.jpg');
    csv = [
      HEADER,
      `mug,"Mug, blue","<p>=1+1 ""good""</p>",${urls[0]},1,${urls[2]},M-1`,
      `mug,,,${urls[1]},2,,`,
      `clock,Clock,=cmd,${gone},1,${urls[3]},C-1`,
      `empty,Nothing,,,,,E-1`,
      '',
    ].join('\r\n');
    id = await bench.uploadAndWait(csv);
  };

  it('GET /download/:id of a Shopify file with two image columns adds one output column for each image column in append mode', async () => {
    await upload();
    const [header, ...rows] = readStrictCsv(await bench.getBytes(`/download/${id}`));
    const outputs = await bench.findOutputUrls(id);
    expect(header).toEqual([...HEADER.split(','), 'Output Image Src', 'Output Variant Image']);
    expect(rows.map((row) => row.slice(7))).toEqual([
      [outputs.get(urls[0]), outputs.get(urls[2])],
      [outputs.get(urls[1]), ''],
      ['', outputs.get(urls[3])],
      ['', ''],
    ]);
    expect(rows[2][2]).toBe("'=cmd");
  });

  it('GET /download/:id of a Shopify file with two image columns equals the upload except for the URLs of completed images in replace mode', async () => {
    expect(await withInputUrls(id, 'output=replace')).toEqual(readStrictCsv(csv));
    expect((await bench.getBytes(`/download/${id}?output=replace`)).toString()).not.toContain(
      "'=cmd",
    );
  });

  it('GET /download/:id of a Shopify file with two image columns overwrites the output columns of an uploaded output file', async () => {
    const first = await bench.getBytes(`/download/${id}?raw=true`);
    const again = await bench.uploadAndWait(first);
    expect(readStrictCsv(await bench.getBytes(`/download/${again}?raw=true`))).toEqual(
      readStrictCsv(first),
    );
  });

  it('GET /download/:id of a Shopify file with two image columns lists image details column by column', async () => {
    const [header, first, , third] = readStrictCsv(
      await bench.getBytes(`/download/${id}?detail=true`),
    );
    const at = header.indexOf('Image Status');
    expect(first[at]).toBe('completed,completed');
    expect(third.slice(at)).toEqual([
      'failed,completed',
      expect.stringMatching(/^,\d+$/),
      expect.stringMatching(/^,\d+$/),
      expect.stringMatching(/^,/),
      'http_404,',
      expect.stringMatching(/ \| $/),
    ]);
  });

  it('GET /download/:id of a Shopify file with two image columns announces its rows and supports HEAD and If-None-Match in each format', async () => {
    const seen = new Set<string>();
    for (const query of ['', '?output=replace', '?format=xlsx', '?output=replace&format=xlsx']) {
      const path = `/download/${id}${query}`;
      const response = await bench.app.api.get(path);
      await response.arrayBuffer();
      const tag = response.headers.get('etag')!;
      expect(response.headers.get('pressroom-rows')).toBe('4');
      expect((await bench.app.api.get(path, { 'If-None-Match': tag })).status).toBe(304);
      const head = await bench.app.api.call(path, { method: 'HEAD' });
      expect(head.headers.get('content-type')).toBe(response.headers.get('content-type'));
      expect(head.headers.get('pressroom-rows')).toBe('4');
      seen.add(tag);
    }
    expect(seen.size).toBe(4);
  });

  it.each(['format=pdf', 'output=both'])(
    'GET /download/:id of a Shopify file with two image columns rejects %s',
    async (query) => {
      const { body } = await bench.app.api.getJson(`/download/${id}?${query}`);
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
    ['names with URLs', (a: string, b: string) => `front.jpg (${a}),side.jpg (${b})`],
    ['a list with an empty entry', (a: string, b: string) => `${a},,${b}`],
  ])('GET /download/:id?output=replace replaces only the URLs inside %s', async (name, cell) => {
    const path = name.replaceAll(' ', '-');
    const [a, b] = [await bench.addImage(`/${path}-1.jpg`), await bench.addImage(`/${path}-2.jpg`)];
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const csv = `ID,Type,SKU,Name,Images\n1,simple,M-1,Mug,${quoted(cell(a, b))}\n2,simple,M-2,Bowl,${a}\n`;
    const id = await bench.uploadAndWait(csv);
    expect((await bench.findOutputUrls(id)).size).toBe(2);
    expect(await withInputUrls(id, 'output=replace')).toEqual(readStrictCsv(csv));
  });

  it('GET /download/:id?output=replace writes for each list entry its own output, even if entries are equal', async () => {
    const gone = bench.origin.url('/list-gone.jpg');
    const a = await bench.addImage('/list-a.jpg');
    const csv = `SKU,Name,Image\n1,Mug,"${gone}|${a}|${gone}"\n`;
    const id = await bench.uploadAndWait(csv);
    const corrected = await bench.post(`/requests/${id}/corrections`, {
      row: 1,
      position: 3,
      url: a,
    });
    expect(corrected.body).toMatchObject({ corrected: 1, problems: [] });
    await bench.app.api.waitUntilFinal(id);
    const output = (await bench.findOutputUrls(id)).get(a);
    const cells = async (query: string) =>
      readStrictCsv(await bench.getBytes(`/download/${id}?${query}`))[1];
    expect((await cells('output=replace'))[2]).toBe(`${gone}|${output}|${output}`);
    expect((await cells('output=append'))[3]).toBe(`,${output},${output}`);
  });

  it.each(['append', 'replace'])(
    'GET /download/:id?output=replace keeps the sep= line and the preamble (%s)',
    async (mode) => {
      const url = await bench.addImage('/preamble.jpg');
      const csv = `sep=;\r\nPrice list 2026;;\r\nSKU;Name;Image\r\n1;Mug;${url}\r\n`;
      const id = await bench.uploadAndWait(csv);
      const text = (await bench.getBytes(`/download/${id}?output=${mode}`)).toString();
      expect(text.startsWith('sep=;\r\nPrice list 2026;;\r\nSKU;Name;Image')).toBe(true);
      expect(text.trimEnd().split('\r\n')).toHaveLength(4);
    },
  );

  it('GET /download/:id?output=replace writes no header row for a file without one', async () => {
    const url = await bench.addImage('/headless.jpg');
    const id = await bench.uploadAndWait(`1,Mug,${url}\n2,Bowl,${url}\n`);
    const output = (await bench.findOutputUrls(id)).get(url);
    expect((await bench.getBytes(`/download/${id}?output=replace`)).toString()).toBe(
      `1,Mug,${output}\n2,Bowl,${output}\n`,
    );
  });
});

describe('GET /download/:id of a file in another encoding', () => {
  it.each([
    ['win1251', 'Кружка большая, синяя; цена 990 рублей — скидка «Весна»'],
    ['shift_jis', 'マグカップ（青）北海道限定、税込価格です。ソ能表'],
    ['gbk', '蓝色咖啡杯，北京限定，价格为九十九元。陶瓷'],
  ])(
    'GET /download/:id of a file in another encoding keeps every character of %s in both modes',
    async (codec, name) => {
      const url = await bench.addImage(`/${codec}.jpg`);
      const csv = `SKU,Name,Image\r\n1,"${name}",${url}\r\n2,"${name} 2",${url}\r\n`;
      const id = await bench.uploadAndWait(iconv.encode(csv, codec));
      for (const mode of ['append', 'replace']) {
        const rows = await withInputUrls(id, `output=${mode}`);
        expect(rows.slice(1).map((row) => row.slice(0, 2))).toEqual([
          ['1', name],
          ['2', `${name} 2`],
        ]);
      }
      const bytes = await bench.getBytes(`/download/${id}`);
      expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    },
  );
});

describe('GET /download/:id of an Excel file', () => {
  it('GET /download/:id of an Excel file returns an Excel file by default, which can be uploaded again', async () => {
    const url = await bench.addImage('/excel.jpg');
    const csv = `SKU,EAN,Image,Note\n007,4006381333931,${url},=1+1\n8,,"${url}\n${bench.origin.url('/no.jpg')}",x\n`;
    const first = await bench.uploadAndWait(csv);
    const workbook = await bench.getBytes(`/download/${first}?format=xlsx&output=replace&raw=true`);
    const id = await bench.uploadAndWait(
      await bench.getBytes(`/download/${first}?format=xlsx`),
      {},
      'Spring.xlsx',
    );

    const response = await bench.app.api.get(`/download/${id}?output=replace`);
    expect(response.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    expect(response.headers.get('content-disposition')).toContain(
      'filename=Spring-compressed.xlsx',
    );
    const output = (await bench.findOutputUrls(first)).get(url);
    const rows = await readSheet(Buffer.from(await response.arrayBuffer()));
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ['SKU', 'EAN', 'Image', 'Note'],
      ['007', '4006381333931', output, '=1+1'],
      ['8', null, `${output}\n${bench.origin.url('/no.jpg')}`, 'x'],
    ]);
    expect((await readSheet(workbook))[1]).toEqual(['007', '4006381333931', output, '=1+1']);
    const csvAgain = readStrictCsv(await bench.getBytes(`/download/${id}?format=csv`));
    expect(csvAgain[0]).toEqual(['SKU', 'EAN', 'Image', 'Note', 'Output Image Urls']);
  });
});
