import { describe, expect, it } from 'vitest';
import { CatalogReader, type CatalogDescription } from './catalog-reader.js';
import type { CatalogOptions } from './catalog-options.js';
import { openProductFile } from './product-file.js';
import { CatalogRejectedError } from './problems.js';

async function* toByteStream(...parts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part as string);
}

interface ReadResult {
  description: CatalogDescription;
  cells: string[][];
  urls: string[][];
  problems: string[];
}

async function readFile(file: string | Buffer, options: CatalogOptions = {}): Promise<ReadResult> {
  const reader = new CatalogReader(openProductFile(toByteStream(file), options), options);
  const rows = [];
  for await (const batch of reader.read()) rows.push(...batch);
  return {
    description: reader.description,
    cells: rows.map(({ cells }) => cells),
    urls: rows.map(({ images }) => images.map(({ url }) => url)),
    problems: reader.problems.reported.map(({ code }) => code),
  };
}

async function readRejection(file: string | Buffer): Promise<CatalogRejectedError> {
  const error: unknown = await readFile(file).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CatalogRejectedError);
  return error as CatalogRejectedError;
}

const FEED = `<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
<item><g:id>A1</g:id><title>Lamp &amp; shade</title><g:image_link>https://cdn.example.com/lamp.jpg</g:image_link><g:availability>in_stock</g:availability></item>
<item><g:id>A2</g:id><title><![CDATA[Bowl <big>]]></title><g:image_link>https://cdn.example.com/bowl.jpg</g:image_link>
<g:additional_image_link>https://cdn.example.com/bowl-2.jpg</g:additional_image_link>
<g:additional_image_link>https://cdn.example.com/bowl-3.jpg</g:additional_image_link></item>
</channel></rss>`;

describe('openProductFile()', () => {
  it('openProductFile() reads a CSV with semicolons', async () => {
    const { description, urls } = await readFile('sku;image\nA1;https://cdn.example.com/1.jpg\n');
    expect(description.layout).toMatchObject({ format: 'csv', delimiter: ';' });
    expect(urls).toEqual([['https://cdn.example.com/1.jpg']]);
  });

  it('openProductFile() joins repeated attributes of a product feed into one cell', async () => {
    const { description, cells, urls } = await readFile(FEED);
    expect(description).toMatchObject({ platform: 'google-merchant', layout: { format: 'xml' } });
    expect(description.header).toEqual([
      'id',
      'title',
      'image_link',
      'availability',
      'additional_image_link',
    ]);
    expect(cells[1][1]).toBe('Bowl <big>');
    expect(urls).toEqual([
      ['https://cdn.example.com/lamp.jpg'],
      [
        'https://cdn.example.com/bowl.jpg',
        'https://cdn.example.com/bowl-2.jpg',
        'https://cdn.example.com/bowl-3.jpg',
      ],
    ]);
  });

  it.each([
    [
      'Heureka SHOPITEM elements',
      'heureka',
      '<SHOP><SHOPITEM><ITEM_ID>A1</ITEM_ID><PRODUCTNAME>Lamp</PRODUCTNAME><PRODUCT>Lamp, white</PRODUCT><IMGURL>URL-1</IMGURL><IMGURL_ALTERNATIVE>URL-2</IMGURL_ALTERNATIVE></SHOPITEM></SHOP>',
      [['1', '2']],
    ],
    [
      'listing elements with an image element around each URL',
      'generic',
      '<listings><title>Cars</title><listing><vehicle_id>A1</vehicle_id><image><url>URL-1</url></image></listing></listings>',
      [['1']],
    ],
    [
      'the outermost repeated elements when no element name is known',
      'generic',
      '<katalog><kategorien><kategorie>Lamps</kategorie><kategorie>Mugs</kategorie></kategorien><artikel><nr>1</nr><bild>URL-1</bild></artikel><artikel><nr>2</nr><bild>URL-2</bild></artikel></katalog>',
      [['1'], ['2']],
    ],
    [
      'images that are attributes of empty elements',
      'generic',
      '<offers><o id="1"><name>Lamp</name><imgs><main url="URL-1"/><i url="URL-2"/></imgs></o><o id="2"><name>Mug</name><imgs><main url="URL-3"/></imgs></o></offers>',
      [['1', '2'], ['3']],
    ],
    [
      'products with capitalized element names',
      'generic',
      '<Products><Product><Sku>A1</Sku><Images><Image src="URL-1"/><Image src="URL-2"/></Images></Product></Products>',
      [['1', '2']],
    ],
  ])('openProductFile() reads %s', async (_description, platform, xml, names) => {
    const buildUrl = (name: string) => `https://cdn.example.com/${name}.jpg`;
    const feed = `<?xml version="1.0"?>${xml.replaceAll(/URL-(\d)/g, (_, name: string) => buildUrl(name))}`;
    const { description, urls, problems } = await readFile(feed);
    expect(description.platform).toBe(platform);
    expect(urls).toEqual(names.map((row) => row.map(buildUrl)));
    expect(problems).toEqual([]);
  });

  it('openProductFile() reads a feed in its declared encoding', async () => {
    const text = FEED.replace('version="1.0"?>', 'version="1.0" encoding="ISO-8859-1"?>').replace(
      'Lamp',
      'L\u00e4mp',
    );
    const { cells } = await readFile(Buffer.from(text, 'latin1'));
    expect(cells[0][1]).toBe('L\u00e4mp & shade');
  });

  it('openProductFile() includes columns that only later items of a feed have', async () => {
    const buildItem = (i: number, extraElement: string) =>
      `<item><id>${i}</id><image_link>https://cdn.example.com/${i}.jpg</image_link>${extraElement}</item>`;
    const items = Array.from({ length: 4000 }, (_, i) =>
      buildItem(i, i > 3990 ? '<color>red</color>' : ''),
    );
    const { description, cells, problems } = await readFile(
      `<rss><channel>${items.join('\n')}</channel></rss>`,
    );
    expect(description.header.at(-1)).toBe('color');
    expect(cells[3995].at(-1)).toBe('red');
    expect(problems).toEqual([]);
  });

  it.each([
    ['xml_doctype', '<!DOCTYPE r [<!ENTITY a "b">]><rss><item><id>&a;</id></item></rss>'],
    ['xml_invalid', '<rss><item><id>1</item></rss>'],
    ['xml_without_products', '<?xml version="1.0"?><settings><a>1</a></settings>'],
    ['xml_too_deep', `<rss>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</rss>`],
    ['record_too_long', `<rss><item><id>${'x'.repeat(6_000_000)}</id></item></rss>`],
  ])('openProductFile() throws the error %s for XML that it cannot use', async (code, text) => {
    const error = await readRejection(text);
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(/^Nothing was stored\. /);
  });

  it.each([
    ['a JPEG image', Buffer.from('ffd8ffe000104a464946', 'hex')],
    ['a PNG image', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['a PDF document', '%PDF-1.7\n%\u00e2\u00e3'],
    ['a gzip archive', Buffer.from('1f8b0800', 'hex')],
    ['a JSON file', '{ "products": [] }'],
    ['an Excel 97-2003 workbook (.xls)', Buffer.from('d0cf11e0a1b11ae1'.padEnd(2048, '0'), 'hex')],
  ])('openProductFile() rejects %s with status 415 and names the file type', async (name, file) => {
    const error = await readRejection(file);
    expect(error).toMatchObject({ code: 'not_a_product_file', status: 415 });
    expect(error.message).toContain(name);
    expect(error.message).not.toContain('Line');
  });

  it.each([
    '<!DOCTYPE html><html><head><title>Sign in</title></head></html>',
    '\ufeff\n<html lang="en"><body>Sign in</body></html>',
    '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html></html>',
  ])('openProductFile() rejects the web page %j', async (page) => {
    expect(await readRejection(page)).toMatchObject({ code: 'html_page', status: 415 });
  });

  it('openProductFile() rejects a password-protected workbook', async () => {
    const compound = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1'.padEnd(4096, '0'), 'hex'),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]);
    expect(await readRejection(compound)).toMatchObject({ code: 'xlsx_encrypted', status: 415 });
  });

  it('openProductFile() rejects an empty file', async () => {
    expect(await readRejection('')).toMatchObject({ code: 'csv_empty' });
  });

  it('openProductFile() closes the source when the caller stops reading early', async () => {
    let isClosed = false;
    async function* generateEndlessFile(): AsyncGenerator<Buffer> {
      try {
        yield Buffer.from('sku,image\n');
        for (;;) yield Buffer.from('A1,https://cdn.example.com/1.jpg\n'.repeat(3000));
      } finally {
        isClosed = true;
      }
    }
    for await (const batch of openProductFile(generateEndlessFile()).read())
      if (batch.records.length > 0) break;
    expect(isClosed).toBe(true);
  });
});
